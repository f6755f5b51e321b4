package dialog

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// keyRoom is what the key of an entry takes, with the mark of the selected one before it.
const keyRoom = 6

// box is the menu in a box of some width. Below the entries the reason of the selected one is said in full; the room for
// it is that of the longest, so that the box keeps its size.
func (m Menu) box(width int) box {
	room := inner(width)
	b := box{title: m.title}
	if len(m.entries) == 0 {
		b.body = wrap(theme.Dim, "", "nothing can be done to this", room)
		return b
	}
	names, longest := 0, 0
	for i, e := range m.entries {
		names = max(names, text.Width(e.Name))
		longest = max(longest, len(m.reason(i, room)))
	}
	for i := range m.entries {
		b.body = append(b.body, m.entry(i, names, room))
	}
	if longest > 0 {
		reason := m.reason(m.at, room)
		b.foot = append(append([]line{nil}, reason...), make([]line, longest-len(reason))...)
	}
	b.offset = max(0, m.at-b.shown(m.room.Height)+1)
	return b
}

// narrow returns the width that the menu needs.
func (m Menu) narrow(width int) int {
	names, notes := 0, 0
	for i, e := range m.entries {
		sign, says := m.note(i)
		names, notes = max(names, text.Width(e.Name)), max(notes, text.Width(sign+says))
	}
	return min(width, max(least, edges+2*margin+keyRoom+names+2+notes, text.Width(m.title)+titleRoom))
}

// entry draws one entry: its key, its name, and what there is to say about it as far as there is room.
func (m Menu) entry(i, names, width int) line {
	e := m.entries[i]
	mark, ground, keyRole, role := " ", theme.Page, theme.Key, theme.Text
	if e.Refused != nil {
		keyRole, role = theme.KeyOff, theme.Dim
	}
	if i == m.at {
		mark, ground = "▌", theme.Bar
	}
	sign, says := m.note(i)
	name := text.Fit(e.Name, min(names+2, max(0, width-keyRoom)))
	rest := text.Fit(sign+says, max(0, width-keyRoom-text.Width(name)))
	return line{
		{text: mark, role: theme.Cursor, ground: ground},
		{text: text.Fit(" "+e.Key.Help().Key, keyRoom-1), role: keyRole, ground: ground},
		{text: name, role: role, ground: ground},
		{text: rest, role: m.noteRole(i), ground: ground},
	}
}

// note is what there is to say about an entry: that it is refused, or that a guard stands in its way.
func (m Menu) note(i int) (sign, says string) {
	switch {
	case m.entries[i].Refused != nil:
		return "✗ ", m.entries[i].Refused.Error()
	case m.guards[i] != "":
		return "‼ ", m.guards[i]
	}
	return "", ""
}

func (m Menu) noteRole(i int) theme.Role {
	if m.entries[i].Refused == nil {
		return theme.Warn
	}
	return theme.Dim
}

// reason says in full why an entry is refused or guarded.
func (m Menu) reason(i, width int) []line {
	sign, says := m.note(i)
	if says == "" {
		return nil
	}
	return wrap(m.noteRole(i), sign, says, width)
}
