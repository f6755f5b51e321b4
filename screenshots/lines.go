package main

// weight is how a line of box drawing is drawn.
type weight int

const (
	none weight = iota
	light
	heavy
	double
)

// stroke is the kind of each weight.
var stroke = map[weight]kind{light: strokeLight, heavy: strokeHeavy, double: strokeDouble}

// cross is the four arms of a box drawing character, from its middle to the
// edges of the cell.
type cross struct{ up, right, down, left weight }

// arms are the box drawing characters made of straight arms, in the order of
// Unicode's chart (U+2500 to U+257F).
var arms = map[rune]cross{
	'─': {0, 1, 0, 1}, '━': {0, 2, 0, 2}, '│': {1, 0, 1, 0}, '┃': {2, 0, 2, 0},
	'┌': {0, 1, 1, 0}, '┍': {0, 2, 1, 0}, '┎': {0, 1, 2, 0}, '┏': {0, 2, 2, 0},
	'┐': {0, 0, 1, 1}, '┑': {0, 0, 1, 2}, '┒': {0, 0, 2, 1}, '┓': {0, 0, 2, 2},
	'└': {1, 1, 0, 0}, '┕': {1, 2, 0, 0}, '┖': {2, 1, 0, 0}, '┗': {2, 2, 0, 0},
	'┘': {1, 0, 0, 1}, '┙': {1, 0, 0, 2}, '┚': {2, 0, 0, 1}, '┛': {2, 0, 0, 2},
	'├': {1, 1, 1, 0}, '┝': {1, 2, 1, 0}, '┞': {2, 1, 1, 0}, '┟': {1, 1, 2, 0},
	'┠': {2, 1, 2, 0}, '┡': {2, 2, 1, 0}, '┢': {1, 2, 2, 0}, '┣': {2, 2, 2, 0},
	'┤': {1, 0, 1, 1}, '┥': {1, 0, 1, 2}, '┦': {2, 0, 1, 1}, '┧': {1, 0, 2, 1},
	'┨': {2, 0, 2, 1}, '┩': {2, 0, 1, 2}, '┪': {1, 0, 2, 2}, '┫': {2, 0, 2, 2},
	'┬': {0, 1, 1, 1}, '┭': {0, 1, 1, 2}, '┮': {0, 2, 1, 1}, '┯': {0, 2, 1, 2},
	'┰': {0, 1, 2, 1}, '┱': {0, 1, 2, 2}, '┲': {0, 2, 2, 1}, '┳': {0, 2, 2, 2},
	'┴': {1, 1, 0, 1}, '┵': {1, 1, 0, 2}, '┶': {1, 2, 0, 1}, '┷': {1, 2, 0, 2},
	'┸': {2, 1, 0, 1}, '┹': {2, 1, 0, 2}, '┺': {2, 2, 0, 1}, '┻': {2, 2, 0, 2},
	'┼': {1, 1, 1, 1}, '┽': {1, 1, 1, 2}, '┾': {1, 2, 1, 1}, '┿': {1, 2, 1, 2},
	'╀': {2, 1, 1, 1}, '╁': {1, 1, 2, 1}, '╂': {2, 1, 2, 1}, '╃': {2, 1, 1, 2},
	'╄': {2, 2, 1, 1}, '╅': {1, 1, 2, 2}, '╆': {1, 2, 2, 1}, '╇': {2, 2, 1, 2},
	'╈': {1, 2, 2, 2}, '╉': {2, 1, 2, 2}, '╊': {2, 2, 2, 1}, '╋': {2, 2, 2, 2},
	'═': {0, 3, 0, 3}, '║': {3, 0, 3, 0}, '╒': {0, 3, 1, 0}, '╓': {0, 1, 3, 0},
	'╔': {0, 3, 3, 0}, '╕': {0, 0, 1, 3}, '╖': {0, 0, 3, 1}, '╗': {0, 0, 3, 3},
	'╘': {1, 3, 0, 0}, '╙': {3, 1, 0, 0}, '╚': {3, 3, 0, 0}, '╛': {1, 0, 0, 3},
	'╜': {3, 0, 0, 1}, '╝': {3, 0, 0, 3}, '╞': {1, 3, 1, 0}, '╟': {3, 1, 3, 0},
	'╠': {3, 3, 3, 0}, '╡': {1, 0, 1, 3}, '╢': {3, 0, 3, 1}, '╣': {3, 0, 3, 3},
	'╤': {0, 3, 1, 3}, '╥': {0, 1, 3, 1}, '╦': {0, 3, 3, 3}, '╧': {1, 3, 0, 3},
	'╨': {3, 1, 0, 1}, '╩': {3, 3, 0, 3}, '╪': {1, 3, 1, 3}, '╫': {3, 1, 3, 1}, '╬': {3, 3, 3, 3},
	'╴': {0, 0, 0, 1}, '╵': {1, 0, 0, 0}, '╶': {0, 1, 0, 0}, '╷': {0, 0, 1, 0},
	'╸': {0, 0, 0, 2}, '╹': {2, 0, 0, 0}, '╺': {0, 2, 0, 0}, '╻': {0, 0, 2, 0},
	'╼': {0, 2, 0, 1}, '╽': {1, 0, 2, 0}, '╾': {0, 1, 0, 2}, '╿': {2, 0, 1, 0},
}

