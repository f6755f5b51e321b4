package list

import (
	"strconv"
	"strings"
	"testing"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// table is a source of rows whose first cell is the key.
type table []Row

func (t table) Len() int         { return len(t) }
func (t table) Key(i int) string { return t[i].Cells[0].Text }
func (t table) Row(i int) Row    { return t[i] }

// keys makes a table of one column.
func keys(names ...string) table {
	var t table
	for _, name := range names {
		t = append(t, Row{Cells: []Cell{{Text: name}}})
	}
	return t
}

// numbered makes a table of the keys from, from+1 and so on, n of them.
func numbered(from, n int) table {
	var names []string
	for i := range n {
		names = append(names, strconv.Itoa(from+i))
	}
	return keys(names...)
}

var nameColumn = Column{Title: "NAME", Width: 4, Flex: 1}

func selected(t *testing.T, m Model, want string) {
	t.Helper()
	if got, ok := m.SelectedKey(); got != want || !ok {
		t.Errorf("selected %q (%v), want %q", got, ok, want)
	}
}

// screen is a view without its sequences, and without the spaces at the ends of the lines.
func screen(m Model, src Source) string {
	var lines []string
	for line := range strings.Lines(ansi.Strip(m.View(src, theme.New(true), true))) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n")
}

func TestView(t *testing.T) {
	columns := []Column{
		{Title: "NAME", Width: 6, Flex: 1, Priority: 9, Tree: true},
		{Title: "TASKS", Width: 5, Align: AlignRight, Priority: 5},
		{Title: "net", Width: 3, Align: AlignCenter, Priority: 1},
		{Title: "ROOT", Width: 12, Min: 6, Priority: 2, Cut: text.Left},
	}
	src := table{
		{Cells: []Cell{{Text: "host"}, {Text: "198"}, {Text: "·", Role: theme.Host}, {Text: "/"}}},
		{Cells: []Cell{{Text: "web-1"}, {Text: "4"}, {Text: "■", Role: theme.Own}, {Text: "/var/lib/docker/merged"}}, Prefix: "├─ "},
		{Cells: []Cell{{Text: "a\x1b[2J"}, {Text: "1"}}, Mark: Born},
		{Cells: []Cell{{Text: "日本語の名前"}}, Mark: Gone},
	}
	tests := map[string]struct {
		width, height int
		want          string
	}{
		"wide": {39, 6, "" +
			" NAME           TASKS▼ net ROOT\n" +
			" host              198  ·  /\n" +
			"▌├─ web-1            4  ■  …cker/merged\n" +
			"+a\\x1b[2J            1\n" +
			"-日本語の名前\n"},
		"narrow": {21, 5, "" +
			" NAME   TASKS▼ ROOT\n" +
			" host      198 /\n" +
			"▌…web-1      4 …erged\n" +
			"+a\\x1b…      1\n" +
			"-日本…"},
		"one line": {9, 1, "▌├─ web-1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := New(columns...).SetSize(tt.width, tt.height).SetSort(1, true)
			m, _ = m.Select(src, "web-1")
			if got := screen(m, src); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestViewScrollsAndEmpty(t *testing.T) {
	m := New(nameColumn).SetSize(12, 4).SetEmpty("no match").Sync(numbered(0, 9)).End(numbered(0, 9))
	if got, want := screen(m, numbered(0, 9)), " NAME\n 6\n 7\n▌8"; got != want {
		t.Errorf("at the end:\n%s\nwant:\n%s", got, want)
	}
	if got, want := screen(m, keys()), " NAME\n\n  no match\n"; got != want {
		t.Errorf("without rows:\n%q\nwant:\n%q", got, want)
	}
}

// A bar is drawn over the whole width, also between the columns and behind the last.
func TestSelectedBar(t *testing.T) {
	src, styles := table{{Cells: []Cell{{Text: "web", Role: theme.Own}}}}, theme.New(true)
	m := New(Column{Width: 3}, Column{Width: 2}).SetSize(12, 1).Sync(src)
	bar := func(g theme.Ground) string {
		return styles.On(g, theme.Own).Paint("web") + styles.On(g, theme.Text).Paint("        ")
	}
	for _, focused := range []bool{true, false} {
		_, got, _ := strings.Cut(m.View(src, styles, focused), "▌")
		if want := bar(ground(true, focused)); !strings.HasSuffix(got, want) {
			t.Errorf("focused %v: got %q, want %q", focused, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	styles := theme.New(true)
	match, plain := styles.Ink(theme.Match), styles.Ink(theme.Text)
	tests := map[string]struct {
		text   string
		ranges [][2]int
		width  int
		want   string
	}{
		"inside":         {"nginx", [][2]int{{1, 3}}, 5, plain.Paint("n") + match.Paint("gi") + plain.Paint("nx")},
		"two":            {"nginx", [][2]int{{0, 1}, {4, 5}}, 5, match.Paint("n") + plain.Paint("gin") + match.Paint("x")},
		"cut off":        {"nginx", [][2]int{{1, 3}}, 3, plain.Paint("n") + match.Paint("g") + plain.Paint("…")},
		"behind escape":  {"\x1bab", [][2]int{{2, 3}}, 6, plain.Paint(`\x1ba`) + match.Paint("b")},
		"half a letter":  {"日x", [][2]int{{1, 2}}, 3, plain.Paint("日x")},
		"beyond the end": {"ab", [][2]int{{1, 99}}, 2, plain.Paint("a") + match.Paint("b")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			// A first row is selected, so that the second is on the page.
			src := table{{Cells: []Cell{{Text: "-"}}}, {Cells: []Cell{{Text: tt.text, Matches: tt.ranges}}}}
			m := New(Column{Width: tt.width}).SetSize(tt.width+1, 2).Sync(src)
			_, got, _ := strings.Cut(m.View(src, styles, true), "\n ")
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPan(t *testing.T) {
	src := keys("abcdefghij", "xy")
	m := New(nameColumn).SetSize(6, 3).Sync(src)
	for _, step := range []struct {
		by   int
		want string
	}{{0, "▌abcd…\n xy"}, {2, "▌cdef…\n"}, {99, "▌fghij\n"}, {-4, "▌bcde…\n y"}, {-99, "▌abcd…\n xy"}} {
		m = m.Pan(src, step.by)
		if got, want := screen(m, src), " NAME\n"+step.want; got != want {
			t.Errorf("after %d: got %q, want %q", step.by, got, want)
		}
	}
}

func TestThumb(t *testing.T) {
	tests := map[string]struct{ rows, at, height, from, to int }{
		"all shown":  {5, 0, 10, 0, 0},
		"top":        {100, 0, 10, 0, 1},
		"bottom":     {100, 99, 10, 9, 10},
		"middle":     {20, 10, 10, 1, 6},
		"no height":  {100, 0, 0, 0, 0},
		"tall thumb": {11, 10, 10, 1, 10},
	}
	for name, tt := range tests {
		src := numbered(0, tt.rows)
		m := New(Column{Width: 3}).SetSize(9, 10).Sync(src).Move(src, tt.at)
		if from, to := m.Thumb(tt.height); from != tt.from || to != tt.to {
			t.Errorf("%s: thumb from %d to %d, want %d to %d", name, from, to, tt.from, tt.to)
		}
	}
}

// What the rows are sorted by is to be seen: its title is whole, and only the most important column is kept longer.
func TestSortedColumnIsKept(t *testing.T) {
	columns := []Column{
		{Title: "NAME", Width: 4, Priority: 9},
		{Title: "ONE", Width: 3, Priority: 8},
		{Title: "TWO", Width: 3, Priority: 7},
		{Title: "MIN", Width: 9, Min: 3, Priority: 1},
	}
	for sorted, want := range []string{" NAME▲ ONE", " NAME ONE▲", " NAME TWO▲", " NAME MIN▲"} {
		m := New(columns...).SetSize(11, 3).SetSort(sorted, false)
		if got, _, _ := strings.Cut(screen(m, keys("a")), "\n"); got != want {
			t.Errorf("sorted by column %d: %q, want %q", sorted, got, want)
		}
		m = m.SetSort(-1, false)
		if got, _, _ := strings.Cut(screen(m, keys("a")), "\n"); got != " NAME ONE" {
			t.Errorf("sorted by none: %q, want as before", got)
		}
	}
}
