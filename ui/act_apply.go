package ui

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// previewUndo previews what takes a change back, as far as it can be.
func (m Model) previewUndo(entry int) (tea.Model, tea.Cmd) {
	c := m.acting.changes[entry]
	plan, whole := c.rest.Undo()
	switch {
	case len(plan.Steps) == 0 && c.over() != "":
		return m.saying(theme.Warn, "that is "+c.over()+" already"), nil
	case len(plan.Steps) == 0:
		return m.saying(theme.Warn, "that cannot be undone"), nil
	case !whole:
		plan.Warnings = append(plan.Warnings, "only a part of it can be taken back")
	}
	return m.open(dialog.NewPreview(plan), entry)
}

// apply applies a plan, and closes all dialogs.
func (m Model) apply(plan actions.Plan, undoes int) (tea.Model, tea.Cmd) {
	if m.acting.applying != "" {
		return m.saying(theme.Warn, "still at work: "+m.acting.applying), nil
	}
	m.acting.dialogs = nil
	m.acting.applying = plan.Title
	return m, applyCmd(m.ctx, m.config.Actions, m.live.frame.Now, plan, undoes)
}

// applied tells what came of a plan, and looks at once what the host is now like.
func (m Model) applied(msg appliedMsg) (tea.Model, tea.Cmd) {
	r := msg.report
	m.acting.applying = ""
	m.acting = m.acting.withChange(r, msg.undoes, msg.at)
	m = m.saying(r.Role(), m.telling(r))
	var opening tea.Cmd
	if r.Err != nil && (len(r.Done) > 0 || !r.Fits(m.width-2)) {
		m, opening = m.open(dialog.NewFailed(r, len(m.acting.changes)-1), -1)
	}
	next, scanning := m.scan()
	return next, tea.Batch(opening, scanning)
}
