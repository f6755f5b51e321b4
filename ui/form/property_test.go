package form

import (
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// keys are what the property tests press.
var keys = []string{
	"up", "down", "left", "right", "tab", "shift+tab", "home", "end", "pgup", "pgdown", "space", "backspace", "ctrl+t", "ctrl+d",
	"a", "0", "1-3,", "lab", "/", "日本", "\u0301", "\u202e", "'", "x y", "ctrl+u", "enter",
}

// fitsRandomRooms draws a form in rooms of any size while keys are pressed.
func fitsRandomRooms(t *testing.T, d dialog.Dialog) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		d, _ = press(d, keys[random.IntN(len(keys))])
		if random.IntN(20) == 0 {
			d, _, _ = d.Update(tea.PasteMsg{Content: "a\nb\x1b[31m\u202ec, 5-7 👩‍👩‍👧"})
		}
		checkBox(t, d, random.IntN(200), random.IntN(60))
	}
}

// fitsSmallRooms draws a form where there is hardly any room.
func fitsSmallRooms(t *testing.T, d dialog.Dialog) {
	t.Helper()
	for _, width := range []int{0, 1, 2, 3, 5, 8, 9, 12, 17, 26, 39, 40, 41} {
		for height := range 13 {
			checkBox(t, d, width, height)
		}
	}
}

// checkBox reports lines that are not as wide as the others, and boxes that are larger than their room.
func checkBox(t *testing.T, d dialog.Dialog, width, height int) {
	t.Helper()
	lines := d.Draw(theme.New(true), width, height)
	if len(lines) > height {
		t.Fatalf("in %dx%d: %d lines", width, height, len(lines))
	}
	for i, line := range lines {
		got := ansi.StringWidth(line)
		if got > width || got != ansi.StringWidth(lines[0]) {
			t.Fatalf("in %dx%d: line %d is %d wide, the first %d: %q", width, height, i, got, ansi.StringWidth(lines[0]), line)
		}
		if ansi.StringWidthWc(line) != got {
			t.Fatalf("terminals do not agree on the width of %q", line)
		}
	}
}
