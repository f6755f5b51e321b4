package dialog

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Change is a plan of this session that was applied.
type Change struct {
	Report
	Over string // What became of it, such as "undone", where nothing is left to be taken back.
}

// Log shows all changes of the session, the newest first.
type Log struct {
	changes []Change // The oldest first: their places are those of Undo.
	keys    KeyMap
	room    Room
	at      int // Counted from the newest.
}

// NewLog returns the log of these changes, the oldest first.
func NewLog(changes []Change) Log { return Log{changes: slices.Clone(changes), keys: DefaultKeyMap()} }

// entry is the place of the change that is selected.
func (l Log) entry() int { return len(l.changes) - 1 - l.at }

// Update implements Dialog.
func (l Log) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		l.room = msg
	case tea.KeyPressMsg:
		next, outcome := l.pressed(msg)
		return next, outcome, nil
	}
	return l, nil, nil
}

func (l Log) pressed(msg tea.KeyPressMsg) (Log, Outcome) {
	last := max(0, len(l.changes)-1)
	const page = 5
	switch {
	case key.Matches(msg, l.keys.Close):
		return l, Close{}
	case key.Matches(msg, l.keys.Up):
		l.at--
	case key.Matches(msg, l.keys.Down):
		l.at++
	case key.Matches(msg, l.keys.PageUp):
		l.at -= page
	case key.Matches(msg, l.keys.PageDown):
		l.at += page
	case key.Matches(msg, l.keys.Home):
		l.at = 0
	case key.Matches(msg, l.keys.End):
		l.at = last
	case len(l.changes) == 0:
	case key.Matches(msg, l.keys.Copy):
		return l, Copy{Text: l.changes[l.entry()].doneShell(), Says: "copied the commands"}
	case key.Matches(msg, l.keys.Choose):
		return l, Undo{l.entry()}
	}
	l.at = max(0, min(l.at, last))
	return l, nil
}

// Sync implements Dialog.
func (l Log) Sync(*probe.Snapshot) Dialog { return l }

// Keys implements Keyed.
func (l Log) Keys() []key.Binding {
	if len(l.changes) == 0 {
		return []key.Binding{l.keys.Close}
	}
	return []key.Binding{bind("enter", "undo the selected change", "enter"), l.keys.Copy, l.keys.Close}
}

// Draw implements Dialog.
func (l Log) Draw(styles theme.Styles, width, height int) []string {
	return l.box(width, height).draw(styles, width, height)
}
