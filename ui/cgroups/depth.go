package cgroups

import "bulkhead/probe"

// What is open at the beginning: the groups down to openDepth, or all where they are fewer than manyGroups.
const (
	openDepth  = 2
	manyGroups = 60
)

// opening is which groups are open: those down to a depth, and those that the user opened and closed one by one.
type opening struct {
	folds folds
	depth int  // Counted from the root of the view; groups of this depth are shown, and closed.
	asked bool // The user asked for the depth.
}

// open reports whether the groups below one are shown; depth is its own, and all is whether that is usual for any.
func (o opening) open(key probe.GroupKey, depth int, all bool) bool {
	usual := all || depth < openDepth
	if o.asked {
		usual = depth < o.depth
	}
	return o.folds.Open(key, usual)
}

func (o opening) set(key probe.GroupKey, open bool) opening {
	o.folds = o.folds.Set(key, open)
	return o
}

// deepen opens or closes by one level more. What was opened and closed one by one gives way: the depth is the same
// everywhere afterwards.
func (m Model) deepen(by int) Model {
	deepest, o := m.deepest(), m.tree()
	depth := openDepth
	switch {
	case o.folds.AllOpen(o.asked && o.depth >= deepest || !o.asked && m.unfolded()):
		depth = deepest
	case o.folds.AllClosed():
		depth = 0
	case o.asked:
		depth = o.depth
	}
	depth = max(0, min(depth+by, deepest))
	return m.withTree(opening{depth: depth, asked: true})
}

// deepest is how deep the groups of the view are, counted from its root.
func (m Model) deepest() int {
	most, base := 0, 0
	if m.rows.top >= 0 {
		base = m.catalog.nodes[m.rows.top].depth
	}
	for i := range m.catalog.nodes {
		if depth := m.catalog.nodes[i].depth - base; depth > most && m.holds(i) {
			most = depth
		}
	}
	return most
}
