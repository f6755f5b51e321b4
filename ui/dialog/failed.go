package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Failed says why a plan failed and what would help. Where some of its steps stand it says which, and offers to undo them.
type Failed struct {
	report Report
	entry  int // Its place in the log.
	keys   KeyMap
	try    key.Binding
	room   Room
	offset int
	ready  bool
}

// NewFailed returns the dialog of a failure, which has this place in the log.
func NewFailed(report Report, entry int) Failed {
	return Failed{report: report, entry: entry, keys: DefaultKeyMap(), try: bind("t", "try what would help", "t")}
}

// undoable reports whether any step that stands can be taken back.
func (f Failed) undoable() bool { return f.report.undoShell() != "" }

// Update implements Dialog.
func (f Failed) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		f.room = msg
	case Ready:
		f.ready = true
	case tea.KeyPressMsg:
		next, outcome := f.pressed(msg)
		return next, outcome, nil
	}
	return f, nil, nil
}

func (f Failed) pressed(msg tea.KeyPressMsg) (Failed, Outcome) {
	if offset, ok := f.box(f.room.Width).scrolled(msg, f.keys, f.room.Height); ok {
		f.offset = offset
		return f, nil
	}
	switch {
	case !f.ready:
	case key.Matches(msg, f.keys.Close):
		return f, Close{}
	case key.Matches(msg, f.keys.Copy) && len(f.report.Done) > 0:
		return f, Copy{Text: f.report.doneShell(), Says: "copied the commands of the steps that stand"}
	case key.Matches(msg, f.try) && f.report.Why.Way != nil:
		return f, Ask{f.report.Why.Way}
	case key.Matches(msg, f.keys.Choose) && f.undoable():
		return f, Undo{f.entry}
	case key.Matches(msg, f.keys.Choose):
		return f, Close{}
	}
	return f, nil
}

// Sync implements Dialog.
func (f Failed) Sync(*probe.Snapshot) Dialog { return f }

// Keys implements Keyed.
func (f Failed) Keys() []key.Binding {
	var keys []key.Binding
	if f.undoable() {
		keys = append(keys, bind("enter", "undo what stands (✓)", "enter"))
	}
	if f.report.Why.Way != nil {
		keys = append(keys, f.try)
	}
	leave := "close"
	if len(f.report.Done) > 0 {
		leave = "leave it"
		keys = append(keys, f.keys.Copy)
	}
	return append(keys, bind("esc/q", leave, "esc", "q"))
}

// Draw implements Dialog.
func (f Failed) Draw(styles theme.Styles, width, height int) []string {
	width = f.box(width).narrow(width)
	return f.box(width).draw(styles, width, height)
}
