package probe

import (
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

func set(t *testing.T, text string) Reading[cpulist.Set] {
	t.Helper()
	return reading.From(cpulist.Parse(text))
}

// chained are groups from the root on, each with a limit.
func chained(limits ...Reading[uint64]) []*Group {
	var chain []*Group
	for i, limit := range limits {
		path := []string{"/", "/a", "/a/b", "/a/b/c"}[i]
		chain = append(chain, &Group{
			GroupKey: GroupKey{"v2", path}, Parent: i - 1, Values: &cgroup.Values{MemoryMax: limit, Memory: reading.Of(uint64(i))},
		})
	}
	return chain
}

func TestBound(t *testing.T) {
	none, unlimited, denied := Reading[uint64]{}, reading.None[uint64](reading.Unlimited), reading.None[uint64](reading.Denied)
	of := func(g *Group) (limit, use Reading[uint64]) { return g.Values.MemoryMax, g.Values.Memory }
	for name, test := range map[string]struct {
		chain []*Group
		state reading.State
		limit uint64
		by    string
		use   uint64
	}{
		"no hierarchy":               {nil, reading.Absent, 0, "", 0},
		"root alone":                 {chained(none), reading.Unlimited, 0, "", 0},
		"no limit":                   {chained(none, unlimited, unlimited), reading.Unlimited, 0, "", 2},
		"own":                        {chained(none, unlimited, reading.Of[uint64](9)), reading.Present, 9, "/a/b", 2},
		"above is less":              {chained(none, reading.Of[uint64](5), reading.Of[uint64](9)), reading.Present, 5, "/a", 1},
		"of equal ones the nearest":  {chained(none, reading.Of[uint64](5), reading.Of[uint64](5)), reading.Present, 5, "/a/b", 2},
		"above only":                 {chained(none, reading.Of[uint64](5), unlimited), reading.Present, 5, "/a", 1},
		"not controlled so far down": {chained(none, reading.Of[uint64](5), none), reading.Present, 5, "/a", 1},
		"denied":                     {chained(none, denied), reading.Denied, 0, "", 1},
		"zero is a limit":            {chained(none, reading.Of[uint64](0)), reading.Present, 0, "/a", 1},
	} {
		b := bound(test.chain, of, less[uint64])
		if b.Limit.State() != test.state || b.Limit.Or(0) != test.limit || b.By.Path != test.by || b.Use.Or(0) != test.use {
			t.Errorf("%s: got %+v, want %v %d by %q, %d used", name, b, test.state, test.limit, test.by, test.use)
		}
	}
}

func TestExplainCPUs(t *testing.T) {
	level := func(requested, effective string) CpusetLevel {
		l := CpusetLevel{Requested: set(t, requested)}
		if effective != "" {
			l.Effective = set(t, effective)
		}
		return l
	}
	for name, test := range map[string]struct {
		allowed   string
		levels    []CpusetLevel
		narrowest int
		gaveUp    string
	}{
		"all":                  {"0-3", []CpusetLevel{level("", "0-3"), level("", "0-3")}, -1, ""},
		"own group":            {"0-1", []CpusetLevel{level("", "0-3"), level("0-1", "0-1")}, 1, ""},
		"above":                {"1", []CpusetLevel{level("", "0-3"), level("1", "1"), level("", "1")}, 1, ""},
		"twice":                {"1", []CpusetLevel{level("", "0-3"), level("0-1", "0-1"), level("1", "1")}, 2, ""},
		"affinity":             {"2", []CpusetLevel{level("", "0-3"), level("2-3", "2-3")}, 1, "3"},
		"affinity alone":       {"0", []CpusetLevel{level("", "0-3")}, -1, "1-3"},
		"of old only requests": {"1", []CpusetLevel{level("0-3", ""), level("1", "")}, 1, ""},
		"no cpuset":            {"0-3", nil, -1, ""},
	} {
		c := CPUUse{Allowed: set(t, test.allowed), Levels: test.levels}
		c.explain(set(t, "0-3"))
		if got := c.Affinity.Or(cpulist.Set{}).String(); c.Narrowest != test.narrowest || got != test.gaveUp {
			t.Errorf("%s: narrowed by level %d, gave up %q, want %d and %q", name, c.Narrowest, got, test.narrowest, test.gaveUp)
		}
	}
}

func TestRootOf(t *testing.T) {
	for _, test := range []struct{ outside, inside, want string }{
		{"/docker/a", "/", "/docker/a"},
		{"/docker/a/sub", "/sub", "/docker/a"},
		{"/a", "/a", "/"},
		{"/", "/", "/"},
		{"/x", "/../x", ""},
		{"/", "/..", ""},
		{"/x", "/y", ""},
		{"/a/..b", "/..b", "/a"},
	} {
		if got := cgroupRoot(test.outside, test.inside).Or(""); got != test.want {
			t.Errorf("%s outside, %s inside: got %q, want %q", test.outside, test.inside, got, test.want)
		}
	}
}

func TestParseOffsets(t *testing.T) {
	for text, want := range map[string]ClockOffsets{
		"monotonic           0         0\nboottime            0         0\n":          {},
		"monotonic        3600 500000000\nboottime           -2         0\n":          {3600*time.Second + 500*time.Millisecond, -2 * time.Second},
		"monotonic          -2 500000000\nboottime            1         0\nnew 3 4\n": {-1500 * time.Millisecond, time.Second},
	} {
		if got, err := parseOffsets(text); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"monotonic\n", "monotonic x 0\n", "monotonic 0 x\n", "monotonic 99999999999999 0\n"} {
		if got, err := parseOffsets(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestIOLimits(t *testing.T) {
	got := parseIOMax("8:0 rbps=max wbps=1048576 riops=max wiops=120\n8:16 rbps=max wbps=max riops=max wiops=max\nbad\n")
	if want := []IOLimit{{Device: "8:0", Limits: "wbps=1048576 wiops=120"}}; !slices.Equal(got, want) {
		t.Errorf("io.max: got %v, want %v", got, want)
	}
	got = addThrottle(addThrottle(nil, "rbps", "8:0 1024\n8:16 7\n"), "wiops", "8:0 5\n\nbad\n")
	if want := []IOLimit{{Device: "8:0", Limits: "rbps=1024 wiops=5"}, {Device: "8:16", Limits: "rbps=7"}}; !slices.Equal(got, want) {
		t.Errorf("throttle: got %v, want %v", got, want)
	}
}

func TestBelow(t *testing.T) {
	pid := func(inode, parent uint64) Namespace {
		return Namespace{NamespaceRef: NamespaceRef{PID, inode}, Parent: reading.Of(parent)}
	}
	// 3 and 4 name each other, as no kernel does.
	s := &Snapshot{Namespaces: []Namespace{{NamespaceRef: NamespaceRef{PID, 1}}, pid(2, 1), pid(3, 4), pid(4, 3), pid(5, 2), pid(6, 5)}}
	got := s.below(NamespaceRef{PID, 2})
	if len(got) != 3 || got[2] != 0 || got[5] != 1 || got[6] != 2 {
		t.Errorf("below 2 are %v, want 5 one level and 6 two levels below", got)
	}
}
