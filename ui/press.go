package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// pressed routes a key: to the help when it is open, to the filter line when it is edited, else to the root's own keys,
// the details when they are entered, and the active screen.
func (m Model) pressed(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	m.notice = ""
	switch {
	case msg.Code == tea.KeyEscape && msg.Mod == tea.ModAlt:
		return m.escapedTwice()
	case msg.String() == "ctrl+c":
		return m, tea.Quit
	case key.Matches(msg, m.keys.Suspend):
		return m, tea.Suspend
	case m.acting.asked != 0:
		return m.waiting(msg)
	case m.inDialog():
		return m.toldTop(msg)
	case m.help.open:
		return m.pressedHelp(msg)
	case m.filter.editing:
		return m.typed(msg)
	}
	if next, cmd, done := m.pressedGlobal(msg); done {
		return next, cmd
	}
	if next, cmd, done := m.pressedLook(msg); done {
		return next, cmd
	}
	if next, cmd, done := m.pressedAct(msg); done {
		return next, cmd
	}
	if m.details.Focused() {
		return m.pressedDetails(msg)
	}
	return m.pressedList(msg)
}

// escapedTwice is for two escapes that arrive at once, as over a slow line: they read as one with alt, which means nothing else here.
func (m Model) escapedTwice() (tea.Model, tea.Cmd) {
	escape := tea.KeyPressMsg{Code: tea.KeyEscape}
	next, first := m.Update(escape)
	next, second := next.Update(escape)
	return next, tea.Sequence(first, second)
}

// pressedGlobal handles the keys that mean the same everywhere.
func (m Model) pressedGlobal(msg tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	for i, binding := range m.keys.Screens {
		if key.Matches(msg, binding) {
			next, cmd := m.show(i)
			return next, cmd, true
		}
	}
	var next tea.Model = m
	var cmd tea.Cmd
	switch {
	case key.Matches(msg, m.keys.NextTab):
		next, cmd = m.show((m.active + 1) % len(m.screens))
	case key.Matches(msg, m.keys.PrevTab):
		next, cmd = m.show((m.active + len(m.screens) - 1) % len(m.screens))
	case key.Matches(msg, m.keys.Help):
		m.help = helpPage{open: true}
		next = m
	case key.Matches(msg, m.keys.Gaps):
		next = m.openGaps()
	case key.Matches(msg, m.keys.Filter):
		next, cmd = m.editFilter()
	case key.Matches(msg, m.keys.Copy):
		next, cmd = m.copied()
	case key.Matches(msg, m.keys.Pane):
		m.layout = m.layout.next()
		m.details = m.details.Blur()
		next = m.arrange()
	case key.Matches(msg, m.keys.Next):
		next, cmd = m.turn(1)
	case key.Matches(msg, m.keys.Prev):
		next, cmd = m.turn(-1)
	case key.Matches(msg, m.keys.Back):
		next, cmd = m.back()
	case key.Matches(msg, m.keys.Quit):
		cmd = tea.Quit
	default:
		return m.pressedLive(msg)
	}
	return next, cmd, true
}

// pressedLive handles the keys of the refresh.
func (m Model) pressedLive(msg tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	switch {
	case key.Matches(msg, m.keys.Pause):
		m.live.paused = !m.live.paused
		next, cmd := m.pausedOrNot()
		return next, cmd, true
	case key.Matches(msg, m.keys.Refresh):
		next, cmd := m.refresh()
		return next, cmd, true
	case key.Matches(msg, m.keys.Slower):
		next, cmd := m.every(slower(m.live.interval))
		return next, cmd, true
	case key.Matches(msg, m.keys.Faster):
		next, cmd := m.every(faster(m.live.interval))
		return next, cmd, true
	}
	return m, nil, false
}

// pressedDetails handles keys while the details are entered: moves among their links.
func (m Model) pressedDetails(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	switch {
	case key.Matches(msg, m.keys.Follow, m.keys.Right):
		if target, ok := m.details.Link(); ok {
			return m.followed(target)
		}
	case key.Matches(msg, m.keys.Clear, m.keys.Left):
		m.details = m.details.Blur()
		m = m.arrange()
	case key.Matches(msg, m.keys.Move.Up):
		m.details = m.details.Move(-1)
	case key.Matches(msg, m.keys.Move.Down):
		m.details = m.details.Move(1)
	case key.Matches(msg, m.keys.Move.PageUp):
		m.details = m.details.Page(-1)
	case key.Matches(msg, m.keys.Move.PageDown):
		m.details = m.details.Page(1)
	case key.Matches(msg, m.keys.Move.Home):
		m.details = m.details.Edge(-1)
	case key.Matches(msg, m.keys.Move.End):
		m.details = m.details.Edge(1)
	}
	return m, nil
}

