package glow_test

import (
	"slices"
	"testing"

	"bulkhead/ui/glow"
)

type row struct{ name, value string }

// alone is a value that is good on its own.
func alone[T any](value T) T { return value }

func TestTracker(t *testing.T) {
	a, b := row{"a", "1"}, row{"b", "1"}
	changed := row{"a", "2"}
	steps := []struct {
		rows []row
		a, b glow.Mark
		gone []row
	}{
		{[]row{a}, glow.None, glow.None, nil},
		{[]row{a, b}, glow.None, glow.New, nil},
		{[]row{a, b}, glow.None, glow.New, nil},
		{[]row{changed, b}, glow.Changed, glow.None, nil},
		{[]row{changed, b}, glow.Changed, glow.None, nil},
		{[]row{changed}, glow.None, glow.Gone, []row{b}},
		{[]row{changed}, glow.None, glow.Gone, []row{b}},
		{[]row{changed}, glow.None, glow.None, nil},
		{[]row{changed, b}, glow.None, glow.New, nil},
	}
	tracker := glow.NewTracker(func(r *row) string { return r.name }, func(x, y *row) bool { return *x != *y }, alone[row])
	for i, step := range steps {
		gone := tracker.Next(step.rows)
		if !slices.Equal(gone, step.gone) {
			t.Errorf("refresh %d: gone %v, want %v", i, gone, step.gone)
		}
		if got := tracker.Mark("a"); got != step.a {
			t.Errorf("refresh %d: mark of a %v, want %v", i, got, step.a)
		}
		if got := tracker.Mark("b"); got != step.b {
			t.Errorf("refresh %d: mark of b %v, want %v", i, got, step.b)
		}
	}
}

func TestReappearing(t *testing.T) {
	tracker := glow.NewTracker(func(r *row) string { return r.name }, func(x, y *row) bool { return *x != *y }, alone[row])
	tracker.Next([]row{{"a", "1"}})
	tracker.Next(nil)
	tracker.Next([]row{{"a", "1"}})
	if got := tracker.Mark("a"); got != glow.New {
		t.Errorf("mark of a thing that came back: %v, want New", got)
	}
}

func TestCalm(t *testing.T) {
	tracker := glow.NewTracker(func(s *string) string { return *s }, func(_, _ *string) bool { return false }, alone[string])
	tracker.Next([]string{"a"})
	tracker.Next([]string{"a", "b"})
	if got := tracker.Mark("b"); got != glow.New {
		t.Fatalf("b is %d, want it to be new", got)
	}
	tracker.Calm()
	if got := tracker.Mark("b"); got != glow.None {
		t.Errorf("b is %d after it was calmed", got)
	}
	tracker.Next([]string{"a", "b", "c"})
	if got := tracker.Mark("c"); got != glow.New {
		t.Errorf("c is %d, want it to be new", got)
	}
}

// TestOrder follows things that change their places: by their keys, wherever they stand.
func TestOrder(t *testing.T) {
	orders := [][]string{
		{"a", "b", "c", "d", "e"},
		{"e", "d", "c", "b", "a"},
		{"c", "e", "a", "x", "d", "b"},
		{"x", "b", "y", "d", "e", "c"},
		{"y"},
	}
	tracker := glow.NewTracker(func(s *string) string { return *s }, func(x, y *string) bool { return *x != *y }, alone[string])
	marks := map[string]int{} // For how many refreshes a mark is still there.
	for i, order := range orders {
		gone := tracker.Next(order)
		slices.Sort(gone)
		var lost []string
		for _, before := range [][]string{orders[max(i-1, 0)], orders[max(i-2, 0)]} {
			for _, name := range before {
				if !slices.Contains(order, name) && !slices.Contains(lost, name) {
					lost = append(lost, name)
				}
			}
		}
		slices.Sort(lost)
		if !slices.Equal(gone, lost) {
			t.Errorf("refresh %d: gone %q, want %q", i, gone, lost)
		}
		for _, name := range order {
			if i > 0 && !slices.Contains(orders[i-1], name) {
				marks[name] = glow.Ticks
			}
			want := glow.None
			if marks[name] > 0 {
				want, marks[name] = glow.New, marks[name]-1
			}
			if got := tracker.Mark(name); got != want {
				t.Errorf("refresh %d: mark of %s is %d, want %d", i, name, got, want)
			}
		}
	}
}

func TestForget(t *testing.T) {
	tracker := glow.NewTracker(func(s *string) string { return *s }, func(_, _ *string) bool { return false }, alone[string])
	tracker.Next([]string{"a", "b"})
	tracker.Next([]string{"a", "c"})
	tracker.Forget()
	if gone := tracker.Next([]string{"a", "d"}); len(gone) > 0 || tracker.Mark("c") != glow.None || tracker.Mark("d") != glow.None {
		t.Errorf("after all was forgotten: gone %q, marks %d and %d", gone, tracker.Mark("c"), tracker.Mark("d"))
	}
}

// TestApart: of a list that is left nothing is kept, but what is gone by itself.
func TestApart(t *testing.T) {
	one, two := &row{"a", "1"}, &row{"b", "1"}
	tracker := glow.NewTracker(func(r **row) string { return (*r).name }, func(_, _ **row) bool { return false },
		func(r *row) *row { alone := *r; return &alone })
	tracker.Next([]*row{one, two})
	gone := tracker.Next([]*row{one})
	if len(gone) != 1 || gone[0] == two || *gone[0] != *two {
		t.Errorf("gone %v, want a copy of %v", gone, two)
	}
}
