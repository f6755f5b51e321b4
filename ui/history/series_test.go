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
	want := Range{Low: 1, High: 3, Last: 2, Over: 105 * time.Second, Measured: 15 * time.Second, Now: true, last: 5 * time.Second}
	if !ok || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	s.Add(251*time.Second, 5*time.Second, reading.None[float64](reading.Denied))
	if got, _ = s.Range(251 * time.Second); got.Now {
		t.Errorf("%+v tells what is now, which is not known", got)
	}
}

// TestWhole tells a window that was measured from one with gaps, whatever lies before it.
func TestWhole(t *testing.T) {
	const second = time.Second
	for name, test := range map[string]struct {
		at       []int // In seconds; negative where it was not known.
		end      int
		measured time.Duration
		want     bool
	}{
		"one":                      {[]int{300}, 300, 2 * second, true},
		"each second":              {[]int{297, 298, 299, 300}, 300, 5 * second, true},
		"late by less than it may": {[]int{296, 298, 300}, 300, 6 * second, true},
		"a pause":                  {[]int{186, 187, 299, 300}, 300, 6 * second, false},
		"one not known":            {[]int{297, -298, 299, 300}, 300, 4 * second, true},
		"some not known":           {[]int{296, -297, -298, 299, 300}, 300, 4 * second, false},
		"not watched by now":       {[]int{199, 200}, 300, 3 * second, false},
		"a gap before the window":  {[]int{100, 299, 300}, 300, 3 * second, true},
	} {
		var s Series
		for _, at := range test.at {
			value := reading.Of(0.0)
			if at < 0 {
				at, value = -at, reading.None[float64](reading.Denied)
			}
			s.Add(time.Duration(at)*second, 2*second, value)
		}
		r, ok := s.Range(time.Duration(test.end) * second)
		if !ok || r.Measured != test.measured || r.Whole() != test.want {
			t.Errorf("%s: got %v, %v of %v, want %v, %v", name, r.Whole(), r.Measured, r.Over, test.want, test.measured)
		}
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
