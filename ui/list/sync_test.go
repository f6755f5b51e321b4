package list

import (
	"math/rand/v2"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestSyncWhenTheSelectedIsGone(t *testing.T) {
	tests := map[string]struct {
		before table
		at     string
		after  table
		want   string
	}{
		"stays":                 {keys("a", "b", "c"), "b", keys("c", "x", "b", "a"), "b"},
		"next":                  {keys("a", "b", "c"), "b", keys("a", "c"), "c"},
		"next, moved":           {keys("a", "b", "c"), "b", keys("c", "x", "y", "a"), "c"},
		"next but one":          {keys("a", "b", "c", "d"), "b", keys("a", "d"), "d"},
		"previous":              {keys("a", "b", "c"), "c", keys("a", "b"), "b"},
		"previous but one":      {keys("a", "b", "c"), "c", keys("a"), "a"},
		"all replaced":          {keys("a", "b", "c"), "b", keys("x", "y", "z"), "y"},
		"all replaced by fewer": {keys("a", "b", "c"), "c", keys("x"), "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, ok := New(nameColumn).SetSize(9, 9).Sync(tt.before).Select(tt.before, tt.at)
			if !ok {
				t.Fatalf("no row %q", tt.at)
			}
			m = m.Sync(tt.after)
			selected(t, m, tt.want)
		})
	}
}

func TestSyncKeepsTheLine(t *testing.T) {
	src := numbered(0, 100)
	m := New(nameColumn).SetSize(9, 11).Sync(src)
	m, _ = m.Select(src, "50")
	m = m.Wheel(src, 3)
	first, _ := m.Visible(src)
	line := m.SelectedIndex() - first
	for name, after := range map[string]table{
		"born above": append(numbered(1000, 30), src...),
		"gone above": src[20:],
	} {
		m := m.Sync(after)
		selected(t, m, "50")
		first, _ := m.Visible(after)
		if got := m.SelectedIndex() - first; got != line {
			t.Errorf("%s: the selected row is on line %d, was on %d", name, got, line)
		}
	}
}

func TestSyncRemembersOverEmptiness(t *testing.T) {
	src := numbered(0, 30)
	m := New(nameColumn).SetSize(9, 9).Sync(src).Move(src, 20).Sync(keys())
	if key, ok := m.SelectedKey(); ok || m.SelectedIndex() != -1 {
		t.Errorf("selected %q at %d in an empty list", key, m.SelectedIndex())
	}
	selected(t, m.Sync(src), "20")
}

// indexed is a source that must not be searched row by row.
type indexed struct {
	table
	asked *int
}

func (x indexed) Key(i int) string { *x.asked++; return x.table.Key(i) }

func (x indexed) Index(key string) (int, bool) {
	i := slices.IndexFunc(x.table, func(r Row) bool { return r.Cells[0].Text == key })
	return i, i >= 0
}

func TestSyncUsesTheIndex(t *testing.T) {
	asked := 0
	m := New(nameColumn).SetSize(9, 9).Sync(numbered(0, 5000)).Move(numbered(0, 5000), 4000)
	m = m.Sync(indexed{numbered(3, 5000), &asked})
	selected(t, m, "4000")
	if asked > 20 {
		t.Errorf("asked for %d keys, want no more than those on the screen", asked)
	}
}

// Whatever happens to the rows: the selected one stays selected if it is still there, else one of the old neighbours
// or the place is taken; and it is always on the screen.
func TestSelectionSurvives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	src := numbered(0, 40)
	m := New(nameColumn).SetSize(20, 8).Sync(src)
	for step := range 5000 {
		m = m.SetSize(r.IntN(30), r.IntN(15))
		m = move(r, m, src)
		key, had := m.SelectedKey()
		src = disturb(r, src, 1000+10*step)
		m = m.Sync(src)
		onScreen(t, m, src)
		got, has := m.SelectedKey()
		if has != (len(src) > 0) {
			t.Fatalf("step %d: selected %v with %d rows", step, has, len(src))
		}
		if _, alive := (indexed{table: src}).Index(key); had && alive && got != key {
			t.Fatalf("step %d: selected %q, want still %q", step, got, key)
		}
	}
}

func onScreen(t *testing.T, m Model, src table) {
	t.Helper()
	first, last := m.Visible(src)
	i := m.SelectedIndex()
	if len(src) > 0 && m.rows() > 0 && (i < first || i >= last) {
		t.Fatalf("selected row %d is not among %d to %d", i, first, last)
	}
	if last-first != min(m.rows(), len(src)) {
		t.Fatalf("rows %d to %d of %d on %d lines", first, last, len(src), m.rows())
	}
}

// move does any of the moves.
func move(r *rand.Rand, m Model, src Source) Model {
	switch r.IntN(8) {
	case 0:
		return m.Wheel(src, r.IntN(20)-10)
	case 1:
		m, _, _ = m.Click(src, r.IntN(20)-2)
		return m
	case 2:
		return m.Pan(src, r.IntN(9)-4)
	default:
		codes := []rune{tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown, tea.KeyHome, tea.KeyEnd, 'j', 'k'}
		m, _ = m.Press(tea.KeyPressMsg{Code: codes[r.IntN(len(codes))]}, DefaultKeyMap(), src)
		return m
	}
}

// disturb removes, adds and shuffles rows; at times it takes all away.
func disturb(r *rand.Rand, src table, fresh int) table {
	src = slices.Clone(src)
	switch r.IntN(12) {
	case 0:
		return nil
	case 1, 2:
		r.Shuffle(len(src), func(i, j int) { src[i], src[j] = src[j], src[i] })
	case 3, 4, 5:
		src = slices.Insert(src, r.IntN(len(src)+1), numbered(fresh, r.IntN(8))...)
	case 6, 7, 8:
		src = slices.DeleteFunc(src, func(Row) bool { return r.IntN(6) == 0 })
	}
	return src
}
