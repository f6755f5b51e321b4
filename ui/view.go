package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/detail"
	"bulkhead/ui/pane"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// View draws the whole screen.
func (m Model) View() tea.View {
	view := tea.NewView(strings.Join(m.lines(), "\n"))
	view.AltScreen = true
	view.MouseMode = tea.MouseModeCellMotion
	view.WindowTitle = "bulkhead"
	if m.filter.editing && !m.tooSmall() {
		if cursor := m.filter.input.Cursor(); cursor != nil {
			cursor.Y = m.height - 1
			view.Cursor = cursor
		}
	}
	return view
}

// tooSmall reports whether the terminal has no room for the screen.
func (m Model) tooSmall() bool { return m.width < leastWidth || m.height < leastHeight }

// lines returns the screen, each line at most as wide as it.
func (m Model) lines() []string {
	switch {
	case m.width <= 0 || m.height <= 0:
		return nil
	case m.tooSmall():
		return m.small()
	case m.help.open:
		return m.helpLines()
	}
	lines := []string{m.header(), m.tabs()}
	lines = append(lines, m.body()...)
	return append(lines, m.footer())
}

// small says in whatever room there is that there is too little.
func (m Model) small() []string {
	says := []string{"bulkhead needs", fmt.Sprintf("%dx%d cells", leastWidth, leastHeight), "q quits"}
	for i := range says {
		says[i] = text.Truncate(says[i], m.width)
	}
	return says[:min(len(says), m.height)]
}

// body draws the list and the details.
func (m Model) body() []string {
	list, details := m.rooms()
	var left, right []string
	if list.width > 0 {
		left = m.listFrame().Draw(m.styles, m.listLines(list.inside()), list.width, list.height)
	}
	if details.width > 0 {
		right = m.details.Frame().Draw(m.styles, m.details.View(m.styles), details.width, details.height)
	}
	if details.x == 0 {
		return append(left, right...)
	}
	for i := range left {
		left[i] += right[i]
	}
	return left
}

// listLines draws the list of the active screen, or says why there is none yet.
func (m Model) listLines(room rect) []string {
	if m.live.frame.Now == nil {
		says := "reading…"
		if m.live.err != nil {
			says = m.live.err.Error()
		}
		return []string{m.styles.Paint(theme.Dim, text.Fit(" "+says, room.width))}
	}
	return strings.Split(m.current().View(m.styles, !m.details.Focused()), "\n")
}

func (m Model) listFrame() pane.Frame {
	s := m.current()
	frame := pane.Frame{Title: s.Name(), Focused: !m.details.Focused()}
	if m.live.frame.Now == nil {
		return frame
	}
	frame.First, frame.Count, frame.Total = s.Scroll()
	shown, total := s.Count()
	frame.Note = fmt.Sprintf("%d %s", total, lower(s.Name()))
	if shown != total {
		frame.Note = fmt.Sprintf("%d of %d match", shown, total)
	}
	return frame
}

// syncDetails shows the page of what is selected.
func (m Model) syncDetails() Model {
	target, ok := m.current().Selected()
	if !ok || m.live.frame.Now == nil {
		m.details = m.details.Show(screen.Target{}, detail.Page{})
		return m
	}
	m.details = m.details.Show(target, detail.For(m.live.frame.Now, target, m.live.detail))
	return m
}

// tabs draws the names of the screens, and at the right the filter in force.
func (m Model) tabs() string {
	var b strings.Builder
	used := 0
	for i, s := range m.screens {
		role := theme.Tab
		if i == m.active {
			role = theme.TabActive
		}
		label := m.tabLabel(i, s.Name())
		used += text.Width(label)
		b.WriteString(m.styles.Paint(role, label))
	}
	if expression := m.filter.input.Value(); expression != "" && !m.filter.editing && m.width-used > 12 {
		says := text.Truncate("filter: "+expression, m.width-used-2)
		b.WriteString(text.Spaces(m.width - used - text.Width(says) - 1))
		b.WriteString(m.styles.Paint(theme.Match, says))
	}
	return b.String()
}

