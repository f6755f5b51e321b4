package form

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// field is a line of text that can be edited.
type field struct {
	input textinput.Model
	empty string // What is meant where nothing is written.
}

// mostText is the most that can be written into a field.
const mostText = 4096

// newField returns a field that has the keys, with the cursor behind a text.
func newField(value, empty string) field {
	input := textinput.New()
	input.CharLimit = mostText
	input.SetVirtualCursor(false)
	input.KeyMap.Paste.SetEnabled(false) // It would start a program; the terminal pastes by itself.
	input.SetValue(value)
	input.Focus()
	return field{input: input, empty: empty}
}

// value is what is written.
func (f field) value() string { return f.input.Value() }

// set writes another text.
func (f field) set(value string) field {
	f.input.SetValue(value)
	f.input.CursorEnd()
	return f
}

// press hands a key or a paste to the field, and tells whether that changed the text.
func (f field) press(msg tea.Msg) (_ field, changed bool) {
	before, at := f.value(), f.input.Position()
	f.input.SetValue(before) // A text of its own: the input would change that of the copies too, and a form is a value.
	f.input.SetCursor(at)
	f.input, _ = f.input.Update(msg)
	return f, f.value() != before
}

// parts draws the field in at most the width: with a cursor where it has the keys.
func (f field) parts(width int, focused bool) []part {
	runes := []rune(f.value())
	if !focused {
		if len(runes) == 0 {
			return []part{{text: text.Truncate(f.empty, width), role: theme.Dim}}
		}
		return []part{{text: text.Truncate(f.value(), width)}}
	}
	at := min(f.input.Position(), len(runes))
	under, after := " ", ""
	if at < len(runes) {
		under, after = string(runes[at]), string(runes[at+1:])
	}
	before := text.TruncateLeft(string(runes[:at]), max(0, width-text.Width(under)))
	parts := []part{{text: before}, {text: under, ground: theme.Bar}}
	if len(runes) == 0 {
		return append(parts, part{text: text.Truncate(f.empty, width-1), role: theme.Dim})
	}
	return append(parts, part{text: text.Truncate(after, width-text.Width(before)-text.Width(under))})
}
