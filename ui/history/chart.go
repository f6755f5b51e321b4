package history

import (
	"math"
	"strings"
	"time"

	"bulkhead/ui/text"
)

// Level says how a run of a chart is meant; whoever draws it says how it looks.
type Level uint8

// The levels.
const (
	Calm  Level = iota
	Quiet       // A gap, nothing used, the scale.
	Warn        // From the first threshold on,
	Bad         // and from the second.
)

// Run is characters of one level.
type Run struct {
	Text  string
	Level Level
}

// Unit is how the values of a chart are written.
type Unit struct {
	Write  func(float64) string
	Binary bool    // Its scales end at powers of two, as those of bytes; else at a digit with zeros.
	Least  float64 // The shortest scale.
}

// Chart draws a series in blocks, from zero to a round number above what it reached, which stands at its right.
type Chart struct {
	Series    *Series
	End       time.Duration // Of the window, on the clock of the book.
	Unit      Unit
	Warn, Bad float64 // From when on a value is near a limit, and at it; 0 for no limit.
}

// blocks fill a cell from below by so many eighths.
const blocks = " ▁▂▃▄▅▆▇█"

// eighths of a cell.
const eighths = 8

// gapMark stands where nothing was measured since the first sample.
const gapMark = "·"

// leastColumns is how many columns a chart has at least; with less room nothing is drawn.
const leastColumns = 4

// Draw returns rows that are exactly the width; nil where there is no room, or nothing to draw.
func (c Chart) Draw(width, rows int) [][]Run {
	r, ok := c.Series.Range(c.End)
	if !ok || rows <= 0 {
		return nil
	}
	top := c.Unit.top(r.High)
	label, zero := c.Unit.Write(top), c.Unit.Write(0)
	scale := max(text.Width(label), text.Width(zero)) + 1
	if width < scale+leastColumns {
		return nil
	}
	columns := c.Series.columns(c.End, width-scale)
	all := make([][]Run, rows)
	for row := range all {
		beside := ""
		switch row {
		case 0:
			beside = " " + label
		case rows - 1:
			beside = " " + zero
		}
		all[row] = append(c.row(columns, top, rows-1-row, rows), Run{text.Fit(beside, scale), Quiet})
	}
	return all
}

// row draws one row, counted from below.
func (c Chart) row(columns []column, top float64, above, rows int) []Run {
	var runs []Run
	signs := []rune(blocks)
	for _, one := range columns {
		sign, level := " ", Quiet
		switch {
		case one.state == gap && above == 0:
			sign = gapMark
		case one.state == value:
			filled := int(math.Ceil(one.value / top * float64(eighths*rows)))
			if level = c.level(one.value); filled == 0 && above == 0 {
				filled, level = 1, Quiet // Nothing is used, which is known.
			}
			sign = string(signs[max(0, min(eighths, filled-eighths*above))])
		}
		if last := len(runs) - 1; last >= 0 && runs[last].Level == level {
			runs[last].Text += sign
			continue
		}
		runs = append(runs, Run{sign, level})
	}
	return runs
}

func (c Chart) level(value float64) Level {
	switch {
	case c.Bad > 0 && value >= c.Bad:
		return Bad
	case c.Warn > 0 && value >= c.Warn:
		return Warn
	}
	return Calm
}

// overshoot is by how much of it a value may be above the end of its scale: a rate of two CPUs is now and then measured as a
// little more.
const overshoot = 0.02

// top returns where a scale ends that reaches a value.
func (u Unit) top(value float64) float64 {
	value = max(value, u.Least)
	if value <= 0 {
		return 1
	}
	if u.Binary {
		return math.Exp2(math.Ceil(math.Log2(value)))
	}
	power := math.Pow(10, math.Floor(math.Log10(value)))
	for _, round := range []float64{1, 2, 3, 4, 5, 6, 8} {
		if value <= round*power*(1+overshoot) {
			return round * power
		}
	}
	return 10 * power
}

// Plain writes a row without its levels.
func Plain(row []Run) string {
	var b strings.Builder
	for _, r := range row {
		b.WriteString(r.Text)
	}
	return b.String()
}
