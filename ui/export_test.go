package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Bindings returns all keys of the program, those of every screen among them.
func Bindings() []key.Binding {
	var all []key.Binding
	screens := newScreens()
	names := make([]string, len(screens))
	for i, s := range screens {
		names[i] = s.Name()
	}
	for _, s := range defaultKeys(names).sections("", nil, true) {
		all = append(all, s.keys...)
	}
	return all
}

// Box is the dialog in sight of a model, as it is drawn.
func Box(model tea.Model) []string {
	m, _ := model.(Model)
	room := m.dialogRoom()
	return m.acting.dialogs[len(m.acting.dialogs)-1].Draw(m.styles, room.Width, room.Height)
}

// Details is the pane of the details of a model, as it is drawn.
func Details(model tea.Model) []string {
	m, _ := model.(Model)
	_, room := m.rooms()
	frame := m.details.Frame()
	frame.Note = m.aspectNote()
	return frame.Draw(m.styles, m.details.View(m.styles), room.width, room.height)
}
