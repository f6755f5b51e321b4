// Package events is the screen of what changed: a line for each namespace born or gone, each task that entered another
// namespace or moved to another group, and each group made, removed, frozen or thawed.
package events

import (
	"time"

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
	list  list.Model
	keys  list.KeyMap
	kinds key.Binding
	what  what         // Which kinds of events are shown.
	frame screen.Frame // Without the snapshot, of which only the time is of interest.
	at    time.Time
	log   log
	rows  rows
	since string // The time of the first snapshot seen.
}

// New returns the screen, empty until its first Sync.
func New() Model {
	m := Model{
		keys:  list.DefaultKeyMap(),
		kinds: key.NewBinding(key.WithKeys("n"), key.WithHelp("n", "next kind: events of all, namespaces, groups or tasks")),
	}
	m.list = list.New(m.columns()...)
	return m
}

// columns are those of the list; the last one says which kinds are shown.
func (m Model) columns() []list.Column {
	return []list.Column{
		{Title: "TIME", Width: len(clock), Priority: 5},
		{Width: 1, Priority: 8},
		{Title: "WHAT", Width: 8, Priority: 3},
		{Title: "EVENT" + m.what.title(), Width: 20, Flex: 1, Priority: 9, Cut: text.Middle},
	}
}

// clock is how the time of an event is written.
const clock = "15:04:05.000"

// Name implements screen.Screen.
func (m Model) Name() string { return "Events" }

// Sync implements screen.Screen. While the last event is selected the selection goes on to the newest.
func (m Model) Sync(frame screen.Frame) screen.Screen {
	if m.since == "" {
		m.since = frame.Now.At.Format(time.TimeOnly)
	}
	if now := frame.Now.At; now != m.at {
		m.rows.fresh = now
		if !m.at.IsZero() {
			m.rows.fresh = m.at
		}
		m.at = now
	}
	again := frame.Filter.String() != m.frame.Filter.String()
	frame.Now = nil
	m.log, m.frame = m.log.next(frame.Events), frame
	return m.choose(again)
}

// choose finds the events that the filter and the kinds leave: all anew, or only those that came since.
func (m Model) choose(again bool) Model {
	follow := m.following()
	if again {
		m.rows.shown = nil
		m.rows.asked = m.log.first
	}
	m.rows = m.rows.next(m.log, func(e *probe.Event) bool { return m.what.has(e.Kind) }, m.frame.Filter)
	m.list = m.list.SetEmpty(m.emptyText()).Sync(m.rows)
	if follow {
		m.list = m.list.End(m.rows)
	}
	return m
}

// following reports whether the last row is selected.
func (m Model) following() bool { return m.list.SelectedIndex() == m.rows.Len()-1 }

// emptyText says why there are no rows.
func (m Model) emptyText() string {
	switch {
	case len(m.frame.Events) == 0:
		return "nothing has changed since " + m.since
	case m.frame.Filter.Empty():
		return "no event of " + m.what.String()
	}
	return "no event matches the filter"
}

// Resize implements screen.Screen.
func (m Model) Resize(width, height int) screen.Screen {
	m.list = m.list.SetSize(width, height)
	return m
}

// Update implements screen.Screen.
func (m Model) Update(msg tea.Msg) (screen.Screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	switch {
	case !ok:
		return m, nil
	case key.Matches(press, m.kinds):
		m.what = m.what.next()
		m.list = m.list.SetColumns(m.columns()...)
		return m.choose(true), nil
	}
	m.list, _ = m.list.Press(press, m.keys, m.rows)
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

// Selected implements screen.Screen: what the event is about.
func (m Model) Selected() (screen.Target, bool) {
	i := m.list.SelectedIndex()
	if i < 0 || i >= m.rows.Len() {
		return screen.Target{}, false
	}
	return target(m.rows.event(i)), true
}

// Reveal implements screen.Screen: it selects the last event about the target.
func (m Model) Reveal(wanted screen.Target) (screen.Screen, bool) {
	if now, ok := m.Selected(); ok && now == wanted {
		return m, true
	}
	for i := m.rows.Len() - 1; i >= 0; i-- {
		if target(m.rows.event(i)) == wanted {
			var ok bool
			m.list, ok = m.list.Select(m.rows, m.rows.Key(i))
			return m, ok
		}
	}
	return m, false
}

// Want implements screen.Screen: events are made of what every scan reads.
func (m Model) Want() probe.Request { return probe.Request{} }

// Count implements screen.Screen.
func (m Model) Count() (shown, total int) { return m.rows.Len(), len(m.frame.Events) }

// Scroll implements screen.Screen.
func (m Model) Scroll() (first, count, total int) { return m.list.Scroll() }

// Keys implements screen.Screen.
func (m Model) Keys() []key.Binding {
	follow := m.keys.End
	follow.SetHelp("G", "go to the newest: follow what comes")
	return []key.Binding{follow, m.kinds}
}
