package dialog

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Entry is one thing that can be done.
type Entry struct {
	Key     key.Binding
	Name    string
	Intent  actions.Intent         // nil where a form asks first.
	Dialog  func() (Dialog, error) // Makes the form, in a command.
	Refused error                  // Why it cannot be done; nil where it can, or is not known yet.
}

// Outcome returns what choosing the entry leads to; nil where it was refused.
func (e Entry) Outcome() Outcome {
	switch {
	case e.Refused != nil:
		return nil
	case e.Dialog != nil:
		return Build{e.Dialog}
	case e.Intent != nil:
		return Ask{e.Intent}
	}
	return nil
}

// Verdicts is the message that says of every entry of a menu what planning it came to: why it is refused, or what guard
// stands in its way.
type Verdicts []Verdict

// Verdict is what planning an entry came to.
type Verdict struct {
	Refused error
	Guarded string
}

// Menu is a list of what can be done to a thing.
type Menu struct {
	title   string
	entries []Entry
	guards  []string // Of each entry what guard stands in the way, as far as known.
	keys    KeyMap
	room    Room
	at      int
}

// NewMenu returns a menu.
func NewMenu(title string, entries []Entry) Menu {
	return Menu{title: title, entries: entries, guards: make([]string, len(entries)), keys: DefaultKeyMap()}
}

// Update implements Dialog.
func (m Menu) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		m.room = msg
	case Verdicts:
		m = m.judged(msg)
	case tea.KeyPressMsg:
		next, outcome := m.pressed(msg)
		return next, outcome, nil
	}
	return m, nil, nil
}

// judged takes what planning the entries came to. What was refused from the beginning stays so.
func (m Menu) judged(all Verdicts) Menu {
	m.entries, m.guards = slices.Clone(m.entries), slices.Clone(m.guards)
	for i := range min(len(all), len(m.entries)) {
		m.guards[i] = all[i].Guarded
		if m.entries[i].Refused == nil {
			m.entries[i].Refused = all[i].Refused
		}
	}
	return m
}

// pressed moves, or chooses an entry: by its own key too, even where that moves in other dialogs.
func (m Menu) pressed(msg tea.KeyPressMsg) (Menu, Outcome) {
	for i, e := range m.entries {
		if key.Matches(msg, e.Key) {
			m.at = i
			return m, e.Outcome()
		}
	}
	last := max(0, len(m.entries)-1)
	switch {
	case key.Matches(msg, m.keys.Close):
		return m, Close{}
	case key.Matches(msg, m.keys.Up):
		m.at = max(0, m.at-1)
	case key.Matches(msg, m.keys.Down):
		m.at = min(last, m.at+1)
	case key.Matches(msg, m.keys.Home, m.keys.PageUp):
		m.at = 0
	case key.Matches(msg, m.keys.End, m.keys.PageDown):
		m.at = last
	case key.Matches(msg, m.keys.Choose) && len(m.entries) > 0:
		return m, m.entries[m.at].Outcome()
	}
	return m, nil
}

// Sync implements Dialog. Whether the thing is still there is found out when something is chosen.
func (m Menu) Sync(*probe.Snapshot) Dialog { return m }

// Keys implements Keyed.
func (m Menu) Keys() []key.Binding { return []key.Binding{m.keys.Choose, m.keys.Close} }

// Draw implements Dialog.
func (m Menu) Draw(styles theme.Styles, width, height int) []string {
	width = m.narrow(width)
	return m.box(width).draw(styles, width, height)
}
