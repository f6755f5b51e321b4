package form

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/theme"
)

// control is a part of a sheet that can have the keys.
type control interface {
	// name stands at its left.
	name() string
	// press handles a key or a paste; ok is false where it has no use for it, so that the sheet may.
	press(msg tea.Msg) (_ control, ok bool)
	// draw draws it, each line in parts, in at most the width; at is the line that the keys are on.
	draw(width int, focused bool) (lines [][]part, at int)
	// about says what the part that has the keys means.
	about() string
}

// entry is a field with a name in a sheet.
type entry struct {
	field
	label, help string
}

func (e entry) name() string  { return e.label }
func (e entry) about() string { return e.help }

func (e entry) press(msg tea.Msg) (control, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "down":
			return e, false
		}
	}
	e.field, _ = e.field.press(msg)
	return e, true
}

func (e entry) draw(width int, focused bool) (lines [][]part, at int) {
	return [][]part{e.parts(width, focused)}, 0
}

// buttons are the words at the end of a sheet. The first is what enter does everywhere, the second closes the form.
type buttons struct {
	does string
	at   int
}

const cancel = "cancel"

func (b buttons) name() string  { return "" }
func (b buttons) about() string { return "" }

// press chooses a button; enter is handled by the sheet.
func (b buttons) press(msg tea.Msg) (control, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "left":
			b.at = 0
			return b, true
		case "right":
			b.at = 1
			return b, true
		}
	}
	return b, false
}

func (b buttons) draw(_ int, focused bool) (lines [][]part, at int) {
	var parts []part
	for i, word := range []string{b.does, cancel} {
		p := part{text: "[ " + word + " ]", role: theme.Key}
		if i > 0 {
			p.role = theme.Text
		}
		if focused && i == b.at {
			p = part{text: "[ " + word + " ]", ground: theme.Bar}
		}
		parts = append(parts, p, part{text: "  "})
	}
	return [][]part{parts}, 0
}
