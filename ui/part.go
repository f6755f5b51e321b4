package ui

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// out leads out of a part that the screen in view shows of what it has; ok reports whether it showed one.
func (m Model) out() (_ Model, _ tea.Cmd, ok bool) {
	whole, is := m.current().(screen.Backer)
	if !is {
		return m, nil, false
	}
	next, ok := whole.Back()
	if !ok {
		return m, nil, false
	}
	m = m.withCurrent(next).syncDetails()
	return m, m.wantDetail(), true
}

// cleared clears the filter, or leads out of a part where there is none.
func (m Model) cleared() (tea.Model, tea.Cmd) {
	if m.filter.input.Value() == "" {
		if next, cmd, ok := m.out(); ok {
			return next, cmd
		}
	}
	return m.setFilter("")
}

// rooted makes the group that the program was started with the root of the groups, once the hierarchies are known.
func (m Model) rooted(now *probe.Snapshot) Model {
	find := m.config.Root
	if find == nil || len(now.Hierarchies) == 0 {
		return m
	}
	m.config.Root = nil
	key, err := find(now)
	if err != nil {
		return m.saying(theme.Bad, "✗ root: "+err.Error())
	}
	if groups, ok := m.groups(); ok {
		m = m.withGroups(groups.Root(key))
	}
	return m.syncDetails()
}
