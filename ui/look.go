package ui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/rights"
	"bulkhead/ui/dialog"
	"bulkhead/ui/glossary"
	"bulkhead/ui/report"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// pressedLook handles the keys that open something to read about what is selected.
func (m Model) pressedLook(msg tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	if m.live.frame.Now == nil {
		return m, nil, false
	}
	var next tea.Model
	var cmd tea.Cmd
	switch {
	case key.Matches(msg, m.keys.Look.Compare):
		next, cmd = m.compare()
	case key.Matches(msg, m.keys.Look.Posture):
		next, cmd = m.posture()
	case key.Matches(msg, m.keys.Look.Explain):
		next, cmd = m.explain()
	case key.Matches(msg, m.keys.Look.Versions):
		next, cmd = m.open(dialog.NewReader(report.Versions(glossary.Versions())), -1)
	case key.Matches(msg, m.keys.Clear) && m.first != (probe.TaskKey{}):
		m.first = probe.TaskKey{}
		next = m.saying(theme.Status, "nothing is compared")
	default:
		return m, nil, false
	}
	return next, cmd, true
}

// compare opens the comparison of two tasks: the two that are marked, the marked one and the selected one, or those that the
// key is pressed on one after the other. Pressed twice on the same it compares it with the host's.
func (m Model) compare() (tea.Model, tea.Cmd) {
	marks := m.marked()
	if len(marks) == 2 {
		return m.compareTasks(marks[0], marks[1])
	}
	selected, ok := m.selectedTask()
	if !ok {
		return m.saying(theme.Warn, "select a process, a thread or a world to compare it"), nil
	}
	first := m.first
	if len(marks) == 1 && marks[0] != selected.TaskKey {
		first = marks[0]
	}
	switch first {
	case probe.TaskKey{}:
		m.first = selected.TaskKey
		return m, nil
	case selected.TaskKey:
		other, ok := m.opposite(selected)
		if !ok {
			return m.saying(theme.Warn, "there is no process that counts as the host's to compare it with"), nil
		}
		return m.compareTasks(selected.TaskKey, other.TaskKey)
	}
	return m.compareTasks(first, selected.TaskKey)
}

// selectedTask is the task that is selected; of a world it is the leader.
func (m Model) selectedTask() (*probe.Task, bool) {
	target, ok := m.current().Selected()
	now := m.live.frame.Now
	switch {
	case !ok:
	case target.Kind == screen.Task:
		return now.Find(target.Task)
	case target.Kind == screen.World:
		if w, ok := now.World(target.World); ok {
			return now.Task(w.Leader)
		}
	}
	return nil, false
}

// opposite is what a task is compared with where no other is named: the first process, where it is in the host's namespaces,
// else the one whose namespaces count as those. That one itself is compared with this program.
func (m Model) opposite(t *probe.Task) (*probe.Task, bool) {
	now := m.live.frame.Now
	host := &now.Host
	first, ok := now.Task(1)
	if !ok || probe.WorldKey(first.Namespaces.Inodes) != host.Reference.Key {
		first, ok = now.Task(host.Reference.PID)
	}
	if ok && first.PID == t.PID {
		return now.Task(host.Self)
	}
	return first, ok
}

// compareTasks opens the comparison of two tasks, whose details are read for it.
func (m Model) compareTasks(first, second probe.TaskKey) (tea.Model, tea.Cmd) {
	m.first = probe.TaskKey{}
	if !m.live.complete { // The first picture has no groups and owners yet.
		return m.saying(theme.Status, "the host is still being read"), nil
	}
	source := m.config.Source
	return m.reading(func(now *probe.Snapshot) (report.Page, error) {
		var pair [2]rights.Subject
		for i, key := range []probe.TaskKey{first, second} {
			subject, err := subjectOf(now, source, key)
			if err != nil {
				return report.Page{}, err
			}
			pair[i] = subject
		}
		c := compare.Tasks(now, pair[0], pair[1])
		return report.Comparison(&c, report.TaskName(pair[0].Task), report.TaskName(pair[1].Task)), nil
	})
}

// subjectOf returns a task with its details, as far as they are still those of the same one.
func subjectOf(now *probe.Snapshot, source Source, key probe.TaskKey) (rights.Subject, error) {
	task, ok := now.Find(key)
	if !ok {
		return rights.Subject{}, fmt.Errorf("task %d: %w", key.TID, probe.ErrNotFound)
	}
	d := source.Detail(key.PID, key.TID)
	if d.Start != task.Start {
		return rights.Subject{}, fmt.Errorf("task %d has ended: %w", key.TID, probe.ErrNotFound)
	}
	return rights.Subject{Task: task, Detail: d}, nil
}

// comparing says what waits to be compared; it is empty where nothing does.
func (m Model) comparing() string {
	if m.first == (probe.TaskKey{}) {
		return ""
	}
	t, ok := m.live.frame.Now.Find(m.first)
	if !ok {
		return ""
	}
	return fmt.Sprintf("compare %s with …  %s on another, again on it: the host, esc gives up", report.TaskName(t), m.keys.Look.Compare.Help().Key)
}

// livingFirst forgets what waits to be compared once it is gone.
func livingFirst(first probe.TaskKey, now *probe.Snapshot) probe.TaskKey {
	if slices.Contains(sortedKeys(livingMarks(map[probe.TaskKey]bool{first: true}, now)), first) {
		return first
	}
	return probe.TaskKey{}
}
