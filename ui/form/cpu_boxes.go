package form

import (
	"fmt"
	"strconv"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// fewCPUs is up to how many boxes have their number beside them. More have only signs, with the first number of a row.
const fewCPUs = 32

// side is how many boxes stand side by side. It does not depend on the width, so that up and down lead to the same box on
// every terminal, and all of them fit into 40 columns.
func (b cpuBlock) side() int {
	if len(b.numbers) <= fewCPUs {
		return 8
	}
	return 16
}

// boxSign is the state of a box.
type boxSign struct {
	sign, means string
	role        theme.Role
}

// The states of boxes, in the order in which they are explained.
var boxSigns = []boxSign{
	{"■", "chosen", theme.Own},
	{"□", "chosen, not granted", theme.Warn},
	{"·", "allowed", theme.Text},
	{"×", "not allowed", theme.KeyOff},
	{"!", "held by another", theme.Bad},
}

// sign returns the state of a number.
func (b cpuBlock) sign(n int) boxSign {
	_, held := b.choice.Exclusive[n]
	switch {
	case b.chosen.Contains(n) && b.grants(n):
		return boxSigns[0]
	case b.chosen.Contains(n):
		return boxSigns[1]
	case held:
		return boxSigns[4]
	case b.choice.Allowed.Contains(n):
		return boxSigns[2]
	}
	return boxSigns[3]
}

// boxes draws all boxes; at is the line of the cursor.
func (b cpuBlock) boxes(p pen, focused bool) (lines []string, at int) {
	side := b.side()
	for first := 0; first < len(b.numbers); first += side {
		row := b.numbers[first:min(first+side, len(b.numbers))]
		parts := []part{b.mark(focused && b.cursor/side == first/side)}
		if len(b.numbers) > fewCPUs {
			parts = append(parts, part{text: fmt.Sprintf("%4d ", row[0]), role: theme.Dim})
		}
		for i, n := range row {
			parts = append(parts, b.cell(n, focused && first+i == b.cursor)...)
		}
		lines = append(lines, p.line(parts...))
	}
	if len(lines) == 0 {
		lines = []string{p.line(part{text: " no " + b.noun() + " is known", role: theme.Warn})}
	}
	return lines, b.cursor / side
}

func (b cpuBlock) mark(focused bool) part {
	if focused {
		return part{text: "▌", role: theme.Cursor}
	}
	return part{text: " "}
}

// cellWidth is the width of a sign and a number, and the blank behind them.
const cellWidth = 4

// cell draws one box, with its number where there are few.
func (b cpuBlock) cell(n int, focused bool) []part {
	state := b.sign(n)
	sign := part{text: state.sign, role: state.role}
	if focused {
		sign.ground = theme.Bar
	}
	if len(b.numbers) > fewCPUs {
		return []part{sign, {text: " "}}
	}
	number := sign
	number.text = strconv.Itoa(n)
	return []part{sign, number, {text: text.Spaces(cellWidth - 1 - len(number.text))}}
}

// legend explains the signs that are in sight.
func (c CPUs) legend(p pen) []string {
	seen := map[string]bool{}
	for _, b := range c.blocks {
		for _, n := range b.numbers {
			seen[b.sign(n).sign] = true
		}
	}
	says := ""
	for _, s := range boxSigns {
		if seen[s.sign] {
			says += s.sign + " " + s.means + "  "
		}
	}
	return p.sentence(theme.Dim, says)
}
