package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The picture, and the field in it that has the curves.
const (
	width, height            = 910, 420
	left, right, top, bottom = 70, 350, 30, 50
)

// colours are those of the curves, to be told apart on the dark ground by those who see few colours as well.
var colours = []string{"#e69f00", "#56b4e9", "#009e73", "#f0e442", "#d55e00", "#cc79a7", "#8f9bff", "#bbbbbb"}

// scale places what is measured: each axis is logarithmic.
type scale struct{ fromX, toX, fromY, toY float64 }

func (s scale) x(v float64) float64 {
	return left + (width-left-right)*(math.Log10(v)-s.fromX)/(s.toX-s.fromX)
}

func (s scale) y(v float64) float64 {
	return height - bottom - (height-top-bottom)*(math.Log10(v)-s.fromY)/(s.toY-s.fromY)
}

// curve is the CPU time of a command by the number of processes.
type curve struct {
	name string
	x, y []float64
}

// plot draws the CPU time of the commands that print and end against the number of processes.
func plot(all []measured) string {
	curves := curvesOf(all)
	s := fit(curves)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="13">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#16181d"/>`+"\n", width, height)
	s.drawAxes(&b, all)
	s.drawCurves(&b, curves)
	b.WriteString("</svg>\n")
	return b.String()
}

func curvesOf(all []measured) []curve {
	var curves []curve
	for at := range all[0].oneShots {
		c := curve{name: all[0].oneShots[at].name}
		for i := range all {
			if cpu := all[i].cpuOf(c.name).Seconds(); cpu > 0 {
				c.x, c.y = append(c.x, float64(all[i].size)), append(c.y, cpu)
			}
		}
		if len(c.y) > 0 {
			curves = append(curves, c)
		}
	}
	return curves
}

// fit returns the scale that has all curves in whole decades of time.
func fit(curves []curve) scale {
	s := scale{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
	for _, c := range curves {
		s.fromX, s.toX = min(s.fromX, math.Log10(slices.Min(c.x))), max(s.toX, math.Log10(slices.Max(c.x)))
		s.fromY, s.toY = min(s.fromY, math.Floor(math.Log10(slices.Min(c.y)))), max(s.toY, math.Ceil(math.Log10(slices.Max(c.y))))
	}
	if s.fromX == s.toX {
		s.fromX, s.toX = s.fromX-0.5, s.toX+0.5
	}
	if s.fromY == s.toY {
		s.toY++
	}
	return s
}

// drawAxes draws a line for each decade of time, and for each number of processes.
func (s scale) drawAxes(b *strings.Builder, all []measured) {
	for decade := s.fromY; decade <= s.toY; decade++ {
		v := math.Pow(10, decade)
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1[3]f" stroke="#3a3f4a"/>`+"\n", left, width-right, s.y(v))
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end" fill="#c8ccd4">%g s</text>`+"\n", left-8, s.y(v)+4, v)
	}
	for i := range all {
		x := s.x(float64(all[i].size))
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1[1]f" y1="%d" y2="%d" stroke="#3a3f4a"/>`+"\n", x, top, height-bottom)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#c8ccd4">%d</text>`+"\n", x, height-bottom+20, all[i].size)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#c8ccd4">processes</text>`+"\n", (left+width-right)/2, height-12)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="#c8ccd4">CPU time of one run</text>`+"\n", left, top-12)
}

// labelHeight is how far the names of curves are kept apart.
const labelHeight = 17

// drawCurves draws the curves, each with its name behind its end.
func (s scale) drawCurves(b *strings.Builder, curves []curve) {
	order := make([]int, len(curves))
	for i := range order {
		order[i] = i
	}
	end := func(i int) float64 { return s.y(curves[i].y[len(curves[i].y)-1]) }
	slices.SortStableFunc(order, func(i, j int) int { return int(end(i)) - int(end(j)) })
	label := 0.0
	for _, i := range order {
		c, colour := curves[i], colours[i%len(colours)]
		var points []string
		for k := range c.x {
			points = append(points, fmt.Sprintf("%.1f,%.1f", s.x(c.x[k]), s.y(c.y[k])))
		}
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
		for _, p := range points {
			x, y, _ := strings.Cut(p, ",")
			fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="3" fill="%s"/>`+"\n", x, y, colour)
		}
		label = max(label+labelHeight, end(i))
		fmt.Fprintf(b, `<text x="%d" y="%.1f" fill="%s">%s</text>`+"\n", width-right+10, label+4, colour, html.EscapeString(c.name))
	}
}
