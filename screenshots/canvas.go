package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// kind is how a path is painted. Kinds are painted in this order.
type kind int

const (
	fillGround  kind = iota // Backgrounds of cells.
	fillBlock               // Block elements, which must meet without a seam.
	fillShape               // Squares, circles, triangles, braille dots.
	strokeLight             // Lines of box drawing.
	strokeHeavy
	strokeDouble // Both lines of a double line in one.
	strokeGap    // The gap of a double line.
	strokeRule   // Underlines and strikes, above the text.
	fillCursor
)

// paint is the attributes of each kind; %s is the colour. Square ends overlap
// those of the next cell, where cells do not end at whole pixels.
var paint = [...]string{
	fillGround:   `fill="%s" shape-rendering="crispEdges"`,
	fillBlock:    `fill="%s" shape-rendering="crispEdges"`,
	fillShape:    `fill="%s"`,
	strokeLight:  `fill="none" stroke="%s" stroke-width="1.5" stroke-linecap="square"`,
	strokeHeavy:  `fill="none" stroke="%s" stroke-width="3.5" stroke-linecap="square"`,
	strokeDouble: `fill="none" stroke="%s" stroke-width="5"`,
	strokeGap:    `fill="none" stroke="%s" stroke-width="2.2" stroke-linecap="square"`,
	strokeRule:   `fill="none" stroke="%s" stroke-width="1.2"`,
	fillCursor:   `fill="%s" fill-opacity="0.5"`,
}

// box is a rectangle in pixels.
type box struct{ x, y, w, h float64 }

// middle returns the centre of the box.
func (b box) middle() (x, y float64) {
	return b.x + b.w/2, b.y + b.h/2
}

// canvas collects paths by kind and colour, so that each pair becomes one
// element.
type canvas struct {
	layers []*layer
}

// layer is one path element to be.
type layer struct {
	kind  kind
	color string
	path  strings.Builder
	last  box // The last rectangle or level line, not yet in path: the next may prolong it.
}

func (c *canvas) layer(k kind, color string) *layer {
	for _, l := range c.layers {
		if l.kind == k && l.color == color {
			return l
		}
	}
	l := &layer{kind: k, color: color}
	c.layers = append(c.layers, l)
	return l
}

// rect paints a rectangle. One that continues the last of its kind and colour
// to the right prolongs it, because two that touch may show a seam.
func (c *canvas) rect(k kind, color string, b box) {
	l := c.layer(k, color)
	if l.last.y == b.y && l.last.h == b.h && math.Abs(l.last.x+l.last.w-b.x) < 0.01 {
		l.last.w += b.w
		return
	}
	l.flush()
	l.last = b
}

func (l *layer) flush() {
	switch b := l.last; {
	case b.w == 0:
	case b.h == 0:
		fmt.Fprintf(&l.path, "M%s %sh%s", num(b.x), num(b.y), num(b.w))
	default:
		fmt.Fprintf(&l.path, "M%s %sh%sv%sh%sz", num(b.x), num(b.y), num(b.w), num(b.h), num(-b.w))
	}
	l.last = box{}
}

// level strokes a line from left to right, one with those that it continues.
func (c *canvas) level(k kind, color string, x, y, width float64) {
	c.rect(k, color, box{x, y, width, 0})
}

// line strokes a line.
func (c *canvas) line(k kind, color string, x1, y1, x2, y2 float64) {
	c.path(k, color, "M%s %sL%s %s", x1, y1, x2, y2)
}

// path paints SVG path data with its numbers written in.
func (c *canvas) path(k kind, color, format string, numbers ...float64) {
	args := make([]any, len(numbers))
	for i, n := range numbers {
		args[i] = num(n)
	}
	fmt.Fprintf(&c.layer(k, color).path, format, args...)
}

// write writes the layers of the kinds from first to last.
func (c *canvas) write(b *strings.Builder, first, last kind) {
	for k := first; k <= last; k++ {
		for _, l := range c.layers {
			if l.kind == k {
				l.flush()
				fmt.Fprintf(b, `<path `+paint[k]+` d="%s"/>`+"\n", l.color, l.path.String())
			}
		}
	}
}

// num writes a number with at most two decimals.
func num(f float64) string {
	return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
}
