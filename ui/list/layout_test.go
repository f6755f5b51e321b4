package list

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func TestLayout(t *testing.T) {
	columns := []Column{
		{Title: "NAME", Width: 10, Min: 6, Flex: 2, Priority: 9},
		{Title: "TASKS", Width: 5, Priority: 5},
		{Title: "CMD", Width: 8, Min: 4, Flex: 1, Priority: 7},
		{Title: "net", Width: 3, Priority: 5},
	}
	tests := map[string]struct {
		width int
		want  string
	}{
		"room for all and more": {40, "0@1+17 1@19+5 2@25+11 3@37+3"},
		"as wide as wished":     {30, "0@1+10 1@12+5 2@18+8 3@27+3"},
		"the first grow first":  {26, "0@1+10 1@12+5 2@18+4 3@23+3"},
		"the least":             {22, "0@1+6 1@8+5 2@14+4 3@19+3"},
		"one dropped":           {21, "0@1+9 1@11+5 2@17+4"},
		"two dropped":           {12, "0@1+6 2@8+4"},
		"one left":              {8, "0@1+7"},
		"narrower than it":      {4, "0@1+3"},
		"the gutter alone":      {1, "0@1+0"},
		"nothing":               {0, "0@1+0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range layout(columns, tt.width) {
				got = append(got, fmt.Sprintf("%d@%d+%d", s.column, s.at, s.width))
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("layout in %d cells: %s, want %s", tt.width, got, tt.want)
			}
		})
	}
}

func TestColumnAt(t *testing.T) {
	m := New(Column{Width: 3}, Column{Width: 2}).SetSize(20, 2)
	for x, want := range map[int]int{0: -1, 1: 0, 3: 0, 4: -1, 5: 1, 6: 1, 7: -1} {
		column, ok := m.ColumnAt(x)
		if !ok {
			column = -1
		}
		if column != want {
			t.Errorf("cell %d: column %d, want %d", x, column, want)
		}
	}
}

// hostile are texts that try to be wider, narrower or more than a cell of the list.
var hostile = []string{
	"", "nginx: worker process", "a\x1b[2J\x1b]0;x\a", "two\nlines\r\t", "日本語の名前です", "e\u0301\u0301x", "\u0301", "👨\u200d👩", "🇩🇪🇩",
	"\xff\xfe", "\u202egnp", "का", "/sys/fs/cgroup/unified/system.slice/very/long/path", "■", "·", "\u3164", "\ufe0f",
}

// wild makes a row of hostile texts with anything that a row can have.
func wild(r *rand.Rand) Row {
	pick := func() string { return hostile[r.IntN(len(hostile))] }
	row := Row{Mark: Mark(r.IntN(4)), Dim: r.IntN(2) == 0, Prefix: strings.Repeat("│  ", r.IntN(30)) + pick()}
	for range r.IntN(6) {
		cell := Cell{Text: pick() + pick(), Role: theme.Role(r.IntN(40))}
		if r.IntN(2) == 0 {
			cell.Matches = [][2]int{{r.IntN(9) - 1, r.IntN(20)}, {r.IntN(30), r.IntN(60)}}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// wildTable has keys of its own, since a hostile text may occur twice.
type wildTable []Row

func (w wildTable) Len() int         { return len(w) }
func (w wildTable) Key(i int) string { return fmt.Sprint(i) }
func (w wildTable) Row(i int) Row    { return w[i] }

// Every line has exactly the width, whichever way a terminal counts, and there are exactly as many as the height.
func TestEveryLineFits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for width := range 251 {
		checkSize(t, r, width, r.IntN(61))
	}
	for height := range 61 {
		checkSize(t, r, 1+r.IntN(250), height)
	}
}

func checkSize(t *testing.T, r *rand.Rand, width, height int) {
	t.Helper()
	var src wildTable
	for range r.IntN(70) {
		src = append(src, wild(r))
	}
	var columns []Column
	for range r.IntN(6) {
		columns = append(columns, Column{
			Title: hostile[r.IntN(len(hostile))], Width: r.IntN(20), Min: r.IntN(9), Flex: r.IntN(3), Priority: r.IntN(4),
			Align: Align(r.IntN(3)), Cut: text.Mode(r.IntN(3)), Tree: r.IntN(3) == 0,
		})
	}
	m := New(columns...).SetSize(width, height).SetSort(r.IntN(7)-1, r.IntN(2) == 0).SetEmpty("nothing\nhere")
	m = m.Sync(src).Move(src, r.IntN(70)).Pan(src, r.IntN(30)-5)
	lines := strings.Split(m.View(src, theme.New(r.IntN(2) == 0), r.IntN(2) == 0), "\n")
	if len(lines) != max(height, 1) {
		t.Fatalf("%dx%d: %d lines", width, height, len(lines))
	}
	if height == 0 {
		width = 0
	}
	for _, line := range lines {
		if g, w := ansi.StringWidth(line), ansi.StringWidthWc(line); g != width || w != width {
			t.Fatalf("%dx%d: %d cells by graphemes, %d by characters: %q\n%+v", width, height, g, w, line, columns)
		}
	}
}

// manyRows is as much as a large host has, made on demand.
type manyRows int

func (n manyRows) Len() int                 { return int(n) }
func (n manyRows) Key(i int) string         { return hostile[i%4] + string(rune('a'+i%26)) }
func (n manyRows) Index(string) (int, bool) { return int(n) / 2, true }
func (n manyRows) Row(i int) Row {
	cells := make([]Cell, 0, 12)
	cells = append(cells, Cell{Text: "docker web-1"}, Cell{Text: "198"})
	for t := range 8 {
		cells = append(cells, Cell{Text: "■", Role: theme.Letter(i + t)})
	}
	return Row{Cells: append(cells, Cell{Text: "/var/lib/docker/overlay2/merged"}, Cell{Text: "nginx: worker process"})}
}

func BenchmarkView(b *testing.B) {
	columns := []Column{{Title: "NAME", Width: 20, Flex: 1}, {Title: "TASKS", Width: 6, Align: AlignRight}}
	for _, kind := range []string{"user", "mnt", "pid", "net", "uts", "ipc", "cgrp", "time"} {
		columns = append(columns, Column{Title: kind, Width: 4, Align: AlignCenter})
	}
	columns = append(columns, Column{Title: "ROOT", Width: 20, Cut: text.Left, Flex: 1}, Column{Title: "COMMAND", Width: 30, Flex: 2})
	src, styles := manyRows(30_000), theme.New(true)
	m := New(columns...).SetSize(200, 50).Sync(src).Move(src, 15_000)
	b.ReportAllocs()
	for b.Loop() {
		_ = m.View(src, styles, true)
	}
}
