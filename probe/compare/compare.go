// Package compare says what two tasks share and what they do not: namespaces, groups, rights, places, limits. It is pure.
package compare

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// Relation says how two values are to each other.
type Relation uint8

// The relations.
const (
	Unknown Relation = iota // One of them could not be read, or being written alike does not make them the same.
	Differs
	Same
)

var relationNames = [...]string{"unknown", "differs", "same"}

// String returns the relation's name as it stands in the JSON output.
func (r Relation) String() string {
	if int(r) < len(relationNames) {
		return relationNames[r]
	}
	return "invalid"
}

// Line is one thing that both tasks have or may have. A value that is Absent is none, such as the program of a kernel thread.
type Line struct {
	Section  string // What it is a part of, such as "namespaces".
	What     string // As the kernel calls it, such as "net" or "no_new_privs".
	A, B     probe.Reading[string]
	Relation Relation
	Note     string // Why they are not known to be the same though they are written alike; usually empty.
}

// Comparison is all that two tasks share and do not share.
type Comparison struct {
	A, B           probe.TaskKey
	Lines          []Line // By section.
	AIntoB, BIntoA rights.Passage
}

// Ordered are the lines with those that differ first, then those that are not known, then those that are the same.
func (c *Comparison) Ordered() []Line {
	lines := slices.Clone(c.Lines)
	rank := map[Relation]int{Differs: 0, Unknown: 1, Same: 2}
	slices.SortStableFunc(lines, func(x, y Line) int { return rank[x.Relation] - rank[y.Relation] })
	return lines
}

// Tasks compares two tasks of a snapshot. What is missing in the details of one is unknown.
func Tasks(s *probe.Snapshot, a, b rights.Subject) Comparison {
	a.Name, b.Name = "A", "B"
	p := pair{s: s, a: a, b: b}
	p.worlds()
	p.namespaces()
	p.groups()
	p.ids()
	p.rights()
	p.places()
	p.cpus()
	p.limits()
	return Comparison{
		A: a.Task.TaskKey, B: b.Task.TaskKey, Lines: p.lines,
		AIntoB: rights.MayEnter(s, a, b), BIntoA: rights.MayEnter(s, b, a),
	}
}

// pair gathers the lines.
type pair struct {
	s       *probe.Snapshot
	a, b    rights.Subject
	section string
	lines   []Line
}

// side is the value of one of the two. What is Absent in a source that was read is known not to be there.
type side struct {
	text probe.Reading[string]
	read bool
}

// known reports whether there is something to compare.
func (v side) known() bool {
	return v.text.Known() || v.read && v.text.State() == reading.Absent
}

// add appends a line.
func (p *pair) add(what string, a, b side) {
	line := Line{Section: p.section, What: what, A: a.text, B: b.text}
	switch {
	case !a.known() || !b.known():
	case a.text == b.text:
		line.Relation = Same
	default:
		line.Relation = Differs
	}
	p.lines = append(p.lines, line)
}

// from is a side whose source is the reading itself: it was read unless it is denied or no reading was made.
func from[T any](r probe.Reading[T], write func(T) string) side {
	return side{reading.Map(r, write), r.State() == reading.Present}
}
