// Package namespaces is the screen of all namespaces, by type or by the user namespace that owns them, with the processes
// that are in them.
package namespaces

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
	shown   int // The namespaces that the filter left.
	width   int
	byOwner bool
	folds   folds
	found   folds // Those while a filter is in force.
	seen    bool  // There was a snapshot.
	gone    []*probe.Namespace
	tracker *glow.Tracker[probe.NamespaceRef, *probe.Namespace]
}

// folds are which rows are open: to the namespaces below them, and to their members.
type folds struct{ tree, members list.Folds[rowID] }

// New returns the screen, empty until its first Sync: all namespaces by type, their members not shown.
func New() Model {
	return Model{
		list: list.New(columns(0, false)...).SetEmpty("no namespace matches the filter"),
		keys: defaultKeys(),
		tracker: glow.NewTracker(
			func(n **probe.Namespace) probe.NamespaceRef { return (*n).NamespaceRef }, differs,
			func(n *probe.Namespace) *probe.Namespace { alone := *n; return &alone },
		),
	}
}

// differs reports whether something happened to a namespace that is worth a look: it is another one with the same
// number, it has another leader, or, if it is not the host's where that is daily bread, more or fewer processes.
func differs(before, after **probe.Namespace) bool {
	a, b := *before, *after
	id, known := a.ID.Get()
	now, still := b.ID.Get()
	return known && still && id != now || a.Leader != b.Leader || !b.Host && a.Processes != b.Processes
}

// Name implements screen.Screen.
func (m Model) Name() string { return "Namespaces" }

// Sync implements screen.Screen.
func (m Model) Sync(frame screen.Frame) screen.Screen {
	if frame.Now != m.frame.Now {
		all := make([]*probe.Namespace, len(frame.Now.Namespaces))
		for i := range all {
			all[i] = &frame.Now.Namespaces[i]
		}
		m.gone = m.tracker.Next(all)
		if m.frame.Now != nil && m.frame.Now.Findings == nil && frame.Now.Findings != nil {
			m.tracker.Calm() // What the first search found was there before.
		}
	}
	refiltered := frame.Filter.String() != m.frame.Filter.String()
	if refiltered {
		m.found = folds{}
	}
	fresh := !m.seen
	m.frame, m.seen = frame, true
	m = m.rebuilt()
	if refiltered || fresh {
		m = m.selectFound()
	}
	return m
}

// Rest implements screen.Rester.
func (m Model) Rest() screen.Screen {
	m.tracker.Forget()
	m.frame = screen.Frame{Filter: m.frame.Filter}
	m.rows, m.gone, m.shown = rows{}, nil, 0
	return m
}

// selectFound selects the first row that the filter found, unless one of those is selected. A heading is none.
func (m Model) selectFound() Model {
	if it, ok := m.selected(); !ok || it.place == found {
		return m
	}
	for i := range m.rows.lines {
		if m.rows.at(i).place == found {
			m.list, _ = m.list.Select(m.rows, m.rows.Key(i))
			return m
		}
	}
	return m
}

// Resize implements screen.Screen.
func (m Model) Resize(width, height int) screen.Screen {
	m.width = width
	m.list = m.list.SetSize(width, height).SetColumns(columns(width, m.byOwner)...)
	return m
}

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

// Selected implements screen.Screen. A member stands for the process, a heading for nothing.
func (m Model) Selected() (screen.Target, bool) {
	it, ok := m.selected()
	if !ok {
		return screen.Target{}, false
	}
	return it.target()
}

// selected returns the item of the selected row.
func (m Model) selected() (item, bool) {
	i := m.list.SelectedIndex()
	if i < 0 || i >= len(m.rows.lines) {
		return item{}, false
	}
	return m.rows.at(i), true
}

// Reveal implements screen.Screen. A process is revealed where it is in view as a member, which is so on the way back
// from it.
func (m Model) Reveal(target screen.Target) (screen.Screen, bool) {
	if selected, ok := m.Selected(); ok && selected == target {
		return m, true
	}
	switch target.Kind {
	case screen.Namespace:
		if next, ok := m.reveal(target.Namespace); ok {
			return next, true
		}
	case screen.Task:
		for i := range m.rows.lines {
			if shown, ok := m.rows.at(i).target(); ok && shown == target {
				m.list, ok = m.list.Select(m.rows, m.rows.Key(i))
				return m, ok
			}
		}
	case screen.Nothing, screen.File, screen.World, screen.Group:
	}
	return m, false
}

// reveal opens all above a namespace and selects it.
func (m Model) reveal(key probe.NamespaceKey) (Model, bool) {
	if m.frame.Now == nil {
		return m, false
	}
	now, ok := m.frame.Now.Identified(key)
	if ok {
		key = now.Key() // It may have been without its id.
	}
	id := rowID{kind: aNamespace, ref: key}
	at := slices.IndexFunc(m.rows.items, func(it item) bool { return it.id() == id })
	if at < 0 {
		return m, false
	}
	open, items := m.openFolds(), m.rows.items
	for range items { // Owners may run in a circle, which no walk around it needs more steps for.
		if at = int(items[at].parent); at < 0 {
			break
		}
		if above := items[at].id(); !open.tree.Open(above, true) {
			open.tree = open.tree.Set(above, true)
		}
	}
	m = m.withFolds(open).rebuilt()
	m.list, ok = m.list.Select(m.rows, id.key())
	return m, ok
}

// Want implements screen.Screen: the members in view and the leaders of the namespaces in view are read anew.
func (m Model) Want() probe.Request {
	var request probe.Request
	first, last := m.list.Visible(m.rows)
	for i := first; i < last; i++ {
		if it := m.rows.at(i); it.task != nil && (it.space == nil || !it.space.gone) {
			request.Watch = append(request.Watch, it.task.PID)
		}
	}
	slices.Sort(request.Watch)
	request.Watch = slices.Compact(request.Watch)
	return request
}

// Count implements screen.Screen.
func (m Model) Count() (shown, total int) {
	if m.frame.Now == nil {
		return 0, 0
	}
	return m.shown, len(m.frame.Now.Namespaces)
}

// Scroll implements screen.Screen.
func (m Model) Scroll() (first, count, total int) { return m.list.Scroll() }

// Keys implements screen.Screen.
func (m Model) Keys() []key.Binding { return m.keys.own() }
