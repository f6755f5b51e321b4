package cgroups

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/list"
)

// keyMap is the keys of the screen.
type keyMap struct {
	list                list.KeyMap
	sort                list.SortKeyMap
	left, right         key.Binding // The root's help has them.
	all, members, empty key.Binding
}

func defaultKeys() keyMap {
	bind := func(keys []string, help, what string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return keyMap{
		list:    list.DefaultKeyMap(),
		sort:    list.DefaultSortKeyMap(),
		left:    bind([]string{"left", "h"}, "←/h", "close the group"),
		right:   bind([]string{"right", "l"}, "→/l", "open the group: first the groups in it, then its processes"),
		all:     bind([]string{"*"}, "*", "open all: groups, or close them"),
		members: bind([]string{"M"}, "M", "members: show or hide the processes of all groups"),
		empty:   bind([]string{"E"}, "E", "empty groups: hide or show them"),
	}
}

// own are the keys for the help.
func (k keyMap) own() []key.Binding {
	return append([]key.Binding{k.members, k.all, k.empty}, k.sort.Bindings()...)
}

// press does what one of the screen's own keys does; done tells whether it was one.
func (m Model) press(msg tea.KeyPressMsg) (_ Model, done bool) {
	switch {
	case m.catalog == nil:
		return m, false
	case key.Matches(msg, m.keys.left):
		return m.leave(), true
	case key.Matches(msg, m.keys.right):
		return m.enter(), true
	case key.Matches(msg, m.keys.all):
		m = m.withTree(toggled(m.tree(), m.unfolded()))
	case key.Matches(msg, m.keys.members):
		m.choice.members = toggled(m.choice.members, false)
	case key.Matches(msg, m.keys.empty):
		m.choice.hideEmpty = !m.choice.hideEmpty
	case key.Matches(msg, m.keys.sort.Next):
		return m.sortedBy(m.choice.next(m.rows.columns, 1), false), true
	case key.Matches(msg, m.keys.sort.Before):
		return m.sortedBy(m.choice.next(m.rows.columns, -1), false), true
	case key.Matches(msg, m.keys.sort.Reverse):
		return m.sortedBy(m.choice.sort, !m.choice.reversed), true
	default:
		return m, false
	}
	return m.rebuild(), true
}

// sortedBy sorts anew and selects the first row: who asks for another order wants to see what comes first in it.
func (m Model) sortedBy(column columnID, reversed bool) Model {
	m.choice.sort, m.choice.reversed = column, reversed
	m = m.rebuild()
	m.list = m.list.Home(m.rows)
	return m
}

// unfolded reports whether all groups are open as long as nobody closes one.
func (m Model) unfolded() bool {
	return len(m.catalog.now.Groups) < manyGroups || !m.frame.Filter.Empty()
}

// toggled opens all, or closes all if all are open.
func toggled(f folds, usual bool) folds { return f.SetAll(!f.AllOpen(usual)) }

// tree returns which groups are open at the moment.
func (m Model) tree() folds {
	if m.frame.Filter.Empty() {
		return m.choice.tree
	}
	return m.choice.found
}

func (m Model) withTree(f folds) Model {
	if m.frame.Filter.Empty() {
		m.choice.tree = f
	} else {
		m.choice.found = f
	}
	return m
}

// enter opens the selected row: first to the groups below it, then to its processes. Of an open one it goes to the
// first row below.
func (m Model) enter() Model {
	it, ok := m.selected()
	if !ok || it.task != nil {
		return m
	}
	line := m.rows.lines[m.list.SelectedIndex()]
	n := m.rows.node(it)
	key := n.group.GroupKey
	switch {
	case it.branched && !line.Expanded:
		m = m.withTree(m.tree().Set(key, true))
	case !it.crowded && n.opens():
		m.choice.members = m.choice.members.Set(key, true)
	case line.Expanded:
		m.list = m.list.Down(m.rows)
		return m
	}
	return m.rebuild()
}

// leave closes the selected row: first its processes, then the groups below it. From a closed one it goes to the row
// above it.
func (m Model) leave() Model {
	it, ok := m.selected()
	if !ok {
		return m
	}
	n := m.rows.node(it)
	key := n.group.GroupKey
	switch {
	case it.task != nil:
		m.list, _ = m.list.Select(m.rows, groupKey(key))
		return m
	case it.crowded && it.open:
		m.choice.members = m.choice.members.Set(key, false)
	case it.branched && it.open:
		m = m.withTree(m.tree().Set(key, false))
	case n.parent >= 0:
		m.list, _ = m.list.Select(m.rows, groupKey(m.catalog.nodes[n.parent].group.GroupKey))
		return m
	}
	return m.rebuild()
}
