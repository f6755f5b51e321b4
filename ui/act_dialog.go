package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/ui/dialog"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// open opens a dialog over all others. Its plan, if it shows one, takes back the change undoes; -1 for none.
func (m Model) open(d dialog.Dialog, undoes int) (Model, tea.Cmd) {
	m.acting.serial++
	d, _, cmd := d.Update(m.dialogRoom())
	one := opened{Dialog: d, serial: m.acting.serial, undoes: undoes}
	m.acting.dialogs = append(slices.Clone(m.acting.dialogs), one)
	return m, tea.Batch(cmd, readyCmd(m.acting.serial))
}

// closed closes the dialog in sight.
func (m Model) closed() Model {
	m.acting.dialogs = m.acting.dialogs[:max(0, len(m.acting.dialogs)-1)]
	return m
}

// inDialog reports whether a dialog is open, which then has the keys.
func (m Model) inDialog() bool { return len(m.acting.dialogs) > 0 }

// told hands a message to the dialog at a place of the stack, and does what it wants done.
func (m Model) told(at int, msg tea.Msg) (tea.Model, tea.Cmd) {
	one := m.acting.dialogs[at]
	var outcome dialog.Outcome
	var cmd tea.Cmd
	one.Dialog, outcome, cmd = one.Update(msg)
	m.acting.dialogs = slices.Clone(m.acting.dialogs)
	m.acting.dialogs[at] = one
	next, more := m.carry(one, outcome)
	return next, tea.Batch(cmd, more)
}

// toldTop hands a key to the dialog in sight. Where there is no room to see it, it can only be closed.
func (m Model) toldTop(msg tea.Msg) (tea.Model, tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok && m.tooSmall() {
		if press.String() == "esc" {
			return m.closed(), nil
		}
		return m, nil
	}
	return m.told(len(m.acting.dialogs)-1, msg)
}

// toldAll hands a message that is nobody else's to all dialogs: it is of a command of one of them.
func (m Model) toldAll(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmds []tea.Cmd
	for i := range m.acting.dialogs {
		if i >= len(m.acting.dialogs) {
			break
		}
		next, cmd := m.told(i, msg)
		m, _ = next.(Model)
		cmds = append(cmds, cmd)
	}
	return m, tea.Batch(cmds...)
}

// toldOne hands a message to the dialog with a serial, if that is still open.
func (m Model) toldOne(serial int, msg tea.Msg) (tea.Model, tea.Cmd) {
	for i, one := range m.acting.dialogs {
		if one.serial == serial {
			return m.told(i, msg)
		}
	}
	return m, nil
}

// carry does what a dialog wants done.
func (m Model) carry(from opened, outcome dialog.Outcome) (tea.Model, tea.Cmd) {
	switch o := outcome.(type) {
	case dialog.Close:
		return m.closed(), nil
	case dialog.Ask:
		return m.ask(o.Intent)
	case dialog.Apply:
		return m.apply(o.Plan, from.undoes)
	case dialog.Undo:
		return m.previewUndo(o.Entry)
	case dialog.Copy:
		return m.saying(theme.Status, o.Says), tea.SetClipboard(o.Text)
	case dialog.Open:
		return m.open(o.Dialog, -1)
	case dialog.Build:
		return m.build(o.Make)
	case dialog.Arrange:
		return m.closed().arranged(o.Columns)
	}
	return m, nil
}

// ask has an intent planned. Until the plan is there keys are not taken: they would be meant for what is in sight now, and
// would come to the preview.
func (m Model) ask(intent actions.Intent) (tea.Model, tea.Cmd) {
	if m.acting.applying != "" {
		return m.saying(theme.Warn, "still at work: "+m.acting.applying), nil
	}
	m.acting.serial++
	m.acting.asked = m.acting.serial
	return m, planCmd(m.config.Actions, m.live.frame.Now, intent, m.acting.asked)
}

// build has a dialog made, and waits for it as for a plan.
func (m Model) build(maker func() (dialog.Dialog, error)) (tea.Model, tea.Cmd) {
	m.acting.serial++
	m.acting.asked = m.acting.serial
	return m, buildCmd(maker, m.acting.asked)
}

// built opens a dialog that was waited for, or says why there is none.
func (m Model) built(msg builtMsg) (tea.Model, tea.Cmd) {
	if msg.serial != m.acting.asked {
		return m, nil // It was given up.
	}
	m.acting.asked = 0
	if msg.err != nil {
		return m.refused(msg.err)
	}
	return m.open(msg.dialog, -1)
}

// planned shows the preview of a plan that was waited for, or says why there is none.
func (m Model) planned(msg plannedMsg) (tea.Model, tea.Cmd) {
	if msg.serial != m.acting.asked {
		return m, nil // It was given up.
	}
	m.acting.asked = 0
	if msg.err != nil {
		return m.refused(msg.err)
	}
	if at, ok := m.acting.thaws(msg.plan); ok {
		msg.plan.Undoes = m.acting.changes[at].report.At
		return m.apply(msg.plan, at)
	}
	return m.open(dialog.NewPreview(msg.plan), -1)
}

// refused says why something is not done: in the last line where there is room and no dialog, else in a dialog.
func (m Model) refused(why error) (tea.Model, tea.Cmd) {
	if says := "✗ " + why.Error(); !m.inDialog() && text.Width(says)+2 <= m.width {
		return m.saying(theme.Bad, says), nil
	}
	return m.open(dialog.NewNotice("Not possible", why.Error()), -1)
}
