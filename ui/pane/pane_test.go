package pane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/ui/detail"
	"bulkhead/ui/pane"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

func link(inode uint64) screen.Target {
	return screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: inode}})
}

// page has a heading, long and hostile values, and links on lines 1, 4 and 6.
func page() detail.Page {
	return detail.Page{Title: "web\x1b[2J", Lines: []detail.Line{
		{Label: "walls", Tone: detail.Heading},
		{Label: "net", Value: "4026531840 host", Link: link(1)},
		{Label: "command", Value: strings.Repeat("nginx: master process ", 9)},
		{Label: "odd\n", Value: "\xff\x00\u202e"},
		{Label: "pid", Value: "own", Link: link(2)},
		{Label: "v2", Value: "/docker/" + strings.Repeat("3f1c", 16), Path: true},
		{Label: "uts", Value: "own", Link: link(3)},
	}}
}

func shown(d pane.Details) string {
	return ansi.Strip(strings.Join(d.View(theme.New(true)), "\n"))
}

func TestDetailsAreExactlyTheirSize(t *testing.T) {
	d := pane.Details{}.Show(link(9), page())
	for _, size := range [][2]int{{0, 0}, {1, 1}, {5, 3}, {20, 8}, {46, 20}, {120, 2}} {
		sized := d.Resize(size[0], size[1])
		for step := range 6 {
			lines := sized.View(theme.New(true))
			if len(lines) != size[1] {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			for _, line := range lines {
				if width := ansi.StringWidth(line); width != size[0] {
					t.Errorf("%v after %d moves: a line of %d cells: %q", size, step, width, ansi.Strip(line))
				}
			}
			sized = sized.Focus().Move(1)
		}
	}
}

// TestFocusWithoutLinks enters a page that has nothing to follow, leaves it, and enters it again.
func TestFocusWithoutLinks(t *testing.T) {
	bare := detail.Page{Title: "uses", Lines: []detail.Line{{Label: "CPUs", Value: "0-1"}}}
	d := pane.Details{}.Resize(40, 5).Show(link(9), bare)
	for range 3 {
		d = d.Focus()
		if _, ok := d.Link(); ok {
			t.Error("a link is selected where there is none")
		}
		d = d.Move(1).Move(-1).Blur()
	}
	if _, ok := d.Show(link(9), page()).Focus().Link(); !ok {
		t.Error("no link is selected on the page that has some")
	}
}

func TestMovesThroughTheLinks(t *testing.T) {
	d := pane.Details{}.Resize(40, 5).Show(link(9), page())
	if _, ok := d.Link(); ok {
		t.Error("a link is selected before the pane has the keys")
	}
	d = d.Focus()
	for i, want := range []uint64{1, 2, 3, 3} {
		if got, ok := d.Link(); !ok || got != link(want) {
			t.Errorf("link %d: %v, want %v", i, got, link(want))
		}
		if want == 3 && !strings.Contains(shown(d), "▌uts") {
			t.Errorf("the selected link is out of view:\n%s", shown(d))
		}
		d = d.Move(1)
	}
	if got, _ := d.Move(-1).Link(); got != link(2) {
		t.Errorf("one link up: %v, want %v", got, link(2))
	}
}

func TestPlaceIsKeptForTheSameTargetOnly(t *testing.T) {
	d := pane.Details{}.Resize(40, 5).Show(link(9), page()).Focus().Move(1)
	if got, _ := d.Show(link(9), page()).Link(); got != link(2) {
		t.Errorf("after a refresh %v is selected, want %v", got, link(2))
	}
	if d.Show(link(8), page()).Focused() {
		t.Error("the pane keeps the keys although another thing is shown")
	}
}

func TestFrame(t *testing.T) {
	content := []string{"one ", "two ", "thr…"}
	tests := map[string]struct {
		frame pane.Frame
		want  string
	}{
		"plain":           {pane.Frame{}, "╭────╮\n│one │\n│two │\n│thr…│\n╰────╯"},
		"scrolled to top": {pane.Frame{Count: 3, Total: 9}, "╭────╮\n│one ┃\n│two │\n│thr…│\n╰────╯"},
		"to the end":      {pane.Frame{First: 6, Count: 3, Total: 9}, "╭────╮\n│one │\n│two │\n│thr…┃\n╰────╯"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ansi.Strip(strings.Join(test.frame.Draw(theme.New(true), content, 6, 5), "\n"))
			if got != test.want {
				t.Errorf("frame:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestFrameIsExactlyItsSize(t *testing.T) {
	for width := 2; width < 40; width++ {
		content := []string{strings.Repeat("x", width-2)}
		frame := pane.Frame{Title: "a title\x1b that is long", Note: "3 of 41 match", Focused: true}
		for i, line := range frame.Draw(theme.New(false), content, width, 4) {
			if got := ansi.StringWidth(line); got != width {
				t.Errorf("%s: line %d has %d cells", fmt.Sprint(width), i, got)
			}
		}
	}
}
