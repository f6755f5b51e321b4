package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// pressedAct handles the keys that act on what is selected. They do nothing, and are nowhere shown, where nothing can be
// changed.
func (m Model) pressedAct(msg tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	k := m.keys.Act
	if m.config.Actions == nil || m.live.frame.Now == nil {
		return m, nil, false
	}
	if key.Matches(msg, k.New) && screenOfEvents(m.active) {
		return m, nil, false // It means something else there.
	}
	var next tea.Model
	var cmd tea.Cmd
	switch {
	case key.Matches(msg, k.Menu):
		next, cmd = m.openMenu()
	case key.Matches(msg, k.Mark):
		next, cmd = m.toggleMark()
	case key.Matches(msg, k.Undo):
		next, cmd = m.undoLast()
	case key.Matches(msg, k.Alarm) && m.hasAlarm():
		next = m.endAlarm()
	case key.Matches(msg, k.Log):
		next, cmd = m.open(dialog.NewLog(m.acting.log()), -1)
	default:
		return m.pressedOne(msg)
	}
	return next, cmd, true
}

// pressedOne does the act of a key, or says why it cannot be done to what is selected.
func (m Model) pressedOne(msg tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	var wants []string
	for _, a := range acts {
		if !a.there() || !key.Matches(msg, a.key(m.keys.Act)) {
			continue
		}
		if d := m.doing(); a.fits(d.on) {
			next, cmd := m.chosen(a.entry(m.keys.Act, d))
			return next, cmd, true
		}
		wants = append(wants, a.wants)
	}
	if len(wants) == 0 {
		return m, nil, false
	}
	return m.saying(theme.Warn, "select "+strings.Join(wants, ", or ")), nil, true
}

// chosen does what an entry leads to.
func (m Model) chosen(e dialog.Entry) (tea.Model, tea.Cmd) {
	switch {
	case e.Refused != nil:
		return m.refused(e.Refused)
	case e.Dialog != nil:
		return m.build(e.Dialog)
	}
	return m.ask(e.Intent)
}

// doing is what an act is done with at the moment.
func (m Model) doing() doing {
	now := m.live.frame.Now
	return doing{
		host: dialog.Host{
			Now: now, Knobs: m.config.Knobs, Knob: m.config.Knob, Controllers: m.config.Controllers, MountPoint: m.config.MountPoint,
		},
		on: m.subject(),
		frozen: func(group probe.GroupKey) bool {
			at, ours := m.acting.froze(group)
			// The snapshot may be older than the freeze.
			return frozen(now, group) || ours && now.At.Before(m.acting.changes[at].at)
		},
	}
}

// subject is what an act is about: the selected thing, and the marked tasks.
func (m Model) subject() dialog.Subject {
	target, ok := m.current().Selected()
	if !ok {
		target = screen.Target{}
	}
	on := dialog.Subject{Target: target, Tasks: m.marked()}
	if len(on.Tasks) == 0 && target.Kind == screen.Task {
		on.Tasks = []probe.TaskKey{target.Task}
	}
	return on
}

// openMenu opens the menu of all that can be done to what is selected, and has each of it planned to know what cannot.
func (m Model) openMenu() (Model, tea.Cmd) {
	d := m.doing()
	all := entries(m.keys.Act, d)
	next, cmd := m.open(dialog.NewMenu(titleOf(m.live.frame.Now, d.on), all), -1)
	return next, tea.Batch(cmd, judgeCmd(m.config.Actions, m.live.frame.Now, all, next.acting.serial))
}

// undoLast previews what takes the last change back.
func (m Model) undoLast() (tea.Model, tea.Cmd) {
	entry, ok := m.acting.lastUndoable()
	if !ok {
		return m.saying(theme.Warn, "nothing of this session is left to undo"), nil
	}
	return m.previewUndo(entry)
}
