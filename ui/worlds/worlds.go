// Package worlds is the first screen: who is walled off from whom. It has a row for each distinct set of namespaces, and
// a column for each type.
package worlds

import (
	"fmt"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/glow"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/subject"
	"bulkhead/ui/theme"
)

// row is a world as it is shown.
type row struct {
	world  *probe.World
	user   string
	mark   list.Mark
	filter filter.Filter
	frozen frozen
}

// Model is the screen. It implements screen.Screen.
type Model struct {
	list    list.Model
	keys    list.KeyMap
	rows    rows
	shown   int
	now     *probe.Snapshot
	gone    []*probe.World
	tracker *glow.Tracker[probe.WorldKey, *probe.World]
	frozen  map[probe.WorldKey]frozen // Those of which any process is; empty most of the time.
	width   int
}

// titles are the headings of the columns of walls, and narrow those where there is little room: h is the host name, uts.
var (
	titles = [8]string{"user", "mnt", "pid", "net", "uts", "ipc", "cgrp", "time"}
	narrow = [8]string{"u", "m", "p", "n", "h", "i", "c", "t"}
)

// narrowWidth is the width below which the walls have narrow columns.
const narrowWidth = 66

// New returns the screen, empty until its first Sync.
func New() Model {
	return Model{
		list: list.New(columns(narrowWidth, false)...).SetEmpty("no world matches the filter"),
		keys: list.DefaultKeyMap(),
		tracker: glow.NewTracker(
			func(w **probe.World) probe.WorldKey { return (*w).Key },
			func(a, b **probe.World) bool { return (*a).Processes != (*b).Processes || (*a).Cells != (*b).Cells },
			func(w *probe.World) *probe.World { alone := *w; return &alone },
		),
	}
}

// nameWidth is the least width of the names.
func nameWidth(width int) int {
	if width < narrowWidth {
		return 8
	}
	return 14
}

// columns returns the columns for a width, with the state where some world has one to tell.
func columns(width int, stopped bool) []list.Column {
	all := []list.Column{
		{Title: "NAME", Width: 16, Min: nameLeast(width, stopped), Flex: 3, Priority: 9},
		{Title: "USER", Width: 10, Min: 8, Priority: 1},
		procsColumn(width, stopped),
	}
	if stopped && width >= narrowWidth {
		all = append(all, stateColumn)
	}
	for _, t := range probe.NamespaceTypes {
		wall := list.Column{Title: titles[t], Width: 4, Align: list.AlignCenter, Priority: 5}
		if width < narrowWidth {
			wall.Title, wall.Width, wall.Min = narrow[t], 2, 1
		}
		all = append(all, wall)
	}
	return append(all, list.Column{Title: "LEADER", Width: 7, Align: list.AlignRight, Priority: 2})
}

// Name implements screen.Screen.
func (m Model) Name() string { return "Worlds" }

// Sync implements screen.Screen.
func (m Model) Sync(frame screen.Frame) screen.Screen {
	if frame.Now != m.now {
		worlds := make([]*probe.World, len(frame.Now.Worlds))
		for i := range frame.Now.Worlds {
			worlds[i] = &frame.Now.Worlds[i]
		}
		m.gone = m.tracker.Next(worlds)
		if m.now != nil && m.now.Findings == nil && frame.Now.Findings != nil {
			m.tracker.Calm() // What the first search found was there before.
		}
		m.now = frame.Now
		m.frozen = frozenWorlds(m.now)
		m.list = m.list.SetColumns(columns(m.width, len(m.frozen) > 0)...)
	}
	matches := filtered(m.now, frame.Filter)
	m.rows = rows{width: m.width, stopped: len(m.frozen) > 0, all: make([]row, 0, len(m.now.Worlds))}
	for i := range m.now.Worlds {
		w := &m.now.Worlds[i]
		if matches == nil || matches[w.Key] {
			m.rows.all = append(m.rows.all, m.row(w, marks[m.tracker.Mark(w.Key)], frame.Filter))
		}
	}
	m.shown = len(m.rows.all)
	for _, w := range m.gone {
		m.rows.all = append(m.rows.all, m.row(w, list.Gone, frame.Filter))
	}
	m.list = m.list.Sync(m.rows)
	return m
}

// Rest implements screen.Rester.
func (m Model) Rest() screen.Screen {
	m.tracker.Forget()
	m.now, m.gone, m.frozen, m.shown = nil, nil, nil, 0
	m.rows.all = nil
	return m
}

// filtered returns the worlds that match a filter or have a member that does; nil where there is no filter.
func filtered(s *probe.Snapshot, f filter.Filter) map[probe.WorldKey]bool {
	if f.Empty() {
		return nil
	}
	found := map[probe.WorldKey]bool{}
	matches := f.Matcher()
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if key := probe.WorldKey(t.Namespaces.Inodes); !found[key] && matches(subject.Task{Task: t}) {
			found[key] = true
		}
	}
	for i := range s.Worlds {
		w := &s.Worlds[i]
		leader, _ := s.Task(w.Leader)
		if !found[w.Key] && matches(subject.World{World: w, LeaderTask: leader}) {
			found[w.Key] = true
		}
	}
	return found
}

