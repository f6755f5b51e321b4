package ui

import (
	tea "charm.land/bubbletea/v2"
)

// mouse handles clicks and the wheel: a click selects a row, a link or a tab, the wheel moves what is under it.
func (m Model) mouse(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.tooSmall() || m.acting.asked != 0 {
		return m, nil
	}
	if m.inDialog() {
		return m.wheeledDialog(msg)
	}
	if m.help.open {
		return m, nil
	}
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return m.clicked(msg.Mouse())
	case tea.MouseWheelMsg:
		return m.wheeled(msg.Mouse())
	}
	return m, nil
}

func (m Model) clicked(mouse tea.Mouse) (tea.Model, tea.Cmd) {
	if mouse.Button != tea.MouseLeft {
		return m, nil
	}
	if index, ok := m.tabAt(mouse.X, mouse.Y); ok {
		return m.show(index)
	}
	list, details := m.rooms()
	if inside := details.inside(); inside.contains(mouse.X, mouse.Y) {
		m.details = m.details.Focus().Click(mouse.Y - inside.y)
		if target, ok := m.details.Link(); ok && m.details.Clicked(mouse.Y-inside.y) {
			return m.followed(target)
		}
		return m, nil
	}
	if inside := list.inside(); inside.contains(mouse.X, mouse.Y) {
		m.details = m.details.Blur()
		m = m.arrange()
		m = m.withCurrent(m.current().Click(mouse.Y - inside.y)).syncDetails()
		return m, m.wantDetail()
	}
	return m, nil
}

// wheeledDialog scrolls the dialog in sight. Nothing is chosen in it by a click: that might hit what has just appeared.
func (m Model) wheeledDialog(msg tea.Msg) (tea.Model, tea.Cmd) {
	wheel, ok := msg.(tea.MouseWheelMsg)
	if !ok {
		return m, nil
	}
	code := tea.KeyDown
	if wheel.Button == tea.MouseWheelUp {
		code = tea.KeyUp
	}
	return m.toldTop(tea.KeyPressMsg{Code: code})
}

// wheelLines is how far one notch of the wheel moves.
const wheelLines = 3

func (m Model) wheeled(mouse tea.Mouse) (tea.Model, tea.Cmd) {
	step := wheelLines
	if mouse.Button == tea.MouseWheelUp {
		step = -wheelLines
	}
	if _, details := m.rooms(); details.contains(mouse.X, mouse.Y) {
		m.details = m.details.Scroll(step)
		return m, nil
	}
	m = m.withCurrent(m.current().Wheel(step)).syncDetails()
	return m, m.wantDetail()
}
