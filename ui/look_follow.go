package ui

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/dialog"
)

// remadeMsg brings the page of a reader made anew.
type remadeMsg struct {
	serial int
	page   dialog.Remade
}

// reading opens a page that is read in a command, and made again after every scan while it is open.
func (m Model) reading(again dialog.Remake) (tea.Model, tea.Cmd) {
	now := m.live.frame.Now
	return m.build(func() (dialog.Dialog, error) {
		page, err := again(now)
		if err != nil {
			return nil, err
		}
		return dialog.NewReader(page).Following(again), nil
	})
}

// remake has the page that is in sight made again, unless that is still being done.
func (m Model) remake() (Model, tea.Cmd) {
	if !m.inDialog() || m.acting.remaking != 0 {
		return m, nil
	}
	one := m.acting.dialogs[len(m.acting.dialogs)-1]
	reader, ok := one.Dialog.(dialog.Reader)
	again, follows := reader.Again()
	if !ok || !follows {
		return m, nil
	}
	m.acting.remaking = one.serial
	now := m.live.frame.Now
	return m, func() tea.Msg {
		page, err := again(now)
		return remadeMsg{one.serial, dialog.Remade{Page: page, Err: err}}
	}
}

// remade hands a page to the reader that it was made for.
func (m Model) remade(msg remadeMsg) (tea.Model, tea.Cmd) {
	m.acting.remaking = 0
	return m.toldOne(msg.serial, msg.page)
}
