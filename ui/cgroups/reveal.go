package cgroups

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// Reveal implements screen.Screen.
func (m Model) Reveal(target screen.Target) (screen.Screen, bool) {
	if now, ok := m.Selected(); ok && now == target {
		return m, true
	}
	switch {
	case m.catalog == nil:
		return m, false
	case target.Kind == screen.Group:
		return m.revealGroup(target.Group)
	case target.Kind == screen.Task:
		return m.revealTask(target.Task)
	}
	return m, false
}

// revealGroup selects a group, and opens those above it.
func (m Model) revealGroup(key probe.GroupKey) (Model, bool) {
	at, ok := m.catalog.find(key)
	if !ok || m.catalog.nodes[at].at < 0 {
		return m, false
	}
	next := m.around(at).openAbove(at)
	if m.catalog.nodes[at].empty() {
		next.choice.revealed = next.choice.revealed || next.choice.hideEmpty
		next.choice.hideEmpty = false
	}
	next = next.rebuild()
	if next.list, ok = next.list.Select(next.rows, groupKey(key)); !ok {
		return m, false
	}
	return next, true
}

// around leads out of a subtree that does not have a node.
func (m Model) around(at int) Model {
	if !m.holds(at) {
		m.choice.roots = nil
	}
	return m
}

// openAbove opens the groups above a node.
func (m Model) openAbove(at int) Model {
	for up := m.catalog.nodes[at].parent; up >= 0; up = m.catalog.nodes[up].parent {
		m = m.withTree(m.tree().set(m.catalog.nodes[up].group.GroupKey, true))
	}
	return m
}

// revealTask selects a process where it is in sight already, else in the first hierarchy that it is in a group of other
// than the topmost one, else in the first of all. Those in the view go before others.
func (m Model) revealTask(key probe.TaskKey) (Model, bool) {
	for i := range m.rows.Len() {
		if it := m.rows.item(i); it.task != nil && it.task.TaskKey == key {
			m.list, _ = m.list.Select(m.rows, m.rows.Key(i))
			return m, true
		}
	}
	t, ok := m.catalog.now.Task(key.PID)
	if !ok || t.TaskKey != key {
		return m, false
	}
	groups := m.catalog.groupsOf(t.Cgroups)
	slices.Sort(groups)
	if len(groups) == 0 {
		return m, false
	}
	if within := slices.IndexFunc(groups, m.holds); within >= 0 {
		groups = slices.DeleteFunc(groups, func(at int) bool { return !m.holds(at) })
	}
	at := groups[0]
	if i := slices.IndexFunc(groups, func(at int) bool { return m.catalog.nodes[at].parent >= 0 }); i >= 0 {
		at = groups[i]
	}
	return m.revealMember(at, key)
}

// revealMember selects a process in one of its groups.
func (m Model) revealMember(at int, key probe.TaskKey) (Model, bool) {
	group := m.catalog.nodes[at].group.GroupKey
	next := m.around(at).openAbove(at)
	next = next.withTree(next.tree().set(group, true))
	next.choice.members = next.choice.members.Set(group, true)
	next = next.rebuild()
	var ok bool
	if next.list, ok = next.list.Select(next.rows, taskKey(group, key)); !ok {
		return m, false
	}
	return next, true
}
