package list

import (
	"strings"
	"unicode/utf8"
)

// Forest is items and their parents, turned around: who the children are. Its order is that of the items.
type Forest struct {
	roots    []int
	first    []int // The children of item i are those from first[i] up to first[i+1].
	children []int
}

// NewForest makes a forest of n items. The parent of an item is another item, or anything outside 0 to n-1 for none. Items
// that are their own ancestors, which a snapshot taken while numbers are reused can hold, lose that tie: the first of
// them becomes a root. Each item is in the forest exactly once.
func NewForest(n int, parent func(i int) int) Forest {
	parents := make([]int, n)
	for i := range parents {
		if parents[i] = parent(i); parents[i] < 0 || parents[i] >= n {
			parents[i] = -1
		}
	}
	untie(parents)
	f := Forest{first: make([]int, n+1), children: make([]int, n)}
	for i, p := range parents {
		if p < 0 {
			f.roots = append(f.roots, i)
		} else {
			f.first[p+1]++
		}
	}
	for i := range n {
		f.first[i+1] += f.first[i]
	}
	next := append([]int(nil), f.first[:n]...)
	for i, p := range parents {
		if p >= 0 {
			f.children[next[p]] = i
			next[p]++
		}
	}
	return f
}

// untie makes the first item of each cycle a root. Each item is passed once: the walk up stops at what an earlier walk
// has seen, and a cycle is found where it meets its own trace.
func untie(parents []int) {
	walk := make([]int, len(parents))
	for i := range parents {
		at := i
		for at >= 0 && walk[at] == 0 {
			walk[at] = i + 1
			at = parents[at]
		}
		if at < 0 || walk[at] != i+1 {
			continue
		}
		least := at
		for next := parents[at]; next != at; next = parents[next] {
			least = min(least, next)
		}
		parents[least] = -1
	}
}

// Children are the items whose parent is item i.
func (f Forest) Children(i int) []int { return f.children[f.first[i]:f.first[i+1]] }

// Line is an item of a forest in the order in which it is shown.
type Line struct {
	Index       int    // The item.
	Depth       int    // The number of its ancestors.
	Prefix      string // The guides before its text.
	HasChildren bool
	Expanded    bool // It has children and they are shown.
}

// The guides. A sign takes the place of the last line where an item can be opened or closed.
const (
	opened, closed, leaf = "▾ ", "▸ ", "─ "
	middle, last         = "├", "└"
	through, nothing     = "│ ", "  "
)

// maxGuides is the number of levels whose guides are drawn. Deeper ones show those nearest to the text, so that a
// chain of thousands costs no more than its lines.
const maxGuides = 16

// Flatten lists the items that are shown: all roots, and the children of the items that are expanded. It takes time in
// the number of lines and does not recurse.
func (f Forest) Flatten(expanded func(i int) bool) []Line {
	lines := make([]Line, 0, len(f.children))
	open := []level{{items: f.roots}}
	for len(open) > 0 {
		l := &open[len(open)-1]
		if len(l.items) == 0 {
			open = open[:len(open)-1]
			continue
		}
		i := l.items[0]
		l.items = l.items[1:]
		line := Line{Index: i, Depth: l.depth, HasChildren: len(f.Children(i)) > 0}
		line.Expanded = line.HasChildren && expanded(i)
		if len(f.roots) < len(f.children) {
			line.Prefix = l.prefix(line)
		}
		lines = append(lines, line)
		if line.Expanded {
			below := l.below(f.Children(i))
			if len(l.items) == 0 {
				open = open[:len(open)-1] // A chain of any length is never more than one level deep.
			}
			open = append(open, below)
		}
	}
	return lines
}

// level is the siblings that are still to be listed.
type level struct {
	items  []int
	depth  int
	guides string // Those of the levels above.
	leaf   string // The prefix of most siblings, made once: no children, and not the last.
}

// prefix is what stands before the item that was just taken from the level.
func (l level) prefix(line Line) string {
	sign := leaf
	switch {
	case line.Expanded:
		sign = opened
	case line.HasChildren:
		sign = closed
	case l.depth == 0:
		return "  "
	}
	switch {
	case l.depth == 0:
		return sign
	case len(l.items) == 0:
		return l.guides + last + sign
	case sign == leaf:
		return l.leaf
	default:
		return l.guides + middle + sign
	}
}

// below is the level of the children of the item that was just taken.
func (l level) below(children []int) level {
	guides := ""
	switch {
	case l.depth == 0:
	case len(l.items) == 0:
		guides = capped(l.guides + nothing)
	default:
		guides = capped(l.guides + through)
	}
	return level{items: children, depth: l.depth + 1, guides: guides, leaf: guides + middle + leaf}
}

// capped drops the outermost guides if there are too many. What was cut is shown as an ellipsis.
func capped(guides string) string {
	const cut = "… "
	rest := strings.TrimPrefix(guides, cut)
	if utf8.RuneCountInString(rest) <= 2*maxGuides {
		return guides
	}
	_, size := utf8.DecodeRuneInString(rest)
	return cut + rest[size+1:] // One level is a line or a space, and another space.
}
