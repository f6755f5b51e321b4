package history

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// states writes what the columns of a series have: blank, a dot for a gap, a digit for a value.
func states(columns []column) string {
	var b strings.Builder
	for _, c := range columns {
		switch c.state {
		case before:
			b.WriteByte(' ')
		case gap:
			b.WriteByte('.')
		case value:
			b.WriteByte('0' + byte(c.value))
		}
	}
	return b.String()
}

func TestColumns(t *testing.T) {
	const second = time.Second
	unknown := reading.None[float64](reading.Denied)
	type one struct {
		at    time.Duration
		value probe.Reading[float64]
	}
	for name, test := range map[string]struct {
		holds time.Duration
		add   []one
		end   time.Duration
		count int
		want  string
	}{
		"empty":                    {second, nil, 120 * second, 4, "    "},
		"one":                      {second, []one{{95 * second, reading.Of(1.0)}}, 100 * second, 4, "   1"},
		"the highest of a column":  {30 * second, []one{{92 * second, reading.Of(1.0)}, {93 * second, reading.Of(7.0)}, {94 * second, reading.Of(2.0)}}, 100 * second, 4, "  17"},
		"slower than the columns":  {40 * second, []one{{100 * second, reading.Of(1.0)}, {130 * second, reading.Of(2.0)}, {150 * second, reading.Of(3.0)}}, 150 * second, 12, "   111122233"},
		"a pause":                  {12 * second, []one{{60 * second, reading.Of(1.0)}, {110 * second, reading.Of(2.0)}}, 119 * second, 12, "    11...22."},
		"not known":                {10 * second, []one{{85 * second, reading.Of(1.0)}, {95 * second, unknown}, {105 * second, unknown}, {115 * second, reading.Of(2.0)}}, 119 * second, 12, "       11.22"},
		"none is a value too":      {10 * second, []one{{115 * second, reading.Of(0.0)}}, 119 * second, 12, "          00"},
		"what is older goes":       {10 * second, []one{{10 * second, reading.Of(1.0)}, {140 * second, reading.Of(2.0)}}, 149 * second, 12, "..........2."},
		"no later than the one":    {10 * second, []one{{115 * second, reading.Of(1.0)}, {115 * second, reading.Of(9.0)}, {114 * second, reading.Of(9.0)}}, 119 * second, 12, "          11"},
		"the window has moved on":  {10 * second, []one{{115 * second, reading.Of(1.0)}}, 300 * second, 4, "...."},
		"unlimited is no measure":  {10 * second, []one{{115 * second, reading.None[float64](reading.Unlimited)}}, 119 * second, 12, "          .."},
		"known only where it says": {10 * second, []one{{112 * second, unknown}, {118 * second, reading.Of(3.0)}}, 119 * second, 60, "                                                   .....333."},
	} {
		t.Run(name, func(t *testing.T) {
			var s Series
			for _, o := range test.add {
				s.Add(o.at, test.holds, o.value)
			}
			if got := states(s.columns(test.end, test.count)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestWindowMoves holds a value to its column while the window moves by less than one.
func TestWindowMoves(t *testing.T) {
	var s Series
	s.Add(63*time.Second, time.Second, reading.Of(5.0))
	was := states(s.columns(121*time.Second, 20))
	for at := 121 * time.Second; at <= 126*time.Second; at += 100 * time.Millisecond {
		if got := states(s.columns(at, 20)); got != was {
			t.Fatalf("at %v: %q, before %q", at, got, was)
		}
	}
	if got := states(s.columns(127*time.Second, 20)); got == was {
		t.Errorf("at 127s: %q has not moved", got)
	}
}

func TestRange(t *testing.T) {
	var s Series
	if r, ok := s.Range(time.Minute); ok {
		t.Errorf("of nothing: %+v", r)
	}
	for i, n := range []float64{9, 1, 3, 2} {
		s.Add(time.Duration(100+50*i)*time.Second, 5*time.Second, reading.Of(n))
	}
	got, ok := s.Range(250 * time.Second)
	want := Range{Low: 1, High: 3, Last: 2, Over: 105 * time.Second, Now: true}
	if !ok || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	s.Add(251*time.Second, 5*time.Second, reading.None[float64](reading.Denied))
	if got, _ = s.Range(251 * time.Second); got.Now {
		t.Errorf("%+v tells what is now, which is not known", got)
	}
}

// TestSeriesStaysSmall keeps no more than the window has, however long it goes on.
func TestSeriesStaysSmall(t *testing.T) {
	var s Series
	at := time.Hour
	for range 20000 {
		at += time.Duration(rand.Int64N(int64(400 * time.Millisecond)))
		s.Add(at, time.Second, reading.Of(1.0))
	}
	if most := 2000; len(s.samples) > most || cap(s.samples) > 4*most {
		t.Errorf("%d samples, room for %d", len(s.samples), cap(s.samples))
	}
	if first := s.samples[0].at; first < at-Span-400*time.Millisecond {
		t.Errorf("the first one is %v old", at-first)
	}
}
