package glow_test

import (
	"slices"
	"testing"

	"bulkhead/ui/glow"
)

type row struct{ name, value string }

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
	tracker := glow.NewTracker(func(r *row) string { return r.name }, func(x, y *row) bool { return *x != *y })
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
	tracker := glow.NewTracker(func(r *row) string { return r.name }, func(x, y *row) bool { return *x != *y })
	tracker.Next([]row{{"a", "1"}})
	tracker.Next(nil)
	tracker.Next([]row{{"a", "1"}})
	if got := tracker.Mark("a"); got != glow.New {
		t.Errorf("mark of a thing that came back: %v, want New", got)
	}
}

func TestCalm(t *testing.T) {
	tracker := glow.NewTracker(func(s *string) string { return *s }, func(_, _ *string) bool { return false })
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
