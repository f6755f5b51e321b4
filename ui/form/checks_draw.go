package form

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// boxWidth is what a box takes before its word.
const boxWidth = 4

// gap parts what stands side by side.
const gap = "  "

// cell is the width of the widest box with its word.
func (c checks) cell() int {
	widest := 0
	for _, item := range c.items {
		cells := boxWidth + text.Width(item.word)
		if item.tag != "" {
			cells += 1 + text.Width(item.tag)
		}
		widest = max(widest, cells)
	}
	return widest
}

func (c checks) draw(width int, focused bool) (lines [][]part, at int) {
	cell := max(1, min(c.cell(), width))
	side := max(1, (width+len(gap))/(cell+len(gap)))
	for i := range c.items {
		if i%side == 0 {
			lines = append(lines, nil)
		}
		row := len(lines) - 1
		if i%side > 0 {
			lines[row] = append(lines[row], part{text: gap})
		}
		if i == c.at {
			at = row
		}
		lines[row] = append(lines[row], c.box(i, cell, focused && i == c.at)...)
	}
	return append(lines, c.told(width)...), at
}

// told is what the chosen boxes mean, where that always stands below them.
func (c checks) told(width int) (lines [][]part) {
	if !c.tells {
		return nil
	}
	for _, i := range c.chosen() {
		for _, row := range wrap(c.items[i].help, width) {
			lines = append(lines, []part{{text: row, role: theme.Dim}})
		}
	}
	return lines
}

// box draws one box with its word, in exactly the width.
func (c checks) box(i, width int, focused bool) []part {
	item := c.items[i]
	sign, role, word := c.sign(item.on), theme.Text, theme.Text
	switch {
	case item.locked != "":
		sign, role, word = "[–] ", theme.KeyOff, theme.KeyOff
	case item.on:
		role, word = theme.Own, theme.Own
	}
	var ground theme.Ground
	if focused {
		ground = theme.Bar
	}
	parts := []part{{text: sign, role: role, ground: ground}, {text: item.word, role: word, ground: ground}}
	used := boxWidth + text.Width(item.word)
	if item.tag != "" {
		parts = append(parts, part{text: " " + item.tag, role: theme.Dim})
		used += 1 + text.Width(item.tag)
	}
	return append(parts, part{text: text.Spaces(width - used)})
}

func (c checks) sign(on bool) string {
	switch {
	case c.one && on:
		return "(•) "
	case c.one:
		return "( ) "
	case on:
		return "[x] "
	}
	return "[ ] "
}
