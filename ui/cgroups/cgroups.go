// Package cgroups is the screen of the control groups: a tree for each hierarchy, with what the groups may use, what
// they use, and the processes in them.
package cgroups

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Model is the screen. It implements screen.Screen.
type Model struct {
	list    list.Model
	width   int
	keys    keyMap
	frame   screen.Frame
	choice  choice
	past    *past // Shared by all copies: it is about snapshots, not about what was done to the screen.
	catalog *catalog
	rows    rows
}

// choice is what the user chose to see.
type choice struct {
	tree      opening          // The groups whose groups below are shown,
	found     opening          // the same while a filter is in force,
	members   folds            // and those whose processes are shown.
	roots     []probe.GroupKey // The last one is the root of the view, the one before it was; none for all hierarchies.
	flat      bool             // A list in one order in place of the trees.
	hideEmpty bool
	revealed  bool // The empty groups are shown although they were hidden: one was asked for.
	peopled   bool // The processes of all groups were asked for.
	sets      [kinds]columnSet
	sort      columnID
	reversed  bool

	sortUnknown string // What the file names to sort by, where no column has that name: it is kept.
}

// folds remembers which groups the user opened and closed.
type folds = list.Folds[probe.GroupKey]

// New returns the screen, empty until its first Sync.
func New() Model {
	return Model{list: list.New(), keys: defaultKeys(), past: newPast()}
}

// Name implements screen.Screen.
func (m Model) Name() string { return "Cgroups" }

// Sync implements screen.Screen.
func (m Model) Sync(frame screen.Frame) screen.Screen {
	if frame.Filter.String() != m.frame.Filter.String() {
		m.choice.found = opening{}
	}
	if m.catalog == nil || m.catalog.now != frame.Now {
		m.past.look(frame.Now)
		m.catalog = newCatalog(frame.Now, m.past.gone)
	}
	m.frame = frame
	return m.rebuild()
}

// Rest implements screen.Rester.
func (m Model) Rest() screen.Screen {
	m.past.rest()
	m.catalog, m.frame = nil, screen.Frame{Filter: m.frame.Filter}
	m.rows = rows{columns: m.rows.columns, chosen: m.rows.chosen}
	return m
}

// rebuild derives the rows from the snapshot, the filter and the choices.
func (m Model) rebuild() Model {
	if m.catalog == nil {
		return m
	}
	b := builder{catalog: m.catalog, choice: m.choice, filter: m.frame.Filter, past: m.past}
	rows := b.build()
	rows.columns, rows.asked = m.shownColumns(b.within)
	rows.marks, rows.alarms = m.frame.Marks, m.frame.Alarms
	shown, chosen := rows.columns, m.choice.set(m.kind()).chosen
	if !slices.Equal(shown, m.rows.columns) || chosen != m.rows.chosen {
		m.list = m.list.SetColumns(m.heads(shown, chosen)...)
	}
	rows.chosen = chosen
	m.rows = rows
	at, descending := m.choice.sorted(shown)
	m.list = m.list.SetSort(at, descending).SetEmpty(m.emptyText()).Sync(m.rows)
	return m
}

// emptyText says why there are no rows.
func (m Model) emptyText() string {
	switch {
	case m.rows.top == lost:
		return "there is no group " + m.rootName() + " now"
	case !m.frame.Filter.Empty():
		return "no group matches the filter"
	case m.frame.Now.Host.Mode == "":
		return "reading…"
	case m.frame.Now.Host.Mode == "none":
		return probe.NoHierarchy
	}
	return "no control groups in sight"
}

// Resize implements screen.Screen.
func (m Model) Resize(width, height int) screen.Screen {
	m.width = width
	m.list = m.list.SetSize(width, height).SetColumns(m.heads(m.rows.columns, m.rows.chosen)...)
	return m
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

// Selected implements screen.Screen. The row of a hierarchy stands for its topmost group; it stands for nothing where
// that group is out of sight.
func (m Model) Selected() (screen.Target, bool) {
	it, ok := m.selected()
	if !ok {
		return screen.Target{}, false
	}
	return m.rows.target(it)
}

func (m Model) selected() (*item, bool) {
	i := m.list.SelectedIndex()
	if i < 0 || i >= m.rows.Len() {
		return nil, false
	}
	return m.rows.item(i), true
}

// Want implements screen.Screen: the groups and processes in view are read anew, and the threads that groups hold without
// their processes.
func (m Model) Want() probe.Request {
	request := probe.Request{Parts: m.parts()}
	first, last := m.list.Visible(m.rows)
	for i := first; i < last; i++ {
		target, ok := m.rows.target(m.rows.item(i))
		switch {
		case !ok:
		case target.Kind == screen.Group:
			request.Groups = append(request.Groups, target.Group)
			request.Threads = append(request.Threads, m.rows.threadsOf(i)...)
		case target.Kind == screen.Task && target.Task.TID != target.Task.PID:
			request.Threads = append(request.Threads, target.Task.PID)
		case target.Kind == screen.Task:
			request.Watch = append(request.Watch, target.Task.PID)
		}
	}
	slices.Sort(request.Threads)
	request.Threads = slices.Compact(request.Threads)
	return request
}

// Count implements screen.Screen: it counts groups.
func (m Model) Count() (shown, total int) {
	if m.catalog == nil {
		return 0, 0
	}
	return m.rows.matched, len(m.catalog.now.Groups)
}

// Note implements screen.Noter: it says which part of the groups is shown, and how.
func (m Model) Note() string {
	var says []string
	if m.catalog != nil && m.catalog.now.Inside() != "" {
		says = append(says, "from inside")
	}
	if len(m.choice.roots) > 0 {
		says = append(says, "in "+m.rootName())
	}
	switch o := m.tree(); {
	case m.choice.flat:
		says = append(says, "flat")
	case o.asked:
		says = append(says, fmt.Sprintf("to depth %d", o.depth))
	}
	if by := m.choice.sort; by != columnGroup && !slices.Contains(m.rows.columns, by) {
		says = append(says, "by "+columns[by].head.Title)
	}
	if m.rows.hidden > 0 {
		says = append(says, "empty ones hidden")
	}
	return strings.Join(says, ", ")
}

// rootName is what the root of the view is called.
func (m Model) rootName() string { return text.Safe(m.choice.roots[len(m.choice.roots)-1].String()) }

// Scroll implements screen.Screen.
func (m Model) Scroll() (first, count, total int) { return m.list.Scroll() }

// Keys implements screen.Screen.
func (m Model) Keys() []key.Binding { return m.keys.own() }

// Update implements screen.Screen.
func (m Model) Update(msg tea.Msg) (screen.Screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return m, nil
	}
	if next, done := m.press(press); done {
		return next, nil
	}
	m.list, _ = m.list.Press(press, m.keys.list, m.rows)
	return m, nil
}
