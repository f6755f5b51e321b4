package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/pane"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// helpPage is the page with all keys, what the signs mean and what could not be read.
type helpPage struct {
	open   bool
	gaps   bool // Only what could not be read.
	offset int
}

// openGaps shows what could not be read.
func (m Model) openGaps() Model {
	switch {
	case m.live.frame.Now == nil:
		return m.saying(theme.Warn, "nothing has been read yet")
	case len(m.blindness()) == 0:
		return m.saying(theme.Status, "nothing is missing: all could be read")
	}
	m.help = helpPage{open: true, gaps: true}
	return m
}

// pressedHelp scrolls the help, or closes it.
func (m Model) pressedHelp(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	switch {
	case key.Matches(msg, m.keys.Move.Up):
		m.help.offset--
	case key.Matches(msg, m.keys.Move.Down):
		m.help.offset++
	case key.Matches(msg, m.keys.Move.PageUp):
		m.help.offset -= m.height - 3
	case key.Matches(msg, m.keys.Move.PageDown):
		m.help.offset += m.height - 3
	case key.Matches(msg, m.keys.Move.Home):
		m.help.offset = 0
	case key.Matches(msg, m.keys.Move.End):
		m.help.offset = len(m.helpText(m.width - 2))
	default:
		m.help.open = false
	}
	m.help.offset = max(0, min(m.help.offset, len(m.helpText(m.width-2))-(m.height-2)))
	return m, nil
}

// helpLines draws the help over the whole screen.
func (m Model) helpLines() []string {
	all := m.helpText(m.width - 2)
	height := m.height - 2
	title := "Help"
	if m.help.gaps {
		title = "Could not be read"
	}
	frame := pane.Frame{
		Title: title, Note: "any other key closes", Focused: true,
		First: m.help.offset, Count: height, Total: len(all),
	}
	last := min(len(all), m.help.offset+height)
	return frame.Draw(m.styles, all[min(m.help.offset, last):last], m.width, m.height)
}

// signs are the marks of the worlds' matrix and of the lists.
var signs = []struct {
	sign, what string
	role       theme.Role
}{
	{"·", "the host's namespace: no wall", theme.Host},
	{"■", "a namespace of its own", theme.Own},
	{"A", "shared with the rows that have the same letter in the column", theme.Letter(0)},
	{"?", "not permitted to be read", theme.Unknown},
	{"–", "there is none: a zombie, or an older kernel", theme.Dim},
	{"umpnhict", "walls in short: user, mnt, pid, net, host name (uts), ipc, cgroup, time", theme.Own},
	{"‖", "frozen: it does not run, whatever its state", theme.Frozen},
	{"¦", "freezing: asked for, but some of it still runs", theme.Frozen},
	{"⚑", "an alarm on its pressure is set; with a number it went off so often", theme.Bad},
	{"*", "marked; ◆ where it is selected too", theme.Cursor},
	{"+", "new since a moment", theme.Born},
	{"~", "changed a moment ago", theme.Changed},
	{"-", "gone a moment ago", theme.Gone},
}

// helpWriter writes the lines of the help.
type helpWriter struct {
	m     Model
	width int
	lines []string
}

// heading adds a heading, with a blank line before it.
func (w *helpWriter) heading(title string) {
	w.lines = append(w.lines, text.Spaces(w.width), w.m.styles.Paint(theme.Header, text.Fit(" "+title, w.width)))
}

// pair adds a sign or key, and what it means.
func (w *helpWriter) pair(role theme.Role, sign, what string) {
	w.lines = append(w.lines, w.m.pair(role, sign, what, w.width))
}

// helpText returns all lines of the help, each exactly the width.
func (m Model) helpText(width int) []string {
	w := helpWriter{m: m, width: width}
	if m.help.gaps {
		w.gaps()
		return w.lines
	}
	for _, s := range m.keys.sections(m.current().Name(), m.current().Keys(), m.config.Actions != nil) {
		w.heading(s.title)
		for _, binding := range s.keys {
			w.pair(theme.Key, binding.Help().Key, binding.Help().Desc)
		}
	}
	w.heading("Filter")
	for _, line := range filterHelp {
		w.pair(theme.Key, line.term, line.what)
	}
	w.heading("Signs")
	for _, s := range signs {
		w.pair(s.role, s.sign, s.what)
	}
	if len(m.blindness()) > 0 {
		w.heading("Could not be read")
		w.gaps()
	}
	return w.lines[1:]
}

// gaps adds what could not be read.
func (w *helpWriter) gaps() {
	for _, b := range w.m.blindness() {
		for _, part := range strings.Split(ansi.Wrap(text.Safe(b.says), max(1, w.width-helpColumn), ""), "\n") {
			w.pair(theme.Warn, b.sign, part)
			b.sign = ""
		}
	}
}

// blindness says what could not be read, and what would help.
func (m Model) blindness() (all []struct{ sign, says string }) {
	now := m.live.frame.Now
	if now == nil {
		return nil
	}
	for _, says := range now.Blind() {
		all = append(all, struct{ sign, says string }{"!", says})
	}
	for _, gap := range now.Gaps {
		says := fmt.Sprintf("%s: %s, such as %s", gap.Where, gap.Err, gap.First)
		all = append(all, struct{ sign, says string }{fmt.Sprint(gap.Count), says})
	}
	if len(now.Gaps) > 0 {
		all = append(all, struct{ sign, says string }{"", m.gapsAdvice()})
	}
	return all
}

// helpColumn is the width of the keys and signs.
const helpColumn = 18

// filterHelp says what a filter may be.
var filterHelp = []struct{ term, what string }{
	{"nginx", "any text in the row"},
	{"!nginx", "not that text; any term can be negated"},
	{"comm:nginx", "the name of the program; cmd: its arguments"},
	{"pid:20553", "a process; ppid: tid: likewise"},
	{"user:nobody", "whose it is; uid: by number"},
	{"cg:/docker", "in a group whose path has that text"},
	{"net:4026531840", "in that namespace; ns: of any type"},
	{"state:Z", "the state; cpu: the last CPU; type: of namespace"},
}

// pair draws a sign or key, and what it means.
func (m Model) pair(role theme.Role, sign, what string, width int) string {
	return m.styles.Paint(role, text.Fit("  "+sign, helpColumn)) +
		m.styles.Paint(theme.Text, text.Fit(what, max(0, width-helpColumn)))
}

// gapsAdvice says what would help against what could not be read.
func (m Model) gapsAdvice() string {
	if m.live.frame.Now.Host.UID != 0 {
		return "As root, or with CAP_SYS_PTRACE in the user namespace of a process, its namespaces can be read."
	}
	return "Even root may be refused, by a security module or where a capability is missing."
}
