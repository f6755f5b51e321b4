package detail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/screen"
)

// TestNoneIsMeasured says that nothing was used only of a time that was watched.
func TestNoneIsMeasured(t *testing.T) {
	begin := time.Unix(1e9, 0)
	for name, test := range map[string]struct {
		seconds []int
		want    string
		chart   bool
	}{
		"watched": {[]int{0, 1, 2, 3}, "none in 6s", false},
		"a pause": {[]int{0, 1, 111, 112}, "0 now, 0 to 0 in 7s measured of 1m55s", true},
	} {
		book := history.NewBook()
		var p Page
		for _, at := range test.seconds {
			s := watched(begin.Add(time.Duration(at)*time.Second), 1)
			g := &s.Groups[2]
			g.Values.PIDs = reading.Of[uint64](0)
			book.Take(s, []probe.GroupKey{g.GroupKey}, time.Second)
			p = OfGroup(s, screen.ToGroup(g.GroupKey), GroupView{Book: book})
		}
		i := slices.IndexFunc(p.Lines, func(l Line) bool { return l.Label == "pids" && strings.Contains(l.Value, " in ") })
		if i < 0 || p.Lines[i].Value != test.want || (p.Lines[i].Chart != nil) != test.chart {
			t.Errorf("%s: got %+v, want %q", name, p.Lines, test.want)
		}
	}
}
