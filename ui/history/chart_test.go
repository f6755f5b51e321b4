package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bulkhead/probe/reading"
	"bulkhead/ui/text"
	"bulkhead/ui/uitest"
)

var (
	inBytes = Unit{Write: func(n float64) string { return text.Bytes(uint64(n)) }, Binary: true, Least: 1024}
	inCPUs  = Unit{Write: func(n float64) string { return fmt.Sprintf("%.2f", n) }, Least: 0.01}
)

// wave is a series with a rise, a pause, what is not known, a peak and nothing used.
func wave() *Series {
	s := &Series{}
	for i := range 90 {
		at := Span + time.Duration(i)*time.Second
		n := reading.Of(float64(i) / 30)
		switch {
		case i >= 40 && i < 55:
			continue
		case i >= 62 && i < 70:
			n = reading.None[float64](reading.Denied)
		case i >= 80:
			n = reading.Of(0.0)
		}
		s.Add(at, 2*time.Second, n)
	}
	return s
}

// drawn writes runs with their levels, each on a line of its own where it is not calm.
func drawn(rows [][]Run) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "|%s|", Plain(row))
		for _, r := range row {
			fmt.Fprintf(&b, " %d:%d", text.Width(r.Text), r.Level)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestGoldenCharts(t *testing.T) {
	var b strings.Builder
	end := Span + 89*time.Second
	for _, width := range []int{60, 30, 21, 12, 9, 8} {
		for rows := range 4 {
			fmt.Fprintf(&b, "%d cells, %d rows\n", width, rows)
			b.WriteString(drawn(Chart{Series: wave(), End: end, Unit: inCPUs, Warn: 1.6, Bad: 1.9}.Draw(width, rows)))
		}
	}
	b.WriteString("bytes\n" + drawn(Chart{Series: wave(), End: end, Unit: inBytes}.Draw(40, 2)))
	uitest.Golden(t, "charts", b.String())
}

func TestGoldenBars(t *testing.T) {
	var b strings.Builder
	for _, used := range []float64{0, 0.001, 1, 25, 50, 79.9, 80, 95, 99.9, 100, 250} {
		fmt.Fprintf(&b, "%6.1f %s", used, drawn([][]Run{Bar(used, 100, 10)}))
	}
	fmt.Fprintf(&b, "of none %s", drawn([][]Run{Bar(0, 0, 10)}))
	fmt.Fprintf(&b, "some of none %s", drawn([][]Run{Bar(1, 0, 10)}))
	uitest.Golden(t, "bars", b.String())
}

// TestWidths holds charts and bars to their width, whatever is in them.
func TestWidths(t *testing.T) {
	for range 300 {
		s := &Series{}
		at := Span
		for range rand.IntN(40) {
			at += time.Duration(rand.Int64N(int64(10 * time.Second)))
			s.Add(at, 5*time.Second, reading.Of(math.Exp(rand.Float64()*60-5)))
		}
		width, rows := rand.IntN(100), rand.IntN(4)
		for _, unit := range []Unit{inBytes, inCPUs} {
			for _, row := range (Chart{Series: s, End: at, Unit: unit}).Draw(width, rows) {
				if got := text.Width(Plain(row)); got != width {
					t.Fatalf("%d wide, want %d: %q", got, width, Plain(row))
				}
			}
		}
		used, limit := rand.ExpFloat64(), rand.ExpFloat64()
		if got := text.Width(Plain(Bar(used, limit, width))); got != width {
			t.Fatalf("bar of %v of %v: %d wide, want %d", used, limit, got, width)
		}
	}
}

func TestScale(t *testing.T) {
	for _, test := range []struct {
		unit        Unit
		value, want float64
	}{
		{inBytes, 0, 1024},
		{inBytes, 1024, 1024},
		{inBytes, 1025, 2048},
		{inBytes, 40 << 20, 64 << 20},
		{inCPUs, 0, 0.01},
		{inCPUs, 0.3, 0.3},
		{inCPUs, 0.5, 0.5},
		{inCPUs, 0.52, 0.6},
		{inCPUs, 0.82, 1},
		{inCPUs, 1.0000000001, 1},
		{inCPUs, 2.01, 2},
		{inCPUs, 2.1, 3},
		{inCPUs, 7, 8},
		{Unit{}, 0, 1},
	} {
		if got := test.unit.top(test.value); math.Abs(got-test.want) > test.want*1e-12 {
			t.Errorf("to reach %v: %v, want %v", test.value, got, test.want)
		}
	}
}
