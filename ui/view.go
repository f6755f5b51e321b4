package ui

import (
	"fmt"
	"strings"

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
	if m.filter.editing && !m.tooSmall() && !m.inDialog() {
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
	case m.help.open && m.inDialog():
		return m.over(append(m.helpLines()[:m.height-footerHeight], m.footer()))
	case m.help.open:
		return m.helpLines()
	}
	lines := []string{m.header(), m.tabs()}
	lines = append(lines, m.body()...)
	return m.over(append(lines, m.footer()))
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
		frame := m.details.Frame()
		frame.Note = m.aspectNote()
		right = frame.Draw(m.styles, m.details.View(m.styles), details.width, details.height)
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
	switch {
	case shown == total:
	case m.live.frame.Filter.Empty():
		frame.Note = fmt.Sprintf("%d of %d", shown, total)
	default:
		frame.Note = fmt.Sprintf("%d of %d match", shown, total)
	}
	for _, more := range []string{noteOf(s), m.filter.staleNote(m.live.frame.Filter)} {
		if more != "" {
			frame.Note += ", " + more
		}
	}
	if marked := len(m.live.frame.Marks); marked > 0 {
		frame.Note = fmt.Sprintf("%d marked · %s", marked, frame.Note)
	}
	return frame
}

// noteOf returns what else a screen has to say of its rows.
func noteOf(s screen.Screen) string {
	if noter, ok := s.(screen.Noter); ok {
		return noter.Note()
	}
	return ""
}

// syncDetails shows the page of what is selected.
func (m Model) syncDetails() Model {
	target, ok := m.current().Selected()
	if !ok || m.live.frame.Now == nil {
		m.details = m.details.Show(screen.Target{}, detail.Page{})
		return m
	}
	m.details = m.details.Show(target, m.page(target))
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
		says, role := "filter: "+expression, theme.Match
		if m.filter.err != nil {
			says, role = "not in force: "+expression+": "+m.filter.err.Error(), theme.Bad
		}
		says = text.Truncate(says, m.width-used-2)
		b.WriteString(text.Spaces(m.width - used - text.Width(says) - 1))
		b.WriteString(m.styles.Paint(role, says))
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
