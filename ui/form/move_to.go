package form

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// MoveTo asks into which group tasks are to be moved.
type MoveTo struct {
	now     *probe.Snapshot
	tasks   []probe.TaskKey
	picker  picker
	places  places
	options actions.MoveOptions
	says    string // What stood in the way of a key.
	lost    bool   // The selected group is gone, and no other was chosen yet.
	gone    string
}

// NewMoveTo returns the form that asks where to move processes, or single threads. It begins at a group that they are in.
func NewMoveTo(now *probe.Snapshot, tasks []probe.TaskKey) dialog.Dialog {
	m := MoveTo{
		now: now, tasks: tasks, options: actions.MoveOptions{Force: overridden},
		picker: newPicker("type a part of the group's path", "no group matches", placeColumns...),
	}
	for _, t := range tasks {
		m.options.Thread = m.options.Thread || t.TID != t.PID
	}
	m.places = newPlaces(now, alive(now, tasks))
	m.picker = m.picker.settle(m.places)
	if key, ok := m.places.topmost(); ok {
		m.picker.list, _ = m.picker.list.Select(m.places, placeKey(key))
	}
	m.gone = whoIsGone(now, tasks)
	return m
}

// Update implements dialog.Dialog.
func (m MoveTo) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return m, dialog.Close{}, nil
		case "enter":
			return m.submit()
		case "ctrl+n":
			return m.make()
		case "ctrl+t":
			m.options.Thread = !m.options.Thread
			return m, nil, nil
		case "ctrl+d":
			m.options.Descendants = !m.options.Descendants
			return m, nil, nil
		}
	}
	var did move
	m.picker, did = m.picker.press(msg, m.places)
	if did != nothing {
		m.says, m.lost = "", false
	}
	if did == typed {
		m.places = m.places.choose(m.picker.filter())
		m.picker = m.picker.settle(m.places)
	}
	return m, nil, nil
}

// submit asks for the move.
func (m MoveTo) submit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	i := m.picker.selected()
	switch {
	case m.gone != "" || m.lost:
		return m, nil, nil
	case i < 0:
		m.says = "no group is selected"
		return m, nil, nil
	}
	return m, dialog.Ask{Intent: actions.MoveTasks(m.tasks, m.places.at(i).key, m.options)}, nil
}

// make opens the form for a group below the selected one.
func (m MoveTo) make() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	i := m.picker.selected()
	if i < 0 || m.places.at(i).group == nil {
		m.says = "select the group in which the new one is to be"
		return m, nil, nil
	}
	return m, dialog.Open{Dialog: NewGroup(m.now, m.places.at(i).key)}, nil
}

// Sync implements dialog.Dialog. Where the selected group is gone nothing is done before another one was chosen.
func (m MoveTo) Sync(now *probe.Snapshot) dialog.Dialog {
	before, selected := m.picker.list.SelectedKey()
	m.now = now
	all := newPlaces(now, alive(now, m.tasks))
	if _, ok := all.find(before); selected && !ok {
		was, _ := m.places.find(before)
		m.says, m.lost = fmt.Sprintf("gone: %s was removed; choose another group", was.key), true
	}
	m.places = all.choose(m.picker.filter())
	m.picker = m.picker.refresh(m.places)
	m.gone = whoIsGone(now, m.tasks)
	return m
}

// Draw implements dialog.Dialog.
func (m MoveTo) Draw(styles theme.Styles, width, height int) []string {
	pen := inside(styles, width, mostWidth)
	return m.picker.draw(m.places, pen, height, pickBox{
		title: "Move " + who(m.now, m.tasks) + " to",
		keys:  moveKeys,
		foot:  append(m.toggles(pen), m.status(pen)),
	})
}
