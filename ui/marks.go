package ui

import (
	"cmp"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// toggleMark marks the selected task or takes its mark away, and goes on to the next row.
func (m Model) toggleMark() (tea.Model, tea.Cmd) {
	target, ok := m.current().Selected()
	if !ok || target.Kind != screen.Task {
		return m.saying(theme.Warn, "select a process or thread to mark it"), nil
	}
	if gone(target.Task, m.live.frame.Now) { // Its row is still shown for a while.
		return m.saying(theme.Warn, "it is gone: there is nothing left to mark"), nil
	}
	marks := maps.Clone(m.live.frame.Marks)
	switch {
	case marks[target.Task]:
		delete(marks, target.Task)
	case marks == nil:
		marks = map[probe.TaskKey]bool{target.Task: true}
	default:
		marks[target.Task] = true
	}
	return m.withMarks(marks).pressedList(tea.KeyPressMsg{Code: tea.KeyDown})
}

// withMarks replaces the marks.
func (m Model) withMarks(marks map[probe.TaskKey]bool) Model {
	m.live.frame.Marks = marks
	return m.sync()
}

// livingMarks drops the marks of tasks that are gone.
func livingMarks(marks map[probe.TaskKey]bool, now *probe.Snapshot) map[probe.TaskKey]bool {
	if !slices.ContainsFunc(sortedKeys(marks), func(key probe.TaskKey) bool { return gone(key, now) }) {
		return marks
	}
	living := maps.Clone(marks)
	maps.DeleteFunc(living, func(key probe.TaskKey, _ bool) bool { return gone(key, now) })
	return living
}

// gone reports whether a task is known to be there no more; of a thread that is known only with its process.
func gone(key probe.TaskKey, now *probe.Snapshot) bool {
	t, ok := now.Task(key.PID)
	return !ok || key.TID == key.PID && t.Start != key.Start
}

func sortedKeys(marks map[probe.TaskKey]bool) []probe.TaskKey {
	return slices.SortedFunc(maps.Keys(marks), func(a, b probe.TaskKey) int {
		return cmp.Or(cmp.Compare(a.PID, b.PID), cmp.Compare(a.TID, b.TID), cmp.Compare(a.Start, b.Start))
	})
}
