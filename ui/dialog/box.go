package dialog

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/pane"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// What a frame and the blank beside it take of the room.
const (
	edges  = 2
	margin = 1
)

// line is a line of a box: parts of safe text, each in its role.
type line []part

// part is a piece of safe text in one role.
type part struct {
	text   string
	role   theme.Role
	ground theme.Ground
}

// plain is a line of text in one role.
func plain(role theme.Role, raw string) line { return line{{text: text.Safe(raw), role: role}} }

// draw draws the line in exactly the width, with a margin at both sides.
func (l line) draw(styles theme.Styles, width int) string {
	var b strings.Builder
	room := width - 2*margin
	b.WriteString(text.Spaces(margin))
	for _, p := range l {
		cut := text.Truncate(p.text, room)
		room -= text.Width(cut)
		b.WriteString(styles.On(p.ground, p.role).Paint(cut))
	}
	b.WriteString(text.Spaces(room + margin))
	return b.String()
}

// box is what a dialog draws: lines that scroll, and a foot that stays.
type box struct {
	title, note string
	body, foot  []line
	offset      int // The first line of the body in view.
}

// inner is the width of the text in a box of an outer width.
func inner(width int) int { return max(1, width-edges-2*margin) }

// draw draws the box in the whole width, and as high as it needs to be.
func (b box) draw(styles theme.Styles, width, height int) []string {
	if width < edges+2*margin || height < edges {
		return nil
	}
	shown := b.shown(height)
	first := max(0, min(b.offset, len(b.body)-shown))
	lines := append(append([]line{}, b.body[first:first+shown]...), b.foot...)
	lines = lines[:min(len(lines), height-edges)]
	content := make([]string, len(lines))
	for i, l := range lines {
		content[i] = l.draw(styles, width-edges)
	}
	frame := pane.Frame{Title: b.title, Note: b.note, Focused: true, First: first, Count: shown, Total: len(b.body)}
	return frame.Draw(styles, content, width, len(content)+edges)
}

// narrow returns the width that a box needs where it may have another: that of its widest line, and not less than a few words.
func (b box) narrow(width int) int {
	widest := max(least, text.Width(b.title)+titleRoom)
	for _, l := range b.body {
		cells := edges + 2*margin
		for _, p := range l {
			cells += text.Width(p.text)
		}
		widest = max(widest, cells)
	}
	return min(width, widest)
}

// least is the width below which no box is made narrower than its room, and titleRoom what the edge with the title needs
// beside it.
const (
	least     = 64
	titleRoom = 6
)

// shown is how many lines of the body are in view in a box of that height.
func (b box) shown(height int) int {
	return max(0, min(len(b.body), height-edges-len(b.foot)))
}

// scrolled returns the offset after a key, and whether it was one that scrolls.
func (b box) scrolled(msg tea.KeyPressMsg, k KeyMap, height int) (offset int, ok bool) {
	shown := b.shown(height)
	last := max(0, len(b.body)-shown)
	offset = min(b.offset, last)
	switch {
	case key.Matches(msg, k.Up):
		offset--
	case key.Matches(msg, k.Down):
		offset++
	case key.Matches(msg, k.PageUp):
		offset -= shown
	case key.Matches(msg, k.PageDown):
		offset += shown
	case key.Matches(msg, k.Home):
		offset = 0
	case key.Matches(msg, k.End):
		offset = last
	default:
		return b.offset, false
	}
	return max(0, min(offset, last)), true
}
