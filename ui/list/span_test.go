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
