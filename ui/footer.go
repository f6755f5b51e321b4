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
	case m.filter.editing:
		return m.filterFooter()
	case m.notice != "":
		return m.styles.Paint(theme.Status, text.Fit(" "+m.notice, m.width))
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
	bindings := append([]key.Binding{m.keys.Help, m.keys.Filter, m.keys.Follow, m.keys.Back}, keys...)
	bindings = append(bindings, m.keys.Pane, m.keys.Copy, m.keys.Pause, m.keys.Quit)
	var b strings.Builder
	room := m.width - 1
	b.WriteString(" ")
	for _, binding := range bindings {
		h := binding.Help()
		what, _, _ := strings.Cut(h.Desc, ":")
		what, _, _ = strings.Cut(what, ",")
		need := text.Width(h.Key) + 1 + text.Width(what) + 2
		if !binding.Enabled() || need > room {
			continue
		}
		room -= need
		b.WriteString(m.styles.Paint(theme.Key, h.Key) + " " + m.styles.Paint(theme.KeyHelp, what) + "  ")
	}
	return b.String() + text.Spaces(room)
}
