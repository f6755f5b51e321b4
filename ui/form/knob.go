package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// Knob asks what is to be written to a control file.
type Knob struct {
	key   probe.GroupKey
	knob  probe.Knob
	field field
	room  dialog.Room
	first int // The first line in view.
	tried bool
	gone  string
}

// NewKnob returns the form for one control file, with its value to begin with. A value of many lines is not: such files
// take a line at a time.
func NewKnob(key probe.GroupKey, knob probe.Knob) dialog.Dialog {
	value := knob.Text.Or("")
	if strings.Contains(value, "\n") {
		value = ""
	}
	return Knob{key: key, knob: knob, field: newField(value, "nothing"), room: usualRoom}
}

// Update implements dialog.Dialog.
func (k Knob) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	if room, ok := msg.(dialog.Room); ok {
		k.room = room
		return k, nil, nil
	}
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch press.String() {
		case "esc":
			return k, dialog.Close{}, nil
		case "enter":
			k.tried = true
			if k.gone != "" || k.fault() != "" {
				return k, nil, nil
			}
			return k, dialog.Ask{Intent: actions.SetKnob(k.key, k.knob.Name, k.field.value(), overridden)}, nil
		case "up", "down", "pgup", "pgdown":
			return k.scroll(press.String()), nil, nil
		}
	}
	k.field, _ = k.field.press(msg)
	return k, nil, nil
}

// scroll moves what is told of the file.
func (k Knob) scroll(key string) Knob {
	by := map[string]int{"up": -1, "down": 1, "pgup": -pageRows, "pgdown": pageRows}[key]
	p := inside(theme.Styles{}, k.room.Width, sheetWidth)
	shown := k.room.Height - edges - len(k.foot(p))
	k.first = max(0, min(k.first+by, len(k.present(p))-shown))
	return k
}

// fault is why the value cannot be written.
func (k Knob) fault() string {
	if !k.tried && k.field.value() == k.knob.Text.Or("") {
		return "" // What the kernel itself wrote, as long as nobody wants it written.
	}
	if err := actions.KindOf(k.knob.Name).Check(k.field.value()); err != nil {
		return err.Error()
	}
	return ""
}

// Sync implements dialog.Dialog.
func (k Knob) Sync(now *probe.Snapshot) dialog.Dialog {
	k.gone = groupIsGone(now, k.key)
	return k
}
