package main

import (
	"encoding/xml"
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	"bulkhead/ui/uitest"
)

// span is a piece of text of one style in one row.
type span struct {
	x, y         int // Cell.
	columns      int
	text         string
	fg           color.RGBA
	bold, italic bool
	alone        bool // Takes no other character in.
}

// spans cuts the text of a row into spans. Each is stretched to its
// columns, so a character that a fallback font may draw in another width stands
// alone, else it would move all others of its span.
func (p picture) spans(y int) []span {
	var spans []span
	for x, cell := range p.cells[y] {
		if _, path := drawn(cell); path || cell.Width == 0 || strings.TrimSpace(cell.Text) == "" {
			continue
		}
		next := span{
			x: x, y: y, columns: cell.Width, text: cell.Text, fg: p.ink(cell.Style).fg,
			bold: cell.Style.Bold, italic: cell.Style.Italic, alone: !isCommon(cell),
		}
		if last := len(spans) - 1; last < 0 || !spans[last].join(next) {
			spans = append(spans, next)
		}
	}
	return spans
}

// join appends next to s if both can be one span: side by side, or one space
// apart. Two signs side by side stay apart, because fonts for programmers make
// one arrow of "->".
func (s *span) join(next span) bool {
	gap := next.x - (s.x + s.columns)
	if s.alone || next.alone || gap > 1 || s.fg != next.fg || s.bold != next.bold || s.italic != next.italic {
		return false
	}
	if gap == 0 && isSign(s.text[len(s.text)-1]) && isSign(next.text[0]) {
		return false
	}
	s.text += strings.Repeat(" ", gap) + next.text
	s.columns += gap + next.columns
	return true
}

// isSign reports whether c is an ASCII character that fonts may join with
// another one.
func isSign(c byte) bool {
	return strings.IndexByte("!#$%&*+-./:;<=>?@\\^_|~", c) >= 0
}

// isCommon reports whether every monospaced font has the character, in the same
// width as the others: Latin, Greek, Cyrillic and the commonest signs.
func isCommon(cell uitest.Cell) bool {
	r, size := utf8.DecodeRuneInString(cell.Text)
	return cell.Width == 1 && size == len(cell.Text) &&
		(r < 0x300 || r >= 0x370 && r < 0x483 || strings.ContainsRune("–—‘’“”…", r))
}

func (s span) write(b *strings.Builder) {
	fmt.Fprintf(b, `<text x="%s" y="%d" textLength="%s" lengthAdjust="spacingAndGlyphs" fill="%s"`,
		num(float64(s.x)*cellWidth), s.y*cellHeight+baseline, num(float64(s.columns)*cellWidth), hex(s.fg))
	if s.bold {
		b.WriteString(` font-weight="bold"`)
	}
	if s.italic {
		b.WriteString(` font-style="italic"`)
	}
	b.WriteString(">")
	_ = xml.EscapeText(b, []byte(s.text)) // A builder takes everything.
	b.WriteString("</text>\n")
}
