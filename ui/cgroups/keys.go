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
	flat, root          key.Binding
	shallower, deeper   key.Binding
	columns             key.Binding // The root model has the dialog.
}

func defaultKeys() keyMap {
	bind := func(keys []string, help, what string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return keyMap{
		list:      list.DefaultKeyMap(),
		sort:      list.DefaultSortKeyMap(),
		left:      bind([]string{"left", "h"}, "←/h", "close the group"),
		right:     bind([]string{"right", "l"}, "→/l", "open the group: first the groups in it, then its processes"),
		all:       bind([]string{"*"}, "*", "open all: groups, or close them"),
		members:   bind([]string{"M"}, "M", "members: show or hide the processes of all groups"),
		flat:      bind([]string{"t"}, "t", "tree: or flat list"),
		root:      bind([]string{"R"}, "R", "root: of the view is the selected group; on the root, back"),
		shallower: bind([]string{"{"}, "{", "close: one level of all"),
		deeper:    bind([]string{"}"}, "}", "open: one level more of all"),
		columns:   bind([]string{"C"}, "C", "columns: which, in which order, sorted by which; they are kept"),
		empty:     bind([]string{"E"}, "E", "empty groups: hide or show them"),
	}
}

// own are the keys for the help.
func (k keyMap) own() []key.Binding {
	own := []key.Binding{k.members, k.flat, k.root, k.all, k.shallower, k.deeper, k.empty, k.columns}
	return append(own, k.sort.Bindings()...)
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
	case key.Matches(msg, m.keys.root):
		return m.rootHere(), true
	case key.Matches(msg, m.keys.all):
		m = m.withTree(m.allOpened())
	case key.Matches(msg, m.keys.shallower):
		m = m.deepen(-1)
	case key.Matches(msg, m.keys.deeper):
		m = m.deepen(1)
	case key.Matches(msg, m.keys.flat):
		m.choice.flat = !m.choice.flat
	case key.Matches(msg, m.keys.members):
		m.choice.members = toggled(m.choice.members, false)
		m.choice.peopled = m.choice.members.AllOpen(false)
	case key.Matches(msg, m.keys.empty):
		m.choice.hideEmpty, m.choice.revealed = !m.choice.hideEmpty, false
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

// allOpened opens all groups to those below them, or closes all if all are open.
func (m Model) allOpened() opening {
	o := m.tree()
	usual := m.unfolded()
	if o.asked {
		usual = o.depth >= m.deepest()
	}
	return opening{folds: toggled(o.folds, usual)}
}

// unfolded reports whether all groups are open as long as nobody closes one.
func (m Model) unfolded() bool {
	return len(m.catalog.now.Groups) < manyGroups || !m.frame.Filter.Empty()
}

// toggled opens all, or closes all if all are open.
func toggled(f folds, usual bool) folds { return f.SetAll(!f.AllOpen(usual)) }

// tree returns which groups are open at the moment.
func (m Model) tree() opening {
	if m.frame.Filter.Empty() {
		return m.choice.tree
	}
	return m.choice.found
}

func (m Model) withTree(o opening) Model {
	if m.frame.Filter.Empty() {
		m.choice.tree = o
	} else {
		m.choice.found = o
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
		m = m.withTree(m.tree().set(key, true))
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
		m = m.withTree(m.tree().set(key, false))
	case n.parent >= 0:
		m.list, _ = m.list.Select(m.rows, groupKey(m.catalog.nodes[n.parent].group.GroupKey))
		return m
	}
	return m.rebuild()
}
