package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/dialog"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Knobs asks which control file of a group is to be changed.
type Knobs struct {
	key    probe.GroupKey
	knobs  []probe.Knob
	picker picker
	rows   flat
	says   string // Why the selected file cannot be changed.
	gone   string
}

// NewKnobs returns the form that lists the control files of a group.
func NewKnobs(key probe.GroupKey, knobs []probe.Knob) dialog.Dialog {
	k := Knobs{key: key, knobs: knobs}
	name := 0
	for _, knob := range knobs {
		k.rows.all = append(k.rows.all, flatRow{key: knob.Name, find: knob.Name, row: knobRow(knob)})
		name = max(name, text.Width(knob.Name))
	}
	k.picker = newPicker("type a part of the file's name", "no such file",
		list.Column{Width: 1, Priority: 3},
		list.Column{Title: "FILE", Width: min(name, 32), Min: 16, Priority: 2},
		list.Column{Title: "VALUE", Min: 8, Flex: 1, Priority: 1})
	k.rows = k.rows.choose(k.picker.filter())
	k.picker = k.picker.settle(k.rows)
	return k
}

// why says why a file cannot be changed; it is empty where it can.
func why(knob probe.Knob) string {
	switch {
	case actions.KindOf(knob.Name).Access == actions.AccessRead:
		return knob.Name + " can only be read"
	case !knob.Writable:
		return knob.Name + " can only be read here: its mode lets nobody write it"
	}
	return ""
}

// Editable reports whether a file can be changed at all, by whoever has the right to.
func Editable(knob probe.Knob) bool { return why(knob) == "" }

// canSign marks the files that can be changed; they are bright too.
const canSign = "›"

// knobRow is the row of a file.
func knobRow(knob probe.Knob) list.Row {
	value := list.Cell{Text: firstLine(knob.Text)}
	if _, ok := knob.Text.Get(); !ok {
		value.Role = theme.Dim
	}
	row := list.Row{Dim: true, Cells: []list.Cell{{}, {Text: knob.Name}, value}}
	if why(knob) == "" {
		row.Dim, row.Cells[0] = false, list.Cell{Text: canSign, Role: theme.Key}
	}
	return row
}

// firstLine is the first line of what a file says, with a sign that there are more, or why nothing is known.
func firstLine(says probe.Reading[string]) string {
	switch says.State() {
	case reading.Present:
	case reading.Denied:
		return "not permitted to be read"
	case reading.Absent, reading.Unlimited, reading.Unsupported, reading.Unreached:
		return "can only be written"
	}
	first, _, more := strings.Cut(says.Or(""), "\n")
	switch {
	case more:
		return first + " …"
	case first == "":
		return "empty"
	}
	return first
}

// Update implements dialog.Dialog.
func (k Knobs) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch press.String() {
		case "esc":
			return k, dialog.Close{}, nil
		case "enter":
			return k.edit()
		}
	}
	var did move
	if k.picker, did = k.picker.press(msg, k.rows); did != nothing {
		k.says = ""
	}
	if did == typed {
		k.rows = k.rows.choose(k.picker.filter())
		k.picker = k.picker.settle(k.rows)
	}
	return k, nil, nil
}

// edit opens the form of the selected file.
func (k Knobs) edit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	i := k.picker.selected()
	if i < 0 || k.gone != "" {
		return k, nil, nil
	}
	knob := k.knobs[k.rows.shown[i]]
	if k.says = why(knob); k.says != "" {
		return k, nil, nil
	}
	return k, dialog.Open{Dialog: NewKnob(k.key, knob)}, nil
}

// Sync implements dialog.Dialog. The files are as they were when the form was opened.
func (k Knobs) Sync(now *probe.Snapshot) dialog.Dialog {
	k.gone = groupIsGone(now, k.key)
	return k
}

// Draw implements dialog.Dialog.
func (k Knobs) Draw(styles theme.Styles, width, height int) []string {
	pen := inside(styles, width, mostWidth)
	foot := pen.line(part{text: " " + canSign + " can be changed", role: theme.Dim})
	switch {
	case k.gone != "":
		foot = pen.fault(k.gone)
	case k.says != "":
		foot = pen.fault(k.says)
	}
	return k.picker.draw(k.rows, pen, height, pickBox{
		title: "Files of " + k.key.String(), keys: knobsKeys, foot: []string{foot},
	})
}
