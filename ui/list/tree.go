package list

import (
	"strings"
	"unicode/utf8"
)

// Forest is items and their parents, turned around: who the children are. Its order is that of the items.
type Forest struct {
	roots    []int32
	first    []int32 // The children of item i are those from first[i] up to first[i+1].
	children []int32
}

// NewForest makes a forest of n items. The parent of an item is another item, or anything outside 0 to n-1 for none. Items
// that are their own ancestors, which a snapshot taken while numbers are reused can hold, lose that tie: the first of
// them becomes a root. Each item is in the forest exactly once.
func NewForest(n int, parent func(i int) int) Forest {
	parents, scratch := make([]int32, n), make([]int32, n)
	for i := range parents {
		parents[i] = -1
		if p := parent(i); p >= 0 && p < n {
			parents[i] = int32(p) //nolint:gosec // No screen has that many items.
		}
	}
	untie(parents, scratch)
	f := Forest{first: make([]int32, n+1), children: make([]int32, n)}
	for i, p := range parents {
		if p < 0 {
			f.roots = append(f.roots, int32(i)) //nolint:gosec // As above.
		} else {
			f.first[p+1]++
		}
	}
	for i := range n {
		f.first[i+1] += f.first[i]
	}
	next := scratch
	copy(next, f.first)
	for i, p := range parents {
		if p >= 0 {
			f.children[next[p]] = int32(i) //nolint:gosec // As above.
			next[p]++
		}
	}
	return f
}

// untie makes the first item of each cycle a root. Each item is passed once: the walk up stops at what an earlier walk
// has seen, which is noted beside the parents, and a cycle is found where it meets its own trace.
func untie(parents, walk []int32) {
	for i := range parents {
		at, trace := int32(i), int32(i+1) //nolint:gosec // As above.
		for at >= 0 && walk[at] == 0 {
			walk[at] = trace
			at = parents[at]
		}
		if at < 0 || walk[at] != trace {
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
func (f Forest) Children(i int) []int32 { return f.children[f.first[i]:f.first[i+1]] }

// Line is an item of a forest in the order in which it is shown.
type Line struct {
	Index       int    // The item.
	Depth       int    // The number of its ancestors.
	Prefix      string // The guides before its text.
	HasChildren bool
	Expanded    bool // It has children and they are shown.
}

// sign stands right before the text of an item.
type sign int

// The signs.
const (
	leaf sign = iota
	opened
	closed
)

var signs = [...]string{leaf: "─ ", opened: "▾ ", closed: "▸ "}

// position is whether an item has siblings behind it.
type position int

// The positions.
const (
	middle position = iota
	last
)

// The guides before the sign of an item, and in its place before what is below it.
var (
	stems  = [...]string{middle: "├", last: "└"}
	beyond = [...]string{middle: "│ ", last: "  "}
)

// maxGuides is the number of levels whose guides are drawn. Deeper ones show those nearest to the text, so that a
// chain of thousands costs no more than its lines.
const maxGuides = 16

// Flatten lists the items that are shown: all roots, and the children of the items that are expanded. It takes time in
// the number of lines and does not recurse.
func (f Forest) Flatten(expanded func(i int) bool) []Line {
	lines := make([]Line, 0, len(f.children))
	open := []level{{items: f.roots, guides: rootGuides()}}
	for len(open) > 0 {
		l := &open[len(open)-1]
		if len(l.items) == 0 {
			open = open[:len(open)-1]
			continue
		}
		i := int(l.items[0])
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
	items  []int32
	depth  int
	guides *guides
}

// position is that of the item that was just taken from the level.
func (l level) position() position {
	if len(l.items) == 0 {
		return last
	}
	return middle
}

// prefix is what stands before the item that was just taken.
func (l level) prefix(line Line) string {
	ends := leaf
	switch {
	case line.Expanded:
		ends = opened
	case line.HasChildren:
		ends = closed
	case l.depth == 0:
		return "  "
	}
	if l.depth == 0 {
		return signs[ends]
	}
	return l.guides.prefix(l.position(), ends)
}

// below is the level of the children of the item that was just taken.
func (l level) below(children []int32) level {
	return level{items: children, depth: l.depth + 1, guides: l.guides.below(l.position())}
}

// guides are what stands before the items of a level. Many levels have them in common: each text is made once.
type guides struct {
	above    string // Those of the levels above.
	prefixes [len(stems)][len(signs)]string
	next     [len(beyond)]*guides // Of the levels below.
}

// rootGuides are those of the roots, which have none, nor have their children any but their own.
func rootGuides() *guides {
	first := &guides{}
	return &guides{next: [...]*guides{first, first}}
}

func (g *guides) prefix(at position, ends sign) string {
	text := &g.prefixes[at][ends]
	if *text == "" {
		*text = g.above + stems[at] + signs[ends]
	}
	return *text
}

func (g *guides) below(at position) *guides {
	if g.next[at] == nil {
		g.next[at] = &guides{above: capped(g.above + beyond[at])}
	}
	return g.next[at]
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
