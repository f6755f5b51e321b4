package form

import (
	"bulkhead/ui/pane"
	"bulkhead/ui/theme"
)

// box is what a form draws: lines between a head and a foot that stay while the lines scroll.
type box struct {
	title string
	keys  []hint // What they do; those that find no room are left out from the end.
	head  []string
	body  []string
	focus int  // The line of the body that must be in view,
	above bool // as the first one where that is possible, rather than in the middle.
	foot  []string
}

// edges is what a frame takes of the width and of the height.
const edges = 2

// draw draws the box, at most height lines high. All its lines are two narrower than the width.
func (b box) draw(styles theme.Styles, width, height int) []string {
	if width < edges || height < edges {
		return nil
	}
	room := height - edges
	b.head = b.head[:min(len(b.head), max(0, room-1))]
	room -= len(b.head)
	b.foot = b.foot[max(0, len(b.foot)-max(0, room-1)):]
	room -= len(b.foot)
	shown := min(room, len(b.body))
	first := b.focus
	if !b.above {
		first -= shown / 2
	}
	first = max(0, min(first, len(b.body)-shown))
	lines := append(append(append([]string{}, b.head...), b.body[first:first+shown]...), b.foot...)
	frame := pane.Frame{
		Title: b.title, Note: note(b.keys, width-frameRoom), Focused: true, First: first, Count: shown, Total: len(b.body),
	}
	return frame.Draw(styles, lines, width, len(lines)+edges)
}

// frameRoom is what the lower edge needs beside its note.
const frameRoom = 8
