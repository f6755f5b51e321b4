package cgroups

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// The roots of a view that are no node: of all hierarchies, and of a group that is not there.
const (
	whole = -1
	lost  = -2
)

// topOf returns the node of the group that is the root of the view.
func (c *catalog) topOf(roots []probe.GroupKey) int {
	if len(roots) == 0 {
		return whole
	}
	if at, ok := c.find(roots[len(roots)-1]); ok {
		return at
	}
	return lost
}

// bound finds out which groups are in the part of the trees that is the view.
func (b *builder) bound() {
	b.top = b.topOf(b.choice.roots)
	if b.top >= 0 {
		b.base = b.nodes[b.top].depth
	}
	for i := range b.nodes {
		above := b.nodes[i].parent
		b.within[i] = b.top == whole || i == b.top || above >= 0 && b.within[above]
	}
}

// above returns the group above one as far as it is in the view; -1 where there is none.
func (b *builder) above(i int) int {
	if i == b.top {
		return -1
	}
	return b.nodes[i].parent
}

// holds reports whether a group is in the view: it or one above it is its root.
func (m Model) holds(at int) bool {
	top := m.catalog.topOf(m.choice.roots)
	for ; at >= 0 && at != top; at = m.catalog.nodes[at].parent {
	}
	return at >= 0 || top == whole
}

// Root makes a group the root of the view, whether or not it is there already.
func (m Model) Root(key probe.GroupKey) screen.Screen {
	m.choice.roots = append(slices.Clip(m.choice.roots), key)
	m = m.withTree(m.tree().set(key, true)).rebuild()
	if m.catalog != nil {
		m.list = m.list.Home(m.rows)
	}
	return m
}

// rootHere makes the selected group, or that of the selected process, the root of the view. On the root itself it leads
// back out.
func (m Model) rootHere() Model {
	it, ok := m.selected()
	switch {
	case !ok || it.node == m.rows.top:
		m, _ = m.leaveSubtree()
		return m
	}
	selected := m.rows.Key(m.list.SelectedIndex())
	next, _ := m.Root(m.rows.node(it).group.GroupKey).(Model)
	next.list, _ = next.list.Select(next.rows, selected)
	return next
}

// Back implements screen.Backer: it leads out of a subtree.
func (m Model) Back() (screen.Screen, bool) { return m.leaveSubtree() }

// leaveSubtree makes what was the root of the view before so again, and selects the one that was until now.
func (m Model) leaveSubtree() (Model, bool) {
	last := len(m.choice.roots) - 1
	if last < 0 {
		return m, false
	}
	left := m.choice.roots[last]
	m.choice.roots = m.choice.roots[:last]
	if m.catalog == nil {
		return m, true
	}
	if at, ok := m.catalog.find(left); ok {
		m = m.openAbove(at)
	}
	m = m.rebuild()
	m.list, _ = m.list.Select(m.rows, groupKey(left))
	return m, true
}
