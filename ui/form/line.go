package form

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// part is a piece of a line in one role.
type part struct {
	text   string // As it comes; it is made safe here.
	role   theme.Role
	ground theme.Ground
}

// pen draws lines of one width.
type pen struct {
	styles theme.Styles
	width  int
}

// line draws parts behind each other in exactly the width: what is too much is cut, and what is missing is blank.
func (p pen) line(parts ...part) string {
	var b strings.Builder
	room := p.width
	for _, s := range parts {
		if room <= 0 {
			break
		}
		cut := text.Truncate(s.text, room)
		room -= text.Width(cut)
		b.WriteString(p.styles.On(s.ground, s.role).Paint(cut))
	}
	b.WriteString(text.Spaces(room))
	return b.String()
}

// blank is an empty line.
func (p pen) blank() string { return text.Spaces(p.width) }

// sentence draws a text in as many lines as it needs, behind a blank at the left.
func (p pen) sentence(role theme.Role, says string) []string {
	if says == "" {
		return nil
	}
	var lines []string
	for _, row := range wrap(says, p.width-2) {
		lines = append(lines, p.line(part{text: " "}, part{text: row, role: role}))
	}
	return lines
}

// wrap breaks a text between words, or within those that are too long, to lines of at most the width.
func wrap(says string, width int) []string {
	return strings.Split(ansi.Wrap(text.Safe(says), max(1, width), "/"), "\n")
}

// to is a pen for another width.
func (p pen) to(width int) pen { return pen{p.styles, max(0, width)} }

// fault draws in one line what stands in the way.
func (p pen) fault(says string) string {
	return p.line(part{text: " ! ", role: theme.Bad}, part{text: says, role: theme.Bad})
}
