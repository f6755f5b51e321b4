package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/dialog"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// From this size on a dialog leaves some of the screen around it; a smaller one it takes whole, but for the last line.
const (
	roomyWidth  = 72
	roomyHeight = 16
	widestBox   = 108
)

// dialogRoom is how large a dialog may be.
func (m Model) dialogRoom() dialog.Room {
	width, height := m.width, m.height-footerHeight
	if m.width >= roomyWidth {
		width = min(m.width-4, widestBox)
	}
	if m.height >= roomyHeight {
		height -= headerHeight
	}
	return dialog.Room{Width: max(0, width), Height: max(0, height)}
}

// over draws the dialog in sight over the lines of the screen, which grow dim.
func (m Model) over(lines []string) []string {
	if !m.inDialog() {
		return lines
	}
	room := m.dialogRoom()
	box := m.acting.dialogs[len(m.acting.dialogs)-1].Draw(m.styles, room.Width, room.Height)
	if len(box) == 0 {
		return lines
	}
	wide := ansi.StringWidth(box[0])
	x, y := (m.width-wide)/2, max(0, (m.height-footerHeight-len(box))/2)
	lines = slices.Clone(lines)
	for i := range lines[:max(0, len(lines)-footerHeight)] {
		plain := ansi.Strip(lines[i])
		if i < y || i >= y+len(box) {
			lines[i] = m.styles.Paint(theme.Dim, plain)
			continue
		}
		left, right := text.Fit(ansi.Truncate(plain, x, ""), x), ""
		if rest := m.width - x - wide; rest > 0 {
			right = text.Fit(ansi.Cut(plain, x+wide, m.width), rest)
		}
		lines[i] = m.styles.Paint(theme.Dim, left) + box[i-y] + m.styles.Paint(theme.Dim, right)
	}
	return lines
}

// dialogKeys are the keys of the dialog in sight.
func (m Model) dialogKeys() []key.Binding {
	if keyed, ok := m.acting.dialogs[len(m.acting.dialogs)-1].Dialog.(dialog.Keyed); ok {
		return keyed.Keys()
	}
	return nil
}