// marks are the list's marks for what the tracker says.
var marks = map[glow.Mark]list.Mark{
	glow.None: list.NoMark, glow.New: list.Born, glow.Changed: list.Changed, glow.Gone: list.Gone,
}

func (m Model) row(w *probe.World, mark list.Mark, f filter.Filter) row {
	r := row{world: w, mark: mark, filter: f, frozen: m.frozen[w.Key]}
	if leader, ok := m.now.Task(w.Leader); ok {
		r.user = leader.User
	}
	return r
}

// Resize implements screen.Screen.
func (m Model) Resize(width, height int) screen.Screen {
	m.width = width
	m.list = m.list.SetColumns(columns(width, len(m.frozen) > 0)...).SetSize(width, height)
	m.rows.width, m.rows.stopped = width, len(m.frozen) > 0
	return m
}

// Update implements screen.Screen.
func (m Model) Update(msg tea.Msg) (screen.Screen, tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		m.list, _ = m.list.Press(press, m.keys, m.rows)
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
	i := m.list.SelectedIndex()
	if i < 0 || i >= len(m.rows.all) {
		return screen.Target{}, false
	}
	w := m.rows.all[i].world
	if ref, ok := w.Only(); ok {
		return screen.ToNamespace(m.now.KeyOf(ref)), true // Nobody is in it: it is but that namespace.
	}
	return screen.ToWorld(w), true
}

// Reveal implements screen.Screen.
func (m Model) Reveal(target screen.Target) (screen.Screen, bool) {
	if target.Kind != screen.World {
		return m, false
	}
	var ok bool
	m.list, ok = m.list.Select(m.rows, rowKey(target.World))
	return m, ok
}

// Want implements screen.Screen: the leaders in view are read anew.
func (m Model) Want() probe.Request {
	var request probe.Request
	if m.now == nil {
		return request
	}
	first, last := m.list.Visible(m.rows)
	for i := first; i < last; i++ {
		if leader := m.rows.all[i].world.Leader; leader != 0 {
			request.Watch = append(request.Watch, leader)
		}
	}
	return request
}

// Count implements screen.Screen.
func (m Model) Count() (shown, total int) {
	if m.now == nil {
		return 0, 0
	}
	return m.shown, len(m.now.Worlds)
}

// Scroll implements screen.Screen.
func (m Model) Scroll() (first, count, total int) { return m.list.Scroll() }

// Keys implements screen.Screen.
func (m Model) Keys() []key.Binding { return nil }

// rows are the worlds in view; it implements list.Source.
type rows struct {
	all     []row
	width   int
	stopped bool // Some world has a state to tell.
}

// Len implements list.Source.
func (r rows) Len() int { return len(r.all) }

// Key implements list.Source.
func (r rows) Key(i int) string { return rowKey(r.all[i].world.Key) }

func rowKey(key probe.WorldKey) string { return fmt.Sprint(key) }

// Row implements list.Source.
func (r rows) Row(i int) list.Row {
	w := r.all[i].world
	cells := []list.Cell{
		{Text: w.Name, Matches: r.all[i].filter.Highlights(w.Name)},
		{Text: r.all[i].user, Role: theme.Dim},
	}
	switch {
	case r.width < narrowWidth:
		cells = append(cells, r.all[i].frozen.count(w.Processes))
	case r.stopped:
		cells = append(cells, list.Cell{Text: strconv.Itoa(w.Processes)}, r.all[i].frozen.cell())
	default:
		cells = append(cells, list.Cell{Text: strconv.Itoa(w.Processes)})
	}
	for _, c := range w.Cells {
		cells = append(cells, wall(c))
	}
	leader := list.Cell{Text: "–", Role: theme.Dim}
	if w.Leader != 0 {
		leader.Text = strconv.Itoa(int(w.Leader))
	}
	cells = append(cells, leader)
	return list.Row{Cells: cells, Mark: r.all[i].mark}
}

// wall draws one cell of the matrix.
func wall(c probe.Cell) list.Cell {
	switch c.Kind {
	case probe.CellHost:
		return list.Cell{Text: "·", Role: theme.Host}
	case probe.CellOwn:
		return list.Cell{Text: "■", Role: theme.Own}
	case probe.CellShared:
		return list.Cell{Text: c.Letter, Role: theme.Letter(int(c.Letter[len(c.Letter)-1] - 'A'))}
	case probe.CellUnknown:
		return list.Cell{Text: "?", Role: theme.Unknown}
	case probe.CellAbsent:
	}
	return list.Cell{Text: "–", Role: theme.Dim}
}
