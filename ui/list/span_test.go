package list

import (
	"strings"
	"testing"

	"bulkhead/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func TestSpans(t *testing.T) {
	styles := theme.New(true)
	host, own, match := styles.Ink(theme.Host), styles.Ink(theme.Own), styles.Ink(theme.Match)
	tests := map[string]struct {
		cell Cell
		mark Mark
		want string
	}{
		"one": {
			Cell{Text: "·m·", Role: theme.Host, Spans: []Span{{From: 2, To: 3, Role: theme.Own}}},
			NoMark,
			host.Paint("·") + own.Paint("m") + host.Paint("·"),
		},
		"behind what is escaped": {
			Cell{Text: "\am·", Role: theme.Host, Spans: []Span{{From: 1, To: 2, Role: theme.Own}}},
			NoMark,
			host.Paint(`\x07`) + own.Paint("m") + host.Paint("·"),
		},
		"a match is seen first": {
			Cell{Text: "mp", Matches: [][2]int{{0, 1}}, Spans: []Span{{From: 0, To: 2, Role: theme.Own}}},
			NoMark,
			match.Paint("m") + own.Paint("p"),
		},
		"out of range": {
			Cell{Text: "m", Role: theme.Host, Spans: []Span{{From: -3, To: 9, Role: theme.Own}}}, NoMark, own.Paint("m"),
		},
		"gone": {
			Cell{Text: "mp", Spans: []Span{{From: 0, To: 1, Role: theme.Own}}}, Gone, styles.Ink(theme.Gone).Paint("-mp"),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			other := Row{Cells: []Cell{{Text: "selected"}}}
			src := table{other, {Cells: []Cell{tt.cell}, Mark: tt.mark}}
			view := New(Column{Width: 8}).SetSize(10, 2).Sync(src).View(src, styles, true)
			_, got, _ := strings.Cut(view, "\n")
			if !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q in it", got, tt.want)
			}
			if width := ansi.StringWidth(got); width != 10 {
				t.Errorf("the line is %d wide, want 10: %q", width, got)
			}
		})
	}
}

// A cell that reaches back takes the place of those before it that are shown, and of no others.
func TestReach(t *testing.T) {
	columns := []Column{{Width: 4, Priority: 3}, {Width: 4, Priority: 1}, {Width: 4, Priority: 2}, {Width: 4, Min: 4, Flex: 1, Priority: 4}}
	src := table{
		{Cells: []Cell{{Text: "one"}, {Text: "two"}, {Text: "tri"}, {Text: "four"}}},
		{Cells: []Cell{{Text: "one"}, {Text: "two"}, {Text: "tri"}, {Text: "mount at /run", Back: 2}}},
	}
	for width, want := range map[int]string{
		40: " one  two  tri  four                    \n one  mount at /run                     ",
		20: " one  two  tri  four\n one  mount at /run ",
		15: " one  tri  four\n one  mount at…",
		10: " one  four\n one  mou…",
	} {
		view := ansi.Strip(New(columns...).SetSize(width, 2).Sync(src).View(src, theme.New(true), false))
		if got := strings.ReplaceAll(view, "▌", " "); got != want {
			t.Errorf("width %d: got\n%q, want\n%q", width, got, want)
		}
	}
}
