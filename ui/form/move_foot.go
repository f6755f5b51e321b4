package form

import (
	"fmt"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// toggles are the options with their keys: in one line, or in two where it is too long.
func (m MoveTo) toggles(p pen) []string {
	first := toggle("only this thread", "ctrl+t", m.options.Thread)
	second := toggle("with descendants", "ctrl+d", m.options.Descendants)
	if partsWidth(first)+partsWidth(second) <= p.width {
		return []string{p.line(append(first, second...)...)}
	}
	return []string{p.line(first...), p.line(second...)}
}

// toggle is an option that a key turns on and off.
func toggle(says, key string, on bool) []part {
	box := part{text: " [ ] "}
	role := theme.Text
	if on {
		box, role = part{text: " [x] ", role: theme.Own}, theme.Own
	}
	return []part{box, {text: says, role: role}, {text: "  "}, {text: key, role: theme.Key}, {text: "   "}}
}

func partsWidth(parts []part) int {
	sum := 0
	for _, p := range parts {
		sum += text.Width(p.text)
	}
	return sum
}

// status is what stands in the way, else what the selected group is.
func (m MoveTo) status(p pen) string {
	i := m.picker.selected()
	switch {
	case m.gone != "":
		return p.fault(m.gone)
	case m.says != "":
		return p.fault(m.says)
	case i < 0:
		return p.blank()
	}
	at := m.places.at(i)
	says := "into " + at.full()
	switch {
	case at.group == nil:
		says = fmt.Sprintf("%s is mounted nowhere in sight", at.key.Hierarchy)
	case at.here:
		says = hereSign + " already in " + at.full()
	}
	says = text.TruncateMiddle(says, p.width-2)
	if room := p.width - 2 - text.Width(says); !at.here && room > len(hereLegend) {
		says += text.Spaces(room-text.Width(hereLegend)) + hereLegend
	}
	return p.line(part{text: " "}, part{text: says, role: theme.Dim})
}

// hereLegend explains the sign of the groups that the tasks are in.
const hereLegend = hereSign + " where it is now"

// full names a group so that its hierarchy is told too.
func (p *place) full() string {
	if p.hierarchy.Version > 1 {
		return p.key.Path + " of " + p.key.Hierarchy
	}
	return p.key.String()
}
