package tasks

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/list"
)

// keyMap is the keys of the screen.
type keyMap struct {
	Tree    key.Binding
	Threads key.Binding
	All     key.Binding
	Open    key.Binding
	Close   key.Binding
	sort    list.SortKeyMap
	moves   list.KeyMap
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

func defaultKeys() keyMap {
	return keyMap{
		Tree:    bind("t", "tree: or flat list", "t"),
		Threads: bind("H", "threads: show or hide those of the process", "H"),
		All:     bind("*", "all: expand, or collapse", "*"),
		Open:    bind("→/l", "expand", "right", "l"),
		Close:   bind("←/h", "collapse, or go to the parent", "left", "h"),
		sort:    list.DefaultSortKeyMap(),
		moves:   list.DefaultKeyMap(),
	}
}

// own are the keys for the help. Those that open and close rows are the same on all screens and stand there already.
func (k keyMap) own() []key.Binding {
	return append([]key.Binding{k.Tree, k.Threads, k.All}, k.sort.Bindings()...)
}

// pressed does what a key does here.
func (m Model) pressed(msg tea.KeyPressMsg) Model {
	switch {
	case key.Matches(msg, m.keys.Tree):
		m.order.flat = !m.order.flat
	case key.Matches(msg, m.keys.sort.Next):
		return m.sortedBy(m.order.moved(1))
	case key.Matches(msg, m.keys.sort.Before):
		return m.sortedBy(m.order.moved(-1))
	case key.Matches(msg, m.keys.sort.Reverse):
		return m.sortedBy(m.order.reversed())
	case key.Matches(msg, m.keys.Threads):
		m = m.toggleThreads()
	case key.Matches(msg, m.keys.All):
		m = m.withFolds(m.openFolds().SetAll(!m.openFolds().AllOpen(true)))
	case key.Matches(msg, m.keys.Open):
		m = m.opened()
	case key.Matches(msg, m.keys.Close):
		m = m.closed()
	default:
		m.list, _ = m.list.Press(msg, m.keys.moves, m.rows)
		return m
	}
	m.list = m.list.SetSort(m.order.column, m.order.descending)
	return m.rebuilt()
}

// sortedBy sorts anew and selects the first row: who asks for another order wants to see what comes first in it.
func (m Model) sortedBy(o order) Model {
	m.order = o
	m.list = m.list.SetSort(o.column, o.descending)
	m = m.rebuilt()
	m.list = m.list.Home(m.rows)
	return m
}

// toggleThreads shows or hides the threads of the selected process. From one of them the process is selected.
func (m Model) toggleThreads() Model {
	it, ok := m.selected()
	if !ok {
		return m
	}
	process, ok := m.frame.Now.Task(it.task.PID)
	if !ok {
		return m
	}
	show := !m.threads[process.TaskKey]
	m.threads = m.threads.with(process.TaskKey, show)
	if show {
		return m.withFolds(m.openFolds().Set(process.TaskKey, true))
	}
	m.list, _ = m.list.Select(m.rows, rowKey(process.TaskKey))
	return m
}

// opened shows the children of the selected row.
func (m Model) opened() Model {
	it, ok := m.selected()
	if !ok || m.order.flat {
		return m
	}
	if line := m.rows.lines[m.list.SelectedIndex()]; !line.HasChildren || line.Expanded {
		return m
	}
	return m.withFolds(m.openFolds().Set(it.task.TaskKey, true))
}

// closed hides the children of the selected row; where there is nothing to hide its parent is selected.
func (m Model) closed() Model {
	it, ok := m.selected()
	if !ok {
		return m
	}
	if m.rows.lines[m.list.SelectedIndex()].Expanded && !m.order.flat {
		return m.withFolds(m.openFolds().Set(it.task.TaskKey, false))
	}
	if it.parent >= 0 {
		m.list, _ = m.list.Select(m.rows, rowKey(m.rows.items[it.parent].task.TaskKey))
	}
	return m
}

// openFolds are the folds that are in force. While there is a filter all that it found is open at first.
func (m Model) openFolds() list.Folds[probe.TaskKey] {
	if m.frame.Filter.Empty() {
		return m.folds
	}
	return m.found
}

// withFolds returns the model with the folds in force changed.
func (m Model) withFolds(folds list.Folds[probe.TaskKey]) Model {
	if m.frame.Filter.Empty() {
		m.folds = folds
	} else {
		m.found = folds
	}
	return m
}
