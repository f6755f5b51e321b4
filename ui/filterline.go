package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/filter"
)

func newInput() textinput.Model {
	input := textinput.New()
	input.Prompt = "/ "
	input.CharLimit = 200
	input.Placeholder = "text, net:4026531840, user:nobody, cg:/docker, comm:nginx, pid:1, !term"
	return input
}

// editFilter begins to edit the filter.
func (m Model) editFilter() (Model, tea.Cmd) {
	m.filter.editing = true
	m.filter.input.CursorEnd()
	cmd := m.filter.input.Focus()
	return m, cmd
}

// typed hands a key or a paste to the filter line; the filter works while it is typed.
func (m Model) typed(msg tea.Msg) (tea.Model, tea.Cmd) {
	if !m.filter.editing {
		return m, nil
	}
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case press.String() == "enter" || press.String() == "tab":
			m.filter.editing = false
			m.filter.input.Blur()
			return m.refiltered(), nil // Keys that follow are about what was found.
		case key.Matches(press, m.keys.Clear):
			m.filter.editing = false
			m.filter.input.Blur()
			return m.setFilter("")
		case press.String() == "up" || press.String() == "down":
			return m.refiltered().pressedList(press)
		}
	}
	before := m.filter.input.Value()
	var cmd tea.Cmd
	m.filter.input, cmd = m.filter.input.Update(msg)
	if m.filter.input.Value() == before {
		return m, cmd
	}
	if m = m.parsed(); !m.crowded() {
		return m.sync(), cmd
	}
	m.filter.due = true
	return m, tea.Batch(cmd, func() tea.Msg { return typedMsg{} })
}

// typedMsg has the screen be brought up to date with what was typed, behind the picture that already shows the letter.
type typedMsg struct{}

// crowdedFrom is how many processes there must be for a letter to be shown ahead of what it chooses from them, which takes longer
// than all else that a key does.
const crowdedFrom = 5000

func (m Model) crowded() bool {
	return m.live.frame.Now != nil && len(m.live.frame.Now.Tasks) >= crowdedFrom
}

// refiltered brings the screen up to date with what was typed, all letters that came meanwhile at once.
func (m Model) refiltered() Model {
	if !m.filter.due {
		return m
	}
	return m.sync()
}

// setFilter replaces the filter.
func (m Model) setFilter(expression string) (tea.Model, tea.Cmd) {
	m.filter.input.SetValue(expression)
	next := m.parseFilter()
	return next, next.wantDetail()
}

// withoutFilter clears the filter.
func (m Model) withoutFilter() Model {
	m.filter.input.SetValue("")
	return m.parseFilter()
}

// staleNote says what the list shows while what stands in the line is no filter. While it is typed the line itself tells.
func (f filterLine) staleNote(inForce filter.Filter) string {
	switch {
	case f.err == nil || f.editing:
		return ""
	case inForce.Empty():
		return "not filtered"
	}
	return "still filtered by " + inForce.String()
}

// parseFilter applies what stands in the line. While it does not parse the last filter that did stays in force.
func (m Model) parseFilter() Model { return m.parsed().sync() }

// parsed takes over what stands in the line, for the next time that the screen is brought up to date.
func (m Model) parsed() Model {
	parsed, err := filter.Parse(m.filter.input.Value())
	m.filter.err = err
	if err == nil {
		m.live.frame.Filter = parsed
	}
	return m
}
