package ui

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/probe/posture"
	"bulkhead/ui/report"
	"bulkhead/ui/theme"
)

// Surrounder is a Source that also reads what a task finds around itself. It is asked in commands, beside a scan.
type Surrounder interface {
	Surroundings(now *probe.Snapshot, task *probe.Task) probe.Surroundings
}

// posture opens what weakens the walls around the selected task.
func (m Model) posture() (tea.Model, tea.Cmd) {
	selected, ok := m.selectedTask()
	if !ok {
		return m.saying(theme.Warn, "select a process, a thread or a world to look at its walls"), nil
	}
	if !m.live.complete {
		return m.saying(theme.Status, "the host is still being read"), nil
	}
	source := m.config.Source
	return m.reading(func(now *probe.Snapshot) (report.Page, error) {
		subject, err := subjectOf(now, source, selected.TaskKey)
		if err != nil {
			return report.Page{}, err
		}
		facts := posture.Facts{Snapshot: now, Task: subject.Task, Detail: subject.Detail}
		if surrounder, ok := source.(Surrounder); ok {
			facts.Around = surrounder.Surroundings(now, subject.Task)
		}
		r := posture.Of(facts)
		return report.Posture(&r, report.TaskName(subject.Task)), nil
	})
}
