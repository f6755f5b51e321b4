package probe_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// ratedHost has one group, whose files a test changes between scans.
const ratedHost = `-- proc/1/stat --
1 (init) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 2 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0
-- proc/self/mountinfo --
30 23 0:27 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw
-- sys/fs/cgroup/ --
cgroup.controllers cpu io memory
-- sys/fs/cgroup/lab/ --
cgroup.type domain
`

// rated is such a host while it is scanned.
type rated struct {
	t       *testing.T
	dir     string
	scanner *probe.Scanner
}

func openRated(t *testing.T) rated {
	t.Helper()
	host := testhost.Parse(t, ratedHost)
	scanner, err := probe.Open(probe.Roots{Proc: host.Proc, Sys: host.Sys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
	})
	return rated{t, filepath.Join(host.Sys, "fs/cgroup/lab"), scanner}
}

// counters writes what the group did so far.
func (r rated) counters(cpu, io, events string) {
	r.t.Helper()
	for name, text := range map[string]string{"cpu.stat": cpu, "io.stat": io, "memory.events": events} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text+"\n"), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
}

// group scans and returns the group.
func (r rated) group(parts cgroup.Parts) *probe.Group {
	r.t.Helper()
	key := probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: "/lab"}
	s, err := r.scanner.Scan(r.t.Context(), probe.Request{Facts: probe.FactGroups, Groups: []probe.GroupKey{key}, Parts: parts})
	if err != nil {
		r.t.Fatal(err)
	}
	g, ok := s.Group(key)
	if !ok {
		r.t.Fatalf("no group %s among %d", key, len(s.Groups))
	}
	return g
}

func TestRates(t *testing.T) {
	h := openRated(t)
	h.counters("nr_periods 100\nnr_throttled 10\nthrottled_usec 5", "8:0 rbytes=1000 wbytes=0", "oom_kill 1")
	first := h.group(cgroup.AllParts)
	if first.Rates != (probe.Rates{}) {
		t.Errorf("at the first reading: %+v", first.Rates)
	}
	h.counters("nr_periods 140\nnr_throttled 20\nthrottled_usec 1000005", "8:0 rbytes=3000 wbytes=0\n8:1 rbytes=0 wbytes=500", "oom_kill 3")
	second := h.group(cgroup.AllParts)
	took := second.ReadAt - first.ReadAt
	perSecond := func(n float64) probe.Reading[float64] { return reading.Of(n / took.Seconds()) }
	want := probe.Rates{
		ThrottledShare: reading.Of(0.25), Throttled: reading.Of(float64(time.Second) / float64(took)),
		IORead: perSecond(2000), IOWritten: perSecond(500), OOMKills: reading.Of(uint64(2)),
	}
	if second.Rates != want {
		t.Errorf("at the second: %+v, want %+v", second.Rates, want)
	}
	h.counters("nr_periods 140\nnr_throttled 20\nthrottled_usec 0", "8:0 rbytes=1 wbytes=600", "low 0")
	third := h.group(cgroup.AllParts).Rates
	if third.ThrottledShare.Known() || third.Throttled.Known() || third.IORead.Known() || third.OOMKills.Known() {
		t.Errorf("without a period, with counters that went back or that are gone: %+v", third)
	}
	if n, ok := third.IOWritten.Get(); !ok || n <= 0 {
		t.Errorf("written: %+v", third.IOWritten)
	}
}

// A group that was removed and made again has its name, but nothing that was counted before is its own.
func TestRatesOfAGroupMadeAgain(t *testing.T) {
	h := openRated(t)
	h.counters("nr_periods 1\nnr_throttled 1\nthrottled_usec 5", "", "oom_kill 1")
	first := h.group(cgroup.AllParts)
	if err := os.Rename(h.dir, filepath.Join(filepath.Dir(h.dir), "old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(h.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	h.counters("nr_periods 9\nnr_throttled 5\nthrottled_usec 50", "", "oom_kill 7")
	second := h.group(cgroup.AllParts)
	if second.Inode == first.Inode || second.Rates != (probe.Rates{}) {
		t.Errorf("inode %d, then %d: %+v", first.Inode, second.Inode, second.Rates)
	}
}

// Parts that are asked for anew are read at once, and those that are not asked for are absent.
func TestRequestOfParts(t *testing.T) {
	h := openRated(t)
	h.counters("usage_usec 1", "8:0 rbytes=1 wbytes=1", "oom_kill 1")
	if v := h.group(0).Values; v.OOMKills.Known() || v.IORead.Known() || !v.CPUUsage.Known() {
		t.Errorf("by default: %+v", v)
	}
	g := h.group(cgroup.PartMemoryEvents)
	if g.Values.OOMKills != reading.Of(uint64(1)) || g.Values.CPUUsage.Known() || g.Rates.OOMKills.Known() {
		t.Errorf("the events alone, for the first time: %+v, %+v", g.Values, g.Rates)
	}
	if g = h.group(cgroup.PartMemoryEvents); g.Rates.OOMKills != reading.Of(uint64(0)) {
		t.Errorf("for the second time: %+v", g.Rates)
	}
	s, err := h.scanner.Scan(t.Context(), probe.Request{Facts: probe.FactGroups, Parts: cgroup.PartIO})
	if err != nil {
		t.Fatal(err)
	}
	if g, _ := s.Group(g.GroupKey); !g.Values.IORead.Known() {
		t.Errorf("a group that is not on the screen was not read although a part of it is missing: %+v", g.Values)
	}
}

// A group that is looked at is read whole, whatever is asked of all of them.
func TestRequestOfWholeGroups(t *testing.T) {
	h := openRated(t)
	h.counters("usage_usec 1", "8:0 rbytes=1 wbytes=1", "oom_kill 1")
	key := h.group(cgroup.PartCore).GroupKey
	request := probe.Request{Facts: probe.FactGroups, Parts: cgroup.PartCore}
	for _, whole := range [][]probe.GroupKey{nil, {{Hierarchy: cgroup.LabelV2, Path: "/"}}, {key}} {
		request.Whole = whole
		s, err := h.scanner.Scan(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		g, _ := s.Group(key)
		if got, want := g.Values.IORead.Known() && g.Values.OOMKills.Known(), len(whole) > 0 && whole[0] == key; got != want {
			t.Errorf("whole %v: all was read: %v, want %v", whole, got, want)
		}
	}
}
