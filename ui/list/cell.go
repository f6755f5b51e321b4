package list

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// leastText is the room that guides of a deep tree leave to the text behind them.
const leastText = 12

// field is a cell with all that decides how it is drawn.
type field struct {
	cell   Cell
	prefix string
	width  int
	shift  int // The cells left out at the beginning.
	align  Align
	cut    text.Mode
}

// cell draws a field in exactly its width.
func (p *pen) cell(f field) {
	if f.prefix != "" {
		room := max(f.width-min(leastText, text.Width(f.cell.Text)), 0)
		prefix := text.TruncateLeft(f.prefix, room)
		p.write(p.styles.On(p.ground, theme.Dim), prefix)
		f.width -= text.Width(prefix)
	}
	safe := text.Safe(f.cell.Text)
	from, head, tail, dots := 0, len(safe), len(safe), ""
	if f.shift > 0 {
		from = text.Skip(safe, f.shift)
	}
	width := text.Width(safe[from:])
	if width > f.width {
		head, tail = text.Cut(safe[from:], f.width, f.cut)
		head, tail, dots = head+from, tail+from, text.Ellipsis
		width = text.Width(safe[from:head]) + text.Width(safe[tail:]) + 1
	}
	if f.width <= 0 {
		return
	}
	left := indent(f.align, f.width-width)
	p.spaces(left)
	ink := p.styles.On(p.ground, f.cell.Role)
	if len(f.cell.Matches) == 0 && len(f.cell.Spans) == 0 {
		p.write(ink, safe[from:head])
		p.write(ink, dots)
		p.write(ink, safe[tail:])
	} else {
		h := highlight{
			ink: ink, match: p.styles.On(p.ground, theme.Match),
			ranges: safeRanges(f.cell, safe), parts: p.inked(f.cell, safe),
		}
		p.highlighted(h, safe[from:head], from)
		p.write(ink, dots)
		p.highlighted(h, safe[tail:], tail)
	}
	p.spaces(f.width - width - left)
}

// indent is the part of the blank cells that stands left of the text.
func indent(a Align, blank int) int {
	switch a {
	case AlignRight:
		return blank
	case AlignCenter:
		return blank / 2
	default:
		return 0
	}
}

// safeRanges moves the ranges of a raw text to where these bytes are in the safe one.
func safeRanges(c Cell, safe string) [][2]int {
	if safe == c.Text {
		return c.Matches
	}
	moved := make([][2]int, 0, len(c.Matches))
	for _, r := range c.Matches {
		from, to := max(min(r[0], len(c.Text)), 0), max(min(r[1], len(c.Text)), 0)
		moved = append(moved, [2]int{len(text.Safe(c.Text[:from])), len(text.Safe(c.Text[:to]))})
	}
	return moved
}

// highlight is how a text is drawn that the filter found something in, or that has parts in roles of their own.
type highlight struct {
	ink, match theme.Ink
	ranges     [][2]int // Over the whole safe text.
	parts      []inked
}

// at is the ink of the character at a byte of the whole text.
func (h highlight) at(offset int) theme.Ink {
	for _, r := range h.ranges {
		if offset >= r[0] && offset < r[1] {
			return h.match
		}
	}
	for _, part := range h.parts {
		if offset >= part.from && offset < part.to {
			return part.ink
		}
	}
	return h.ink
}

// highlighted draws the part of a text that begins at offset, grapheme by grapheme, since a sequence between the
// characters of one would tear it apart.
func (p *pen) highlighted(h highlight, part string, offset int) {
	for part != "" {
		grapheme, _ := ansi.FirstGraphemeCluster(part, ansi.GraphemeWidth)
		p.write(h.at(offset), grapheme)
		offset += len(grapheme)
		part = part[len(grapheme):]
	}
}
