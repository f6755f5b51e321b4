package form

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

// Signals asks which signal is sent to processes.
type Signals struct {
	now    *probe.Snapshot
	tasks  []probe.TaskKey
	picker picker
	rows   flat
	gone   string
}

// NewSignals returns the form that asks which signal to send.
func NewSignals(now *probe.Snapshot, tasks []probe.TaskKey) dialog.Dialog {
	s := Signals{now: now, tasks: tasks, gone: whoIsGone(now, tasks)}
	s.picker = newPicker("type a name or a number", "no such signal",
		list.Column{Title: "SIGNAL", Width: 6, Priority: 3},
		list.Column{Title: "NO", Width: 2, Align: list.AlignRight, Priority: 2},
		list.Column{Title: "WHAT IT DOES", Min: 10, Flex: 1, Priority: 1})
	for _, signal := range actions.Signals {
		number := fmt.Sprint(int(signal.Number))
		s.rows.all = append(s.rows.all, flatRow{
			key: signal.Name, find: signal.Name + " " + number + " " + signal.Use,
			row: list.Row{Cells: []list.Cell{{Text: signal.Name}, {Text: number, Role: theme.Dim}, {Text: signal.Use}}},
		})
	}
	s.rows = s.rows.choose(s.picker.filter())
	s.picker = s.picker.settle(s.rows)
	return s
}

// Update implements dialog.Dialog.
func (s Signals) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return s, dialog.Close{}, nil
		case "enter":
			return s.submit()
		}
	}
	var did move
	if s.picker, did = s.picker.press(msg, s.rows); did == typed {
		s.rows = s.rows.choose(s.picker.filter())
		s.picker = s.picker.settle(s.rows)
	}
	return s, nil, nil
}

// submit asks for the signal.
func (s Signals) submit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	i := s.picker.selected()
	if i < 0 || s.gone != "" {
		return s, nil, nil
	}
	signal := actions.Signals[s.rows.shown[i]]
	return s, dialog.Ask{Intent: actions.SignalTasks(s.tasks, signal.Number, overridden)}, nil
}

// Sync implements dialog.Dialog.
func (s Signals) Sync(now *probe.Snapshot) dialog.Dialog {
	s.now, s.gone = now, whoIsGone(now, s.tasks)
	return s
}

// Draw implements dialog.Dialog.
func (s Signals) Draw(styles theme.Styles, width, height int) []string {
	pen := inside(styles, width, sheetWidth)
	b := pickBox{title: "Send a signal to " + who(s.now, s.tasks), keys: signalKeys}
	if s.gone != "" {
		b.foot = []string{pen.fault(s.gone)}
	}
	return s.picker.draw(s.rows, pen, height, b)
}
