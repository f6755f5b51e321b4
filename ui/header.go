package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// header says what host this is and who reads it, and at the right what the last scan saw and how old it is. What finds no room is
// left out, the least important first: the counts, which the lists have too, are kept in their order, and the kernel's release
// goes before all else.
func (m Model) header() string {
	const title = "bulkhead"
	state := m.scanState()
	var name, kernel, mode, user, gaps, processes, namespaces, groups, cost string
	if now := m.live.frame.Now; now != nil {
		name, kernel, user = text.Safe(now.Host.Name), "Linux "+text.Safe(now.Host.Kernel), m.rightsNote()
		if now.Host.Mode != "" { // The first picture comes before the groups are read.
			mode = "cgroup " + now.Host.Mode
			if now.Inside() != "" {
				mode += " from inside"
			}
		}
		gaps, cost = m.gapsNote(), m.costNote()
		processes, namespaces, groups = fmt.Sprintf("%d processes", len(now.Tasks)),
			fmt.Sprintf("%d namespaces", len(now.Namespaces)), fmt.Sprintf("%d groups", len(now.Groups))
	}
	room := m.width - len(title) - 2 // Of the parts one has no gap.
	for _, chain := range []struct {
		gap   int
		parts []*string
	}{
		{2, []*string{&state}},
		{3, []*string{&name}},
		{3, []*string{&user}},
		{2, []*string{&gaps}},
		{2, []*string{&processes, &namespaces, &groups}},
		{3, []*string{&mode}},
		{2, []*string{&cost}},
		{3, []*string{&kernel}},
	} {
		room -= fitted(chain.parts, chain.gap, room)
	}
	says, tail := joined(" · ", name, kernel, mode, user), joined("  ", cost, groups, namespaces, processes, gaps, state)
	fill := m.width - len(title) - 4 - text.Width(says) - text.Width(tail)
	return " " + m.styles.Paint(theme.Title, title) + "  " + m.styles.Paint(theme.Status, says) +
		text.Spaces(fill) + m.styles.Paint(m.stateRole(), tail)
}

// fitted empties those parts that do not fit into the room, with all that come behind them, and returns what the others take.
func fitted(parts []*string, gap, room int) (taken int) {
	full := false
	for _, part := range parts {
		need := text.Width(*part) + gap
		full = full || taken+need > room
		switch {
		case full:
			*part = ""
		case *part != "":
			taken += need
		}
	}
	return taken
}

// joined joins the parts that are not empty.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), between)
}

// scanState says whether the picture is live.
func (m Model) scanState() string {
	switch {
	case m.live.err != nil && m.live.frame.Now != nil:
		return fmt.Sprintf("✗ scan failed, %s old", text.Age(time.Since(m.live.frame.Now.At)))
	case m.live.paused && m.live.frame.Now != nil:
		return fmt.Sprintf("‖ paused, %s old", text.Age(time.Since(m.live.frame.Now.At)))
	case m.live.paused:
		return "‖ paused"
	}
	return "● " + m.live.interval.String()
}

func (m Model) stateRole() theme.Role {
	switch {
	case m.live.err != nil:
		return theme.Bad
	case m.live.paused:
		return theme.Warn
	}
	return theme.Status
}

// costNote says what the last scan took, or how old the picture is when it is not the newest, unless that is said already.
func (m Model) costNote() string {
	if m.live.err != nil {
		return ""
	}
	if age := time.Since(m.live.frame.Now.At); age > 2*m.live.interval+time.Second && !m.live.paused {
		return fmt.Sprintf("%s old", text.Age(age))
	}
	return fmt.Sprintf("scan %s", m.live.cost.Round(100*time.Microsecond))
}

// toldCost returns what is to be said of what a scan takes. What was said holds as long as it is about right: two scans never
// take the same time, and a figure that changes in each picture has the terminal written to though nothing happened.
func toldCost(told, now time.Duration) time.Duration {
	if 2*told <= 3*now && 2*now <= 3*told {
		return told
	}
	return now
}

// rightsNote says who reads.
func (m Model) rightsNote() string { return m.live.frame.Now.Host.User }

// gapsNote counts what could not be read, or says that some of the host is out of sight: what it begins with is the key that tells
// more.
func (m Model) gapsNote() string {
	count := 0
	for _, gap := range m.live.frame.Now.Gaps {
		count += gap.Count
	}
	switch blind := len(m.live.frame.Now.Blind()); {
	case count == 0 && blind == 0:
		return ""
	case count == 0:
		return "! partial view"
	case m.width < narrowTabs:
		return fmt.Sprintf("! %d", count)
	}
	return fmt.Sprintf("! %d unreadable", count)
}