func drawArms(c *canvas, i ink, a cross, at box) {
	for _, w := range []weight{light, heavy, double} {
		drawWeight(c, stroke[w], hex(i.fg), a.of(w), at)
	}
	drawWeight(c, strokeGap, hex(i.bg), a.of(double), at)
}

// reach says which arms there are.
type reach struct{ up, right, down, left bool }

func (a cross) of(w weight) reach {
	return reach{a.up == w, a.right == w, a.down == w, a.left == w}
}

// drawWeight draws the arms of one weight: straight through where they go on at
// the other side, round the corner where there are just two, else to the middle.
func drawWeight(c *canvas, k kind, color string, r reach, at box) {
	x, y := at.middle()
	side, end := at.x+at.w, at.y+at.h
	if r.left {
		side = at.x
	}
	if r.up {
		end = at.y
	}
	if r.left != r.right && r.up != r.down {
		c.path(k, color, "M%s %sL%s %sL%s %s", side, y, x, y, x, end)
		return
	}
	switch {
	case r.left && r.right:
		c.level(k, color, at.x, y, at.w)
	case r.left || r.right:
		c.line(k, color, side, y, x, y)
	}
	switch {
	case r.up && r.down:
		c.line(k, color, x, at.y, x, at.y+at.h)
	case r.up || r.down:
		c.line(k, color, x, end, x, y)
	}
}

// arcs are the rounded corners: the arms that they join.
var arcs = map[rune]reach{
	'╭': {down: true, right: true}, '╮': {down: true, left: true},
	'╯': {up: true, left: true}, '╰': {up: true, right: true},
}

func drawArc(c *canvas, fg string, r reach, at box) {
	x, y := at.middle()
	side, end, bend := at.x+at.w, at.y+at.h, at.y+at.h/2+at.w/2
	if r.left {
		side = at.x
	}
	if r.up {
		end, bend = at.y, at.y+at.h/2-at.w/2
	}
	// The curve takes half of the cell's width, the rest is straight.
	c.path(strokeLight, fg, "M%s %sL%s %sQ%s %s %s %s", x, end, x, bend, x, y, side, y)
}

// dashed is a line cut into pieces.
type dashed struct {
	pieces  int
	upright bool
	weight  weight
}

var dashes = map[rune]dashed{
	'╌': {2, false, light}, '╍': {2, false, heavy}, '╎': {2, true, light}, '╏': {2, true, heavy},
	'┄': {3, false, light}, '┅': {3, false, heavy}, '┆': {3, true, light}, '┇': {3, true, heavy},
	'┈': {4, false, light}, '┉': {4, false, heavy}, '┊': {4, true, light}, '┋': {4, true, heavy},
}

// drawDashes draws the pieces as rectangles: a stroke's square ends would fill
// the gaps.
func drawDashes(c *canvas, fg string, d dashed, at box) {
	thick := map[weight]float64{light: 1.5, heavy: 3.5}[d.weight]
	x, y := at.middle()
	n := float64(d.pieces)
	for i := 0.0; i < n; i++ {
		if d.upright {
			c.rect(fillShape, fg, box{x - thick/2, at.y + at.h*(i+0.2)/n, thick, at.h * 0.6 / n})
		} else {
			c.rect(fillShape, fg, box{at.x + at.w*(i+0.2)/n, y - thick/2, at.w * 0.6 / n, thick})
		}
	}
}

func isDiagonal(r rune) bool {
	return r >= '╱' && r <= '╳'
}

func drawDiagonal(c *canvas, fg string, r rune, at box) {
	if r != '╲' {
		c.line(strokeLight, fg, at.x, at.y+at.h, at.x+at.w, at.y)
	}
	if r != '╱' {
		c.line(strokeLight, fg, at.x, at.y, at.x+at.w, at.y+at.h)
	}
}
