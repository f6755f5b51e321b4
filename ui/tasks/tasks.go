// Package tasks is the screen of the processes and their threads: a tree, or a flat list sorted by any column.
package tasks

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/glow"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// Model is the screen. It implements screen.Screen.
type Model struct {
	list    list.Model
	keys    keyMap
	frame   screen.Frame
	rows    rows
	shown   int // The processes that the filter left.
	order   order
	folds   list.Folds[probe.TaskKey]
	found   list.Folds[probe.TaskKey] // Those while a filter is in force.
	threads threads
	gone    []*probe.Task
	tracker *glow.Tracker[probe.TaskKey, *probe.Task]
	freezes probe.Freezes
	frozen  bool // Some task is.
	width   int
}

// New returns the screen, empty until its first Sync: a tree whose siblings are sorted by pid.
func New() Model {
	return Model{
		list: list.New(heads(false)...).SetEmpty("no task matches the filter").SetSort(0, false),
		keys: defaultKeys(),
		tracker: glow.NewTracker(
			func(t **probe.Task) probe.TaskKey { return (*t).TaskKey }, differs,
			func(t *probe.Task) *probe.Task { alone := *t; return &alone },
		),
	}
}

// Name implements screen.Screen.
func (m Model) Name() string { return "Tasks" }

// Sync implements screen.Screen.
func (m Model) Sync(frame screen.Frame) screen.Screen {
	before := m.frame
	m.frame = frame
	refiltered := frame.Filter.String() != before.Filter.String()
	if refiltered {
		m.found = list.Folds[probe.TaskKey]{}
	}
	if frame.Now == before.Now {
		m = m.arranged()
	} else {
		m = m.followed().rebuilt()
	}
	if refiltered {
		m = m.selectFound()
	}
	return m
}

// followed takes over what became of the tasks in another snapshot.
func (m Model) followed() Model {
	now := m.frame.Now
	tasks := make([]*probe.Task, len(now.Tasks))
	for i := range tasks {
		tasks[i] = &now.Tasks[i]
	}
	m.gone = m.tracker.Next(tasks)
	m.freezes = now.Freezes()
	stopped := func(t probe.Task) bool { _, yes := m.freezes.Of(&t); return yes }
	m.frozen = !m.freezes.None() && (slices.ContainsFunc(now.Tasks, stopped) || slices.ContainsFunc(now.Threads, stopped))
	return m
}

// Rest implements screen.Rester.
func (m Model) Rest() screen.Screen {
	m.tracker.Forget()
	m.frame = screen.Frame{Filter: m.frame.Filter}
	m.rows, m.gone, m.freezes, m.shown = rows{}, nil, probe.Freezes{}, 0
	return m
}

// selectFound selects the first row that the filter found, unless one of those is selected.
func (m Model) selectFound() Model {
	if _, ok := m.selected(); !ok || m.rows.place(m.list.SelectedIndex()) == found {
		return m
	}
	for i := range m.rows.lines {
		if m.rows.place(i) == found {
			m.list, _ = m.list.Select(m.rows, m.rows.Key(i))
			return m
		}
	}
	return m
}

// Resize implements screen.Screen.
func (m Model) Resize(width, height int) screen.Screen {
	m.width = width
	m.list = m.list.SetSize(width, height)
	if m.frame.Now == nil {
		return m
	}
	return m.arranged()
}

// words reports whether the state of a task is told in words: one that is frozen, where there is room.
func (m Model) words() bool { return m.width >= wordsWidth && m.frozen }

// Update implements screen.Screen.
func (m Model) Update(msg tea.Msg) (screen.Screen, tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok && m.frame.Now != nil {
		m = m.pressed(press)
	}
	return m, nil
}

// View implements screen.Screen.
func (m Model) View(styles theme.Styles, focused bool) string {
	return m.list.View(m.rows, styles, focused)
}

// Click implements screen.Screen.
func (m Model) Click(line int) screen.Screen {
	m.list, _, _ = m.list.Click(m.rows, line)
	return m
}

// Wheel implements screen.Screen.
func (m Model) Wheel(lines int) screen.Screen {
	m.list = m.list.Wheel(m.rows, lines)
	return m
}

// Selected implements screen.Screen.
func (m Model) Selected() (screen.Target, bool) {
	it, ok := m.selected()
	if !ok {
		return screen.Target{}, false
	}
	return screen.ToTask(it.task.TaskKey), true
}

// selected returns the item of the selected row.
func (m Model) selected() (item, bool) {
	i := m.list.SelectedIndex()
	if i < 0 || i >= len(m.rows.lines) {
		return item{}, false
	}
	return m.rows.at(i), true
}

// Reveal implements screen.Screen. Of a thread that no scan has read yet its process is selected, and its threads are
// asked for.
func (m Model) Reveal(target screen.Target) (screen.Screen, bool) {
	if target.Kind != screen.Task || m.frame.Now == nil {
		return m, false
	}
	process, ok := m.frame.Now.Task(target.Task.PID)
	if !ok {
		return m, false
	}
	next := m
	if target.Task.TID != target.Task.PID {
		next.threads = next.threads.with(process.TaskKey, true)
		next = next.rebuilt()
		if revealed, ok := next.revealKey(target.Task); ok {
			return revealed, true
		}
		target.Task = process.TaskKey
	}
	if next, ok = next.revealKey(target.Task); !ok {
		return m, false
	}
	return next, true
}

// revealKey opens all above a task and selects it.
func (m Model) revealKey(key probe.TaskKey) (Model, bool) {
	at, ok := m.rows.find(key)
	if !ok {
		return m, false
	}
	folds, items := m.openFolds(), m.rows.items
	for range items { // Parents may run in a circle, which no walk around it needs more steps for.
		if at = int(items[at].parent); at < 0 || m.order.flat {
			break
		}
		if above := items[at].task.TaskKey; !folds.Open(above, true) {
			folds = folds.Set(above, true)
		}
	}
	m = m.withFolds(folds).arranged()
	m.list, ok = m.list.Select(m.rows, rowKey(key))
	return m, ok
}

// Want implements screen.Screen: the processes in view are read anew, and the threads of those that show them.
func (m Model) Want() probe.Request {
	request := probe.Request{Threads: m.threads.pids(m.frame.Now), AllStats: true}
	first, last := m.list.Visible(m.rows)
	for i := first; i < last; i++ {
		if it := m.rows.at(i); !it.gone && !it.task.Thread() {
			request.Watch = append(request.Watch, it.task.PID)
		}
	}
	return request
}

// Count implements screen.Screen: it counts processes, not threads.
func (m Model) Count() (shown, total int) {
	if m.frame.Now == nil {
		return 0, 0
	}
	return m.shown, len(m.frame.Now.Tasks)
}

// Scroll implements screen.Screen.
func (m Model) Scroll() (first, count, total int) { return m.list.Scroll() }

// Keys implements screen.Screen.
func (m Model) Keys() []key.Binding { return m.keys.own() }
