// Package pane draws the frames of the screen's parts, and the pane with the details of what is selected.
package pane

import (
	"strings"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Frame is a box with a title above, a note below and a mark for what part of the content is in view.
type Frame struct {
	Title   string
	Note    string // At the right of the lower edge, such as "3 of 41".
	Focused bool
	First   int // The first line of the content that is in view,
	Count   int // how many are,
	Total   int // of how many.
}

// Draw puts lines of content into a frame of the given outer size. Content lines must be exactly two narrower than it.
func (f Frame) Draw(styles theme.Styles, content []string, width, height int) []string {
	if width < 2 || height < 2 {
		return nil
	}
	role := theme.Border
	if f.Focused {
		role = theme.BorderFocus
	}
	ink := styles.Ink(role)
	lines := make([]string, 0, height)
	lines = append(lines, f.top(styles, ink, width))
	side := ink.Paint("│")
	first, last := f.thumb(height - 2)
	for i := range height - 2 {
		line := text.Spaces(width - 2)
		if i < len(content) {
			line = content[i]
		}
		right := side
		if i >= first && i < last {
			right = ink.Paint("┃")
		}
		lines = append(lines, side+line+right)
	}
	return append(lines, f.bottom(styles, ink, width))
}

// top draws the upper edge with the title in it.
func (f Frame) top(styles theme.Styles, ink theme.Ink, width int) string {
	title := text.Safe(f.Title)
	if title == "" || width < 8 {
		return ink.Paint("╭" + strings.Repeat("─", width-2) + "╮")
	}
	title = text.Truncate(title, width-6)
	rest := width - 5 - text.Width(title)
	return ink.Paint("╭─ ") + styles.Paint(theme.Title, title) + ink.Paint(" "+strings.Repeat("─", rest)+"╮")
}

// bottom draws the lower edge with the note in it.
func (f Frame) bottom(styles theme.Styles, ink theme.Ink, width int) string {
	note := text.Safe(f.Note)
	if note == "" || width < text.Width(note)+8 {
		return ink.Paint("╰" + strings.Repeat("─", width-2) + "╯")
	}
	rest := width - 5 - text.Width(note)
	return ink.Paint("╰"+strings.Repeat("─", rest)+" ") + styles.Paint(theme.Dim, note) + ink.Paint(" ─╯")
}

// thumb returns which lines of the right edge are drawn heavy: the part of the content that is in view.
func (f Frame) thumb(height int) (first, last int) {
	if f.Total <= f.Count || f.Total <= 0 || height <= 0 {
		return 0, 0
	}
	size := max(1, height*f.Count/f.Total)
	room := height - size
	first = min(room, (room*f.First+(f.Total-f.Count)/2)/max(1, f.Total-f.Count))
	return first, first + size
}
