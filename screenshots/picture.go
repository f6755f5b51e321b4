package main

import (
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	"bulkhead/ui/uitest"
)

// Sizes in pixels. The cell is as wide as a character of JetBrains Mono at this
// font size, so that the font's own spacing is kept.
const (
	cellWidth  = 9.6
	cellHeight = 20
	fontSize   = 16
	baseline   = 15 // Below the top of the cell.
	padding    = 14
	corner     = 10
)

// picture is what is drawn: the screen at one moment, in a theme.
type picture struct {
	cells            [][]uitest.Cell
	cursorX, cursorY int
	cursor           bool
	theme            theme
}

func newPicture(t *uitest.Terminal, th theme) picture {
	p := picture{cells: t.Cells(), theme: th}
	p.cursorX, p.cursorY, p.cursor = t.Cursor()
	return p
}

// ink is the colours of a cell after reversing and fading.
type ink struct {
	fg, bg color.RGBA
	ground bool // The background is not the terminal's own.
}

func (p picture) ink(s uitest.Style) ink {
	i := ink{
		fg:     p.theme.color(s.FG, p.theme.fg),
		bg:     p.theme.color(s.BG, p.theme.bg),
		ground: s.BG != nil || s.Reverse,
	}
	if s.Reverse {
		i.fg, i.bg = i.bg, i.fg
	}
	if s.Faint {
		i.fg = blend(i.fg, i.bg, 0.55)
	}
	return i
}

// svg draws the picture: backgrounds first, then lines and shapes, then text.
func (p picture) svg() string {
	var c canvas
	var texts strings.Builder
	for y, row := range p.cells {
		for x := range row {
			p.drawCell(&c, x, y)
		}
		for _, s := range p.spans(y) {
			s.write(&texts)
		}
	}
	if p.cursor {
		c.rect(fillCursor, hex(p.theme.fg), box{float64(p.cursorX) * cellWidth, float64(p.cursorY) * cellHeight, cellWidth, cellHeight})
	}
	var b strings.Builder
	p.writeHead(&b)
	c.write(&b, fillGround, strokeGap)
	b.WriteString(texts.String())
	c.write(&b, strokeRule, fillCursor)
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

func (p picture) writeHead(b *strings.Builder) {
	width, height := 2.0*padding, 2.0*padding+cellHeight*float64(len(p.cells))
	if len(p.cells) > 0 {
		width += cellWidth * float64(len(p.cells[0]))
	}
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s">`+"\n",
		num(width), num(height))
	fmt.Fprintf(b, `<rect x="0.5" y="0.5" width="%s" height="%s" rx="%d" fill="%s" stroke="%s"/>`+"\n",
		num(width-1), num(height-1), corner, hex(p.theme.bg), hex(p.theme.border))
	fmt.Fprintf(b, `<g transform="translate(%d %d)" font-family="'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="%d">`+"\n", padding, padding, fontSize)
}

// drawCell draws what is not text: the ground, rules, and the characters that
// must meet their neighbours' or have the cell's exact size.
func (p picture) drawCell(c *canvas, x, y int) {
	cell := p.cells[y][x]
	if cell.Width == 0 {
		return
	}
	at := box{float64(x) * cellWidth, float64(y) * cellHeight, float64(cell.Width) * cellWidth, cellHeight}
	i := p.ink(cell.Style)
	if i.ground {
		c.rect(fillGround, hex(i.bg), at)
	}
	if cell.Style.Underline {
		c.level(strokeRule, hex(i.fg), at.x, at.y+17.5, at.w)
	}
	if cell.Style.Strike {
		c.level(strokeRule, hex(i.fg), at.x, at.y+10.5, at.w)
	}
	if r, ok := drawn(cell); ok {
		drawRune(c, r, at, i)
	}
}

// drawn returns the character of a cell that is drawn as a path.
func drawn(cell uitest.Cell) (rune, bool) {
	r, size := utf8.DecodeRuneInString(cell.Text)
	return r, cell.Width == 1 && size == len(cell.Text) && isDrawn(r)
}
