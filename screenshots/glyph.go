package main

import "image/color"

// isDrawn reports whether drawRune draws the character.
func isDrawn(r rune) bool {
	_, line := arms[r]
	_, dash := dashes[r]
	_, arc := arcs[r]
	_, shape := shapes[r]
	_, round := circles[r]
	_, shade := shades[r]
	return line || dash || arc || shape || round || shade || isBlock(r) || isBraille(r) || isDiagonal(r)
}

// drawRune draws a character of box drawing, a block element, a braille pattern
// or a geometric shape into the cell at.
func drawRune(c *canvas, r rune, at box, i ink) {
	fg := hex(i.fg)
	switch {
	case isBlock(r):
		drawBlock(c, fg, r, at)
	case isBraille(r):
		drawBraille(c, fg, r, at)
	case isDiagonal(r):
		drawDiagonal(c, fg, r, at)
	}
	if a, ok := arms[r]; ok {
		drawArms(c, i, a, at)
	}
	if d, ok := dashes[r]; ok {
		drawDashes(c, fg, d, at)
	}
	if a, ok := arcs[r]; ok {
		drawArc(c, fg, a, at)
	}
	if s, ok := shapes[r]; ok {
		drawShape(c, fg, s, at)
	}
	if s, ok := circles[r]; ok {
		drawCircle(c, fg, s, at)
	}
	if share, ok := shades[r]; ok {
		drawShade(c, blend(i.fg, i.bg, share), at)
	}
}

// shades are the parts of the foreground in shaded blocks.
var shades = map[rune]float64{'░': 0.25, '▒': 0.5, '▓': 0.75}

func drawShade(c *canvas, fg color.RGBA, at box) {
	c.rect(fillBlock, hex(fg), at)
}

// quadrants are the quarters that a character fills: 1 upper left, 2 upper
// right, 4 lower left, 8 lower right.
var quadrants = map[rune]int{
	'▖': 4, '▗': 8, '▘': 1, '▝': 2, '▚': 1 + 8, '▞': 2 + 4,
	'▙': 1 + 4 + 8, '▛': 1 + 2 + 4, '▜': 1 + 2 + 8, '▟': 2 + 4 + 8,
}

// isBlock reports whether r is a block element without a shade.
func isBlock(r rune) bool {
	return r >= '▀' && r <= '▟' && shades[r] == 0
}

func drawBlock(c *canvas, fg string, r rune, at box) {
	// In eighths of the cell.
	part := func(x, y, w, h float64) {
		c.rect(fillBlock, fg, box{at.x + at.w*x/8, at.y + at.h*y/8, at.w * w / 8, at.h * h / 8})
	}
	switch {
	case r == '▀':
		part(0, 0, 8, 4)
	case r <= '█': // Lower one eighth to eight.
		n := float64(r - '▀')
		part(0, 8-n, 8, n)
	case r <= '▏': // Left seven eighths to one.
		part(0, 0, float64('▐'-r), 8)
	case r == '▐':
		part(4, 0, 4, 8)
	case r == '▔':
		part(0, 0, 8, 1)
	case r == '▕':
		part(7, 0, 1, 8)
	}
	for n := range 4 {
		if quadrants[r]&(1<<n) != 0 {
			part(float64(n%2)*4, float64(n/2)*4, 4, 4)
		}
	}
}

func isBraille(r rune) bool {
	return r >= 0x2800 && r <= 0x28ff
}

// drawBraille draws the dots of a pattern. Its bits count the first three rows
// column by column, then the fourth row.
func drawBraille(c *canvas, fg string, r rune, at box) {
	for bit := range 8 {
		if (r-0x2800)&(1<<bit) == 0 {
			continue
		}
		column, row := bit/3, bit%3
		if bit >= 6 {
			column, row = bit-6, 3
		}
		x := at.x + at.w*(0.25+0.5*float64(column))
		y := at.y + at.h*(0.125+0.25*float64(row))
		disc(c, fillShape, fg, x, y, 1.4)
	}
}

// disc draws a circle as two arcs.
func disc(c *canvas, k kind, fg string, x, y, radius float64) {
	c.path(k, fg, "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z",
		x-radius, y, radius, radius, 2*radius, radius, radius, -2*radius)
}

// shape is a polygon: corners relative to the middle of the cell, in pixels.
type shape struct {
	hollow  bool
	corners []float64
}

var shapes = map[rune]shape{
	'■': {false, []float64{-3.7, -3.7, 3.7, -3.7, 3.7, 3.7, -3.7, 3.7}},
	'□': {true, []float64{-3.2, -3.2, 3.2, -3.2, 3.2, 3.2, -3.2, 3.2}},
	'▪': {false, []float64{-2, -2, 2, -2, 2, 2, -2, 2}},
	'▲': {false, []float64{-4.4, 3.8, 0, -3.8, 4.4, 3.8}},
	'▼': {false, []float64{-4.4, -3.8, 0, 3.8, 4.4, -3.8}},
	'▶': {false, []float64{-3.8, -4.4, 3.8, 0, -3.8, 4.4}},
	'◀': {false, []float64{3.8, -4.4, -3.8, 0, 3.8, 4.4}},
	'▴': {false, []float64{-3.2, 2.6, 0, -2.6, 3.2, 2.6}},
	'▾': {false, []float64{-3.2, -2.6, 0, 2.6, 3.2, -2.6}},
	'▸': {false, []float64{-2.6, -3.4, 2.6, 0, -2.6, 3.4}},
	'◂': {false, []float64{2.6, -3.4, -2.6, 0, 2.6, 3.4}},
	'◆': {false, []float64{0, -4.6, 4.6, 0, 0, 4.6, -4.6, 0}},
	'◇': {true, []float64{0, -4.1, 4.1, 0, 0, 4.1, -4.1, 0}},
}

func drawShape(c *canvas, fg string, s shape, at box) {
	x, y := at.middle()
	format, numbers := "M%s %s", []float64{x + s.corners[0], y + s.corners[1]}
	for n := 2; n < len(s.corners); n += 2 {
		format += "L%s %s"
		numbers = append(numbers, x+s.corners[n], y+s.corners[n+1])
	}
	c.path(fillOrOutline(s.hollow), fg, format+"z", numbers...)
}

// circle is a round shape.
type circle struct {
	radius float64
	hollow bool
}

var circles = map[rune]circle{'●': {3.8, false}, '○': {3.4, true}, '·': {1.1, false}, '∙': {1.1, false}, '•': {2.2, false}}

func drawCircle(c *canvas, fg string, s circle, at box) {
	x, y := at.middle()
	disc(c, fillOrOutline(s.hollow), fg, x, y, s.radius)
}

func fillOrOutline(hollow bool) kind {
	if hollow {
		return strokeLight
	}
	return fillShape
}
