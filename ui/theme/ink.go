package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Ink is a style worked out to the sequences that begin and end it. The zero value leaves text as it is.
type Ink struct{ Open, Close string }

// Paint writes text of one line in this ink.
func (k Ink) Paint(text string) string {
	if text == "" || k.Open == "" {
		return text
	}
	return k.Open + text + k.Close
}

// newInk takes the sequences from a rendered letter; none of them holds that letter itself.
func newInk(style lipgloss.Style) Ink {
	before, after, _ := strings.Cut(style.Render("x"), "x")
	return Ink{Open: before, Close: after}
}
