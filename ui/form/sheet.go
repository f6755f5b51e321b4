package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// sheet is controls below each other, one of which has the keys.
type sheet struct {
	controls []control
	at       int
}

// verdict is what a key does to a form beyond its controls.
type verdict uint8

const (
	goesOn verdict = iota
	submits
	closes
)

// press hands a key to the control that has the keys, or moves between them.
func (s sheet) press(msg tea.Msg) (sheet, verdict) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return s.give(msg), goesOn
	}
	switch k.String() {
	case "esc":
		return s, closes
	case "enter":
		if b, ok := s.controls[s.at].(buttons); ok && b.at > 0 {
			return s, closes
		}
		return s, submits
	case "tab":
		return s.step(1, true), goesOn
	case "shift+tab":
		return s.step(-1, true), goesOn
	}
	c, used := s.controls[s.at].press(msg)
	if used {
		return s.with(s.at, c), goesOn
	}
	switch k.String() {
	case "up":
		return s.step(-1, false), goesOn
	case "down":
		return s.step(1, false), goesOn
	}
	return s, goesOn
}

// give hands a paste to the control that has the keys.
func (s sheet) give(msg tea.Msg) sheet {
	c, _ := s.controls[s.at].press(msg)
	return s.with(s.at, c)
}

// with replaces a control.
func (s sheet) with(i int, c control) sheet {
	s.controls = slices.Clone(s.controls)
	s.controls[i] = c
	return s
}

// step gives the keys to another control; round tells whether the first follows the last.
func (s sheet) step(by int, round bool) sheet {
	n := len(s.controls)
	if round {
		s.at = (s.at + by + n) % n
	} else {
		s.at = max(0, min(s.at+by, n-1))
	}
	return s
}

// entry returns a control that is a field.
func (s sheet) entry(i int) entry {
	e, _ := s.controls[i].(entry)
	return e
}

// checks returns a control that is boxes.
func (s sheet) checks(i int) checks {
	c, _ := s.controls[i].(checks)
	return c
}

// mostLabel is the widest that a name at the left may be.
const mostLabel = 16

// label is the room for the names at the left, and the mark and the blank beside them.
func (s sheet) label(width int) int {
	widest := 0
	for _, c := range s.controls {
		widest = max(widest, text.Width(c.name()))
	}
	return min(widest, mostLabel, max(0, width/3)) + 3
}

// draw draws all controls; focus is the line that the keys are on.
func (s sheet) draw(p pen) (lines []string, focus int) {
	label := s.label(p.width)
	for i, c := range s.controls {
		rows, at := c.draw(max(1, p.width-label-1), i == s.at)
		if _, last := c.(buttons); last {
			lines = append(lines, p.blank())
		}
		if i == s.at {
			focus = len(lines) + at
		}
		for row, parts := range rows {
			left := s.left(i, row, i == s.at && row == at, label)
			lines = append(lines, p.line(append(left, parts...)...))
		}
	}
	return lines, focus
}

// left is the mark of the row that has the keys, and the name of a control in its first row.
func (s sheet) left(i, row int, marked bool, label int) []part {
	mark, name := " ", ""
	if marked {
		mark = "▌"
	}
	if row == 0 {
		name = s.controls[i].name()
	}
	return []part{{text: mark, role: theme.Cursor}, {text: text.Fit(name, label-2), role: theme.Dim}, {text: " "}}
}
