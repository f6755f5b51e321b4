package report

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Part is a piece of safe text in one role.
type Part struct {
	Text string
	Role theme.Role
}

// Line is a line of a page that is laid out. It may be narrower than the width.
type Line []Part

// Plain is the line without roles.
func (l Line) Plain() string {
	var b strings.Builder
	for _, p := range l {
		b.WriteString(p.Text)
	}
	return strings.TrimRight(b.String(), " ")
}

// What stands before the text of a row, what is between columns, and how wide a column may be without need.
const (
	markRoom  = 2
	gap       = 2
	mostCells = 60
)

// Head lays out the headings of the columns; there is no line where there are none.
func (p Page) Head(width int) []Line {
	if len(p.Columns) == 0 {
		return nil
	}
	return p.lay(Row{Role: theme.Header, Cells: p.Columns}, p.widths(width), width)
}

// Body lays out the rows in lines of at most the width.
func (p Page) Body(width int) []Line {
	widths := p.widths(width)
	var lines []Line
	for _, row := range p.Rows {
		if row.Head && len(lines) > 0 {
			lines = append(lines, nil)
		}
		lines = append(lines, p.lay(row, widths, width)...)
	}
	return lines
}

// lay lays out a row, each of its cells wrapped.
func (p Page) lay(row Row, widths []int, width int) []Line {
	before := text.Fit(row.Mark, markRoom)
	if row.Head {
		before = ""
	}
	if row.Deep {
		before = text.Spaces(2*markRoom) + before
	}
	if len(row.Cells) != len(widths) {
		widths = []int{max(1, width-len(before))}
	}
	var cells [][]string
	high := 0
	for i, cell := range row.Cells {
		wrapped := strings.Split(ansi.Wrap(text.Safe(cell), max(1, widths[i]), ""), "\n")
		cells = append(cells, wrapped)
		high = max(high, len(wrapped))
	}
	lines := make([]Line, high)
	for at := range lines {
		l := Line{{Text: before, Role: row.Role}}
		for i, wrapped := range cells {
			piece := ""
			if at < len(wrapped) {
				piece = wrapped[at]
			}
			if i > 0 {
				l = append(l, Part{Text: text.Spaces(gap)})
			}
			l = append(l, Part{Text: text.Fit(piece, widths[i]), Role: row.Role})
		}
		lines[at], before = l, text.Spaces(text.Width(before))
	}
	return lines
}

// widths shares the width among the columns: the first gets what it needs, up to three tenths of it, and the others what
// they need of the rest, none more than another that has not enough.
func (p Page) widths(width int) []int {
	count := len(p.Columns)
	if count == 0 {
		return nil
	}
	needs := p.needs()
	room := width - markRoom - gap*(count-1)
	widths := make([]int, count)
	widths[0] = min(needs[0], max(room*3/10, min(room/3, 10)))
	room -= widths[0]
	for i := 1; i < count; i++ {
		rest := 0 // What those behind it can do with.
		for _, need := range needs[i+1:] {
			rest += min(need, room/(count-i))
		}
		widths[i] = max(1, min(needs[i], room-rest))
		room -= widths[i]
	}
	return widths
}

// needs are the widths by which nothing would be wrapped but what is very wide.
func (p Page) needs() []int {
	needs := make([]int, len(p.Columns))
	for _, row := range append([]Row{{Cells: p.Columns}}, p.Rows...) {
		if len(row.Cells) != len(needs) {
			continue
		}
		for i, cell := range row.Cells {
			needs[i] = min(max(needs[i], text.Width(cell)), mostCells)
		}
	}
	return needs
}
