package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// saying says something in the last line until the next key.
func (m Model) saying(role theme.Role, says string) Model {
	m.notice, m.role = says, role
	return m
}

// telling is the last change in one line, with the key that takes it back where there is one.
func (m Model) telling(r dialog.Report) string {
	says := r.Tell(m.width - 2)
	entry, ok := m.acting.lastUndoable()
	hint := fmt.Sprintf(" · %s undoes it", m.keys.Act.Undo.Help().Key)
	if !ok || entry != len(m.acting.changes)-1 || r.Err != nil || text.Width(says+hint)+2 > m.width {
		return says
	}
	return says + hint
}

// waiting handles keys while a plan is made: it can be given up.
func (m Model) waiting(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	if msg.String() == "esc" {
		m.acting.asked = 0
		return m.saying(theme.Status, "given up"), nil
	}
	return m, nil
}

// pasted hands a paste to the dialog in sight, or to the filter line.
func (m Model) pasted(msg tea.PasteMsg) (tea.Model, tea.Cmd) {
	switch {
	case m.acting.asked != 0:
		return m, nil
	case m.inDialog():
		return m.toldTop(msg)
	}
	return m.typed(msg)
}

// log is the changes of the session for the log.
func (a acting) log() []dialog.Change {
	all := make([]dialog.Change, len(a.changes))
	for i, c := range a.changes {
		all[i] = dialog.Change{Report: c.report, Over: c.over()}
	}
	return all
}

// titleOf names what an action is about.
func titleOf(now *probe.Snapshot, on dialog.Subject) string {
	if len(on.Tasks) > 1 {
		return fmt.Sprintf("%d marked", len(on.Tasks))
	}
	switch on.Target.Kind {
	case screen.World:
		if w, ok := now.World(on.Target.World); ok {
			return w.Name
		}
	case screen.Task:
		if t, ok := now.Task(on.Target.Task.PID); ok {
			return on.Target.ID(now) + " " + t.Comm
		}
	case screen.Namespace, screen.Group, screen.Nothing, screen.File:
	}
	return on.Target.ID(now)
}

// marked are the tasks that are marked, in the order of their numbers.
func (m Model) marked() []probe.TaskKey { return sortedKeys(m.live.frame.Marks) }