// pressedList hands a key to the active screen. Enter leads to what a member row stands for, else into the details.
func (m Model) pressedList(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	switch {
	case key.Matches(msg, m.keys.Clear) && len(m.live.frame.Marks) > 0:
		return m.withMarks(nil), nil
	case key.Matches(msg, m.keys.Clear):
		return m.cleared()
	case key.Matches(msg, m.keys.Follow):
		return m.follow()
	}
	if columned, ok := m.current().(screen.Arranger); ok && key.Matches(msg, columned.ArrangeKey()) {
		return m.arrangeColumns(columned)
	}
	before, _ := m.current().Selected()
	wanted := m.current().Want()
	unchanged := m
	next, cmd := m.current().Update(msg)
	m = m.withCurrent(next).syncDetails()
	if m.chose(unchanged) {
		cmd = tea.Batch(cmd, m.keepCmd())
	}
	after, _ := m.current().Selected()
	if before != after {
		cmd = tea.Batch(cmd, m.wantDetail())
	}
	if wants := m.current().Want(); slices.Equal(wanted.Threads, wants.Threads) && wanted.Parts == wants.Parts {
		return m, cmd
	}
	scanning, scanCmd := m.scan() // Threads and parts of groups are read only where they are shown.
	return scanning, tea.Batch(cmd, scanCmd)
}

// follow leads from the selected row: from a member to its own screen, from a thing to its details.
func (m Model) follow() (tea.Model, tea.Cmd) {
	target, ok := m.current().Selected()
	if !ok {
		return m, nil
	}
	if screenOf(target) != m.active {
		return m.jump(target)
	}
	if m.layout == hidden {
		m.layout = automatic
		m = m.arrange()
	}
	m.details = m.details.Focus()
	return m.arrange(), m.wantDetail() // On a low terminal the details take the place of the list.
}

// copied puts the selected id on the terminal's clipboard (OSC 52).
func (m Model) copied() (tea.Model, tea.Cmd) {
	target, ok := m.current().Selected()
	if m.details.Focused() {
		if link, linked := m.details.Link(); linked {
			target = link
		}
	}
	if !ok || m.live.frame.Now == nil {
		return m, nil
	}
	id := target.ID(m.live.frame.Now)
	return m.saying(theme.Status, "copied "+id), tea.SetClipboard(id)
}

// screenOf returns the index of the screen that shows targets of a kind.
func screenOf(t screen.Target) int {
	switch t.Kind {
	case screen.World:
		return worldsScreen
	case screen.Namespace:
		return namespacesScreen
	case screen.Group:
		return cgroupsScreen
	case screen.Task:
		return tasksScreen
	case screen.File, screen.Nothing:
	}
	return -1
}

// show brings another screen into view.
func (m Model) show(index int) (tea.Model, tea.Cmd) {
	if index == m.active {
		return m, nil
	}
	m.active = index
	m.details = m.details.Blur()
	m = m.arrange().sync()
	next, cmd := m.scan()
	return next, tea.Batch(cmd, next.wantDetail())
}

// jump goes to a target on its own screen, and remembers where the user was.
func (m Model) jump(target screen.Target) (tea.Model, tea.Cmd) {
	index := screenOf(target)
	if index < 0 {
		return m, nil
	}
	from := place{screen: m.active, filter: m.filter.input.Value()}
	from.target, _ = m.current().Selected()
	next, found := m.reveal(index, target)
	if !found {
		return m.saying(theme.Status, target.ID(m.live.frame.Now)+" is not in sight any more"), nil
	}
	next.history = append(m.history[:len(m.history):len(m.history)], from)
	scanning, cmd := next.scan()
	return scanning, tea.Batch(cmd, scanning.wantDetail())
}

// reveal selects a target on a screen. What the filter hides is shown by clearing it: a link must lead somewhere.
func (m Model) reveal(index int, target screen.Target) (Model, bool) {
	next := m
	next.active = index
	next.details = next.details.Blur()
	next = next.arrange().sync()
	if revealed, ok := next.current().Reveal(target); ok {
		return next.withCurrent(revealed).syncDetails(), true
	}
	next = next.withoutFilter().sync()
	revealed, ok := next.current().Reveal(target)
	if !ok {
		return m, false
	}
	return next.withCurrent(revealed).syncDetails(), true
}

// back leads out of a part of the screen in view, else to where the user was before the last jump.
func (m Model) back() (tea.Model, tea.Cmd) {
	if next, cmd, ok := m.out(); ok {
		return next, cmd
	}
	if len(m.history) == 0 {
		return m.saying(theme.Status, "nowhere to go back to"), nil
	}
	last := m.history[len(m.history)-1]
	m.history = m.history[:len(m.history)-1]
	m.active = last.screen
	m.details = m.details.Blur()
	m.filter.input.SetValue(last.filter)
	m = m.arrange().parseFilter()
	if next, ok := m.current().Reveal(last.target); ok {
		m = m.withCurrent(next).syncDetails()
	}
	next, cmd := m.scan()
	return next, tea.Batch(cmd, next.wantDetail())
}
