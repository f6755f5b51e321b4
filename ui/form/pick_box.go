package form

import (
	"bulkhead/ui/pane"
	"bulkhead/ui/theme"
)

// mostWidth is as wide as the inside of a box grows: lines that are longer are hard to read.
const mostWidth = 108

// leastRows is what a list gets before the lines below it do: its heading and two rows.
const leastRows = 3

// pickBox is what is drawn around the list of a picker.
type pickBox struct {
	title string
	keys  []hint   // What they do; those that find no room are left out from the end.
	foot  []string // The lines below the list.
}

// draw draws a picker in a box. The box is as high as all rows need, so that it keeps its place while a filter is typed.
func (p picker) draw(rows offer, pen pen, height int, b pickBox) []string {
	if pen.width < 0 || height < edges {
		return nil
	}
	room := max(0, height-edges-1) // The first line is what is typed.
	b.foot = b.foot[:min(len(b.foot), max(0, room-leastRows))]
	_, total := rows.Count()
	room = min(room-len(b.foot), max(leastRows, total+1))
	lines := append([]string{p.search(pen, rows)}, p.rows(pen, rows, room)...)
	lines = append(lines, b.foot...)
	lines = lines[:min(len(lines), height-edges)]
	width := pen.width + edges
	first, count, all := p.list.SetSize(pen.width, room).Scroll()
	frame := pane.Frame{Title: b.title, Note: note(b.keys, width-frameRoom), Focused: true, First: first, Count: count, Total: all}
	return frame.Draw(pen.styles, lines, width, len(lines)+edges)
}

// inside is a pen for what is inside of a box in the given room.
func inside(styles theme.Styles, width, most int) pen { return pen{styles, min(width-edges, most)} }
