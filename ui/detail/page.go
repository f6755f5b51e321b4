// Package detail says in lines what is known of one world, namespace, group or task, with links to what it is tied to.
package detail

import (
	"fmt"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// Tone says how a line is meant; the theme says how it looks.
type Tone uint8

// The tones of a Line.
const (
	Plain Tone = iota
	Heading
	Dim
	Own     // A wall of its own.
	Shared  // A wall shared with some.
	Host    // No wall: the host's.
	Unknown // Not permitted, or not there.
	Warn
	Frozen
	Bad
)

// Line is one line of a page: a label and a value, or a heading.
type Line struct {
	Label string
	Value string // Raw text from the kernel among it: to be made safe before it is drawn.
	Tone  Tone
	Path  bool          // The value is a path: it is cut in the middle rather than folded.
	Link  screen.Target // Where enter leads from this line; Kind is Nothing where it leads nowhere.
	Wide  bool          // A sentence: it takes the room of the label too.
	Bar   *Bar          // Drawn before the value, or above it where there is no room; nil for none.
	// Chart is drawn above the value; nil for none.
	Chart *history.Chart
}

// Bar is use against a limit.
type Bar struct{ Used, Limit float64 }

// Page is the lines of one target, with a title.
type Page struct {
	Title string
	Lines []Line
}

// For returns the page of a target. The detail is that of the selected task, or the zero Detail while it is not read.
func For(s *probe.Snapshot, target screen.Target, d probe.Detail) Page {
	switch target.Kind {
	case screen.World:
		if w, ok := s.World(target.World); ok {
			return forWorld(s, w)
		}
	case screen.Namespace:
		if n, ok := s.Identified(target.Namespace); ok {
			return forNamespace(s, n)
		}
	case screen.Group, screen.File:
		if g, ok := s.Group(target.Group); ok {
			return forGroup(s, g, GroupView{})
		}
	case screen.Task:
		if t, ok := s.Find(target.Task); ok {
			return forTask(s, t, d)
		}
	case screen.Nothing:
		return Page{}
	}
	return Page{Title: "gone", Lines: []Line{{Value: "It is no longer there.", Tone: Dim}}}
}

// add appends a line.
func (p *Page) add(label, value string, tone Tone) {
	p.Lines = append(p.Lines, Line{Label: label, Value: value, Tone: tone})
}

// link appends a line that leads somewhere.
func (p *Page) link(label, value string, tone Tone, to screen.Target) {
	p.Lines = append(p.Lines, Line{Label: label, Value: value, Tone: tone, Link: to})
}

// sentence appends a value without a label.
func (p *Page) sentence(value string, tone Tone) {
	p.Lines = append(p.Lines, Line{Value: value, Tone: tone, Wide: true})
}

// heading appends a heading.
func (p *Page) heading(text string) {
	p.Lines = append(p.Lines, Line{Label: text, Tone: Heading})
}

// taskLink appends a line that leads to a process, if it is in sight.
func (p *Page) taskLink(s *probe.Snapshot, label string, pid int32) {
	t, ok := s.Task(pid)
	if !ok {
		p.add(label, "none in sight", Unknown)
		return
	}
	p.link(label, fmt.Sprintf("%d %s", t.PID, t.Comm), Plain, screen.ToTask(t.TaskKey))
}

// Why says why there is no value.
func Why(state reading.State) string { return why(state) }

// why says why there is no value.
func why(state reading.State) string {
	switch state {
	case reading.Denied:
		return "not permitted"
	case reading.Unlimited:
		return "unlimited"
	case reading.Unsupported:
		return "not on this kernel"
	case reading.Unreached:
		return "not known: it could not be opened"
	case reading.Absent, reading.Present:
	}
	return "none"
}

// whyLimit says why it is not known what groups leave.
func whyLimit(state reading.State) string {
	if state == reading.Unreached {
		return "not known: a group is out of sight"
	}
	return why(state)
}

// show adds a reading of any kind: its value as the function writes it, or why there is none.
func show[T any](p *Page, label string, r probe.Reading[T], write func(T) string) {
	if value, ok := r.Get(); ok {
		p.add(label, write(value), Plain)
		return
	}
	tone := Unknown
	if r.State() == reading.Unlimited {
		tone = Plain
	}
	p.add(label, why(r.State()), tone)
}

// ifKnown is show for a reading that most things do not have: nothing is said where it is absent.
func ifKnown[T any](p *Page, label string, r probe.Reading[T], write func(T) string) {
	if r.State() != reading.Absent {
		show(p, label, r, write)
	}
}

// same returns its argument: the way to write a text.
func same(s string) string { return s }

// brief cuts a long command line: the page of its task has all of it.
func brief(s string) string { return text.Truncate(s, 120) }

// plural writes a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		return strconv.Itoa(n) + " " + noun + "es"
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
