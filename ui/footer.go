package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// footer is the last line: the filter while it is typed, what has just been done, or the keys.
func (m Model) footer() string {
	switch {
	case m.notice != "":
		return m.styles.Paint(m.role, text.Fit(" "+m.notice, m.width))
	case m.acting.asked != 0:
		return m.styles.Paint(theme.Status, text.Fit(" planning…  esc gives up", m.width))
	case m.inDialog():
		return m.hints(m.dialogKeys(), nil)
	case m.comparing() != "":
		return m.styles.Paint(theme.Status, text.Fit(" "+m.comparing(), m.width))
	case m.acting.applying != "":
		return m.styles.Paint(theme.Status, text.Fit(" at work: "+m.acting.applying+"…", m.width))
	case m.filter.editing:
		return m.filterFooter()
	case m.filter.err != nil:
		return m.styles.Paint(theme.Bad, text.Fit(" "+m.filter.err.Error(), m.width))
	case m.live.err != nil:
		return m.styles.Paint(theme.Bad, text.Fit(" "+m.live.err.Error(), m.width))
	}
	return m.keyLine()
}

// filterFooter draws the line the filter is typed in, with what is wrong with it.
func (m Model) filterFooter() string {
	if m.filter.err == nil {
		return m.filter.input.View()
	}
	says := text.Truncate(m.filter.err.Error(), max(0, m.width-text.Width(m.filter.input.Value())-6))
	return m.styles.Paint(theme.Text, "/ "+text.Safe(m.filter.input.Value())) + "  " + m.styles.Paint(theme.Bad, says)
}

// keyLine draws the most useful keys, as many as find room.
func (m Model) keyLine() string {
	keys := m.current().Keys()
	if m.details.Focused() {
		keys = nil
	}
	bindings := append([]key.Binding{m.keys.Help, m.keys.Filter, m.keys.Follow}, m.actHints()...)
	bindings = append(append(bindings, m.keys.Back), keys...)
	if !screenOfEvents(m.active) {
		bindings = append(bindings, m.keys.Pane, m.keys.Next)
	}
	bindings = append(bindings, m.keys.Copy, m.keys.Pause)
	return m.hints(bindings, &m.keys.Quit)
}

// actHints are the most useful of the keys that act.
func (m Model) actHints() []key.Binding {
	if m.config.Actions == nil {
		return nil
	}
	hints := []key.Binding{m.keys.Act.Menu, m.keys.Act.Freeze}
	if _, ok := m.acting.lastUndoable(); ok {
		hints = append(hints, m.keys.Act.Undo)
	}
	return hints
}

// hints draws keys and what they do, as many as find room, and the last one in any case.
func (m Model) hints(bindings []key.Binding, last *key.Binding) string {
	quit, quitWidth := "", 0
	if last != nil {
		quit, quitWidth = m.keyHint(*last)
	}
	var b strings.Builder
	room := m.width - 1 - quitWidth
	b.WriteString(" ")
	for _, binding := range bindings {
		if hint, width := m.keyHint(binding); width <= room {
			room -= width
			b.WriteString(hint)
		}
	}
	return b.String() + quit + text.Spaces(room)
}

// keyHint draws a key and what it does in short: what stands before a colon or comma. It takes that many cells.
func (m Model) keyHint(binding key.Binding) (hint string, width int) {
	h := binding.Help()
	what, _, _ := strings.Cut(h.Desc, ":")
	what, _, _ = strings.Cut(what, ",")
	hint = m.styles.Paint(theme.Key, h.Key) + " " + m.styles.Paint(theme.KeyHelp, what) + "  "
	return hint, text.Width(h.Key) + 1 + text.Width(what) + 2
}