// tabLabel is what a tab reads; on a narrow terminal only the active one has its name.
func (m Model) tabLabel(index int, name string) string {
	if m.width < narrowTabs && index != m.active {
		return fmt.Sprintf(" %d ", index+1)
	}
	return fmt.Sprintf(" %d %s ", index+1, name)
}

// narrowTabs is the width from which on all tabs have their names.
const narrowTabs = 64

// tabAt returns the tab under a cell.
func (m Model) tabAt(x, y int) (int, bool) {
	if y != 1 {
		return 0, false
	}
	end := 0
	for i, s := range m.screens {
		end += text.Width(m.tabLabel(i, s.Name()))
		if x < end {
			return i, true
		}
	}
	return 0, false
}

// header says what host this is, and at the right what the last scan saw and how old it is. What finds no room is left
// out, the least important first.
func (m Model) header() string {
	left := []string{"bulkhead"}
	right := []string{m.scanState()}
	if now := m.live.frame.Now; now != nil {
		h := now.Host
		left = append(left, text.Safe(h.Name), "Linux "+text.Safe(h.Kernel))
		if h.Mode != "" { // The first picture comes before the groups are read.
			left = append(left, "cgroup "+h.Mode)
		}
		left = append(left, m.rightsNote())
		right = append(right, m.gapsNote(), fmt.Sprintf("%d processes", len(now.Tasks)),
			fmt.Sprintf("%d namespaces", len(now.Namespaces)), fmt.Sprintf("%d groups", len(now.Groups)), m.costNote())
	}
	return m.joinHeader(left, right)
}

// joinHeader fits the parts of the header into one line. Of the right the first part is kept longest.
func (m Model) joinHeader(left, right []string) string {
	room := m.width - 1
	take := func(parts []string, gap int) (taken []string) {
		for _, part := range parts {
			if part == "" {
				continue
			}
			if need := text.Width(part) + gap; need <= room {
				room -= need
				taken = append(taken, part)
			}
		}
		return taken
	}
	first := take(left[:min(2, len(left))], 3)
	ends := take(right[:min(2, len(right))], 2)
	first = append(first, take(left[min(2, len(left)):], 3)...)
	ends = append(ends, take(right[min(2, len(right)):], 2)...)
	for i, j := 0, len(ends)-1; i < j; i, j = i+1, j-1 {
		ends[i], ends[j] = ends[j], ends[i]
	}
	says, tail := strings.Join(first[1:], " · "), strings.Join(ends, "  ")
	fill := m.width - 1 - text.Width(first[0]) - 2 - text.Width(says) - text.Width(tail) - 1
	return " " + m.styles.Paint(theme.Title, first[0]) + "  " + m.styles.Paint(theme.Status, says) +
		text.Spaces(fill) + m.styles.Paint(m.stateRole(), tail)
}

// scanState says whether the picture is live.
func (m Model) scanState() string {
	switch {
	case m.live.err != nil && m.live.frame.Now != nil:
		return fmt.Sprintf("✗ scan failed, %s old", text.Age(time.Since(m.live.frame.Now.At)))
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

// costNote says what the last scan took, and how old the picture is when it is not the newest.
func (m Model) costNote() string {
	cost := m.live.frame.Now.Cost.Wall.Round(100 * time.Microsecond)
	if age := time.Since(m.live.frame.Now.At); age > 2*m.live.interval+time.Second {
		return fmt.Sprintf("%s old", text.Age(age))
	}
	return fmt.Sprintf("scan %s", cost)
}

// rightsNote says who reads.
func (m Model) rightsNote() string { return m.live.frame.Now.Host.User }

// gapsNote counts what could not be read.
func (m Model) gapsNote() string {
	count := 0
	for _, gap := range m.live.frame.Now.Gaps {
		count += gap.Count
	}
	switch blind := len(m.live.frame.Now.Host.Blind()); {
	case count == 0 && blind == 0:
		return ""
	case count == 0:
		return "! not all in sight"
	}
	return fmt.Sprintf("! %d unreadable", count)
}
