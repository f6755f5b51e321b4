package namespaces

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/list"
)

// keyMap is the keys of the screen.
type keyMap struct {
	Order key.Binding
	All   key.Binding
	Open  key.Binding
	Close key.Binding
	moves list.KeyMap
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

func defaultKeys() keyMap {
	return keyMap{
		Order: bind("o", "order: by type, or by owner", "o"),
		All:   bind("*", "all: show the members of all, or of none", "*"),
		Open:  bind("→/l", "expand: first the namespaces below, then the members", "right", "l"),
		Close: bind("←/h", "collapse, or go to the row above", "left", "h"),
		moves: list.DefaultKeyMap(),
	}
}

// own are the keys for the help. Those that open and close rows are the same on all screens and stand there already.
func (k keyMap) own() []key.Binding { return []key.Binding{k.Order, k.All} }

// pressed does what a key does here.
func (m Model) pressed(msg tea.KeyPressMsg) Model {
	switch {
	case key.Matches(msg, m.keys.Order):
		m.byOwner = !m.byOwner
		m.list = m.list.SetColumns(columns(m.width, m.byOwner)...)
	case key.Matches(msg, m.keys.All):
		open := !m.openFolds().members.AllOpen(false)
		m = m.withFolds(folds{members: list.Folds[rowID]{}.SetAll(open)})
	case key.Matches(msg, m.keys.Open):
		m = m.opened()
	case key.Matches(msg, m.keys.Close):
		m = m.closed()
	default:
		m.list, _ = m.list.Press(msg, m.keys.moves, m.rows)
		return m
	}
	return m.rebuilt()
}

// opened shows what is below the selected row: first namespaces, then members.
func (m Model) opened() Model {
	it, ok := m.selected()
	if !ok {
		return m
	}
	open := m.openFolds()
	switch {
	case it.kind == aNamespace && (m.expanded() || !it.space.branched):
		open.members = open.members.Set(it.id(), true)
	default:
		open.tree = open.tree.Set(it.id(), true)
	}
	return m.withFolds(open)
}

// closed hides what is below the selected row: first members, then namespaces. Where there is nothing to hide the row
// above it in the tree is selected.
func (m Model) closed() Model {
	it, ok := m.selected()
	if !ok {
		return m
	}
	open := m.openFolds()
	switch {
	case m.expanded() && it.kind == aNamespace && it.space.listed > 0:
		open.members = open.members.Set(it.id(), false)
	case m.expanded():
		open.tree = open.tree.Set(it.id(), false)
	case it.parent >= 0:
		m.list, _ = m.list.Select(m.rows, m.rows.items[it.parent].id().key())
	}
	return m.withFolds(open)
}

// expanded reports whether there are rows below the selected one.
func (m Model) expanded() bool { return m.rows.lines[m.list.SelectedIndex()].Expanded }

// openFolds are the folds that are in force.
func (m Model) openFolds() folds {
	if m.frame.Filter.Empty() {
		return m.folds
	}
	return m.found
}

// withFolds returns the model with the folds in force changed.
func (m Model) withFolds(f folds) Model {
	if m.frame.Filter.Empty() {
		m.folds = f
	} else {
		m.found = f
	}
	return m
}
