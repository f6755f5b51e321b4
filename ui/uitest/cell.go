package uitest

import (
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// Style is how a cell is drawn. A nil colour is the terminal's default; basic
// and indexed colours keep their types (ansi.BasicColor, ansi.IndexedColor).
type Style struct {
	FG, BG                                          color.Color
	Bold, Faint, Italic, Underline, Reverse, Strike bool
}

// Cell is one character cell of the screen.
type Cell struct {
	Text  string // One grapheme cluster.
	Width int    // In columns: 1, 2 for wide characters, 0 for the column behind a wide one.
	Style Style
}

// Cells returns the screen, row by row.
func (t *Terminal) Cells() [][]Cell {
	lines := t.frame()
	cells := make([][]Cell, len(lines))
	for y, line := range lines {
		cells[y] = make([]Cell, len(line))
		for x := range line {
			cells[y][x] = newCell(&line[x])
		}
	}
	return cells
}

func newCell(c *uv.Cell) Cell {
	has := func(attr uint8) bool { return c.Style.Attrs&attr != 0 }
	text := c.Content
	if has(uv.AttrConceal) {
		text = strings.Repeat(" ", c.Width)
	}
	return Cell{Text: text, Width: c.Width, Style: Style{
		FG:        c.Style.Fg,
		BG:        c.Style.Bg,
		Bold:      has(uv.AttrBold),
		Faint:     has(uv.AttrFaint),
		Italic:    has(uv.AttrItalic),
		Underline: c.Style.Underline != uv.UnderlineNone,
		Reverse:   has(uv.AttrReverse),
		Strike:    has(uv.AttrStrikethrough),
	}}
}

// Find returns the cell where text starts on the screen, the topmost and
// leftmost one.
func (t *Terminal) Find(text string) (x, y int, found bool) {
	for y, row := range t.Cells() {
		var line strings.Builder
		starts := map[int]int{} // Byte offset in the line to column.
		for x, c := range row {
			if c.Width > 0 {
				starts[line.Len()] = x
				line.WriteString(c.Text)
			}
		}
		if at := strings.Index(line.String(), text); at >= 0 {
			x, found := starts[at]
			return x, y, found
		}
	}
	return 0, 0, false
}
