package probe

import (
	"os"
	"path/filepath"
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
			GroupKey: GroupKey{"v2", path}, Parent: i - 1, Dir: "/cgroup" + path, Values: &cgroup.Values{MemoryMax: limit, Memory: reading.Of(uint64(i))},
		})
	}
	return chain
}

func TestBound(t *testing.T) {
	none, unlimited, denied := Reading[uint64]{}, reading.None[uint64](reading.Unlimited), reading.None[uint64](reading.Denied)
	unseen := func(chain []*Group, from int) []*Group {
		for _, g := range chain[from:] {
			g.Dir, g.Values = "", noValues
		}
		return chain
	}
	below := func(chain []*Group) []*Group { // A mount that shows a part of the tree.
		chain[1].Parent = -1
		return chain[1:]
	}
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
		"denied above, max here":     {chained(none, denied, unlimited), reading.Denied, 0, "", 2},
		"denied above, a limit here": {chained(none, denied, reading.Of[uint64](9)), reading.Present, 9, "/a/b", 2},
		"all out of sight":           {unseen(chained(none), 0), reading.Unreached, 0, "", 0},
		"own one out of sight":       {unseen(chained(none, unlimited, none), 2), reading.Unreached, 0, "", 0},
		"out of sight below a limit": {unseen(chained(none, reading.Of[uint64](5), none), 2), reading.Present, 5, "/a", 1},
		"above is not mounted":       {below(chained(none, unlimited, unlimited)), reading.Unreached, 0, "", 2},
		"not controlled at the top":  {below(chained(none, none)), reading.Unreached, 0, "", 1},
		"zero is a limit":            {chained(none, reading.Of[uint64](0)), reading.Present, 0, "/a", 1},
	} {
		cut := len(test.chain) > 0 && test.chain[0].Path != "/"
		b := bound(test.chain, cut, of, less[uint64])
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

// TestIOTold says no limit of io only where every group tells it.
func TestIOTold(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	for name, text := range map[string]string{"io.max": "8:0 rbps=1", "a/io.max": "8:0 wbps=7\n"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &Snapshot{Hierarchies: []Hierarchy{{Label: cgroup.LabelV2, Version: 2}}}
	group := func(path, dir string) *Group {
		return &Group{GroupKey: GroupKey{cgroup.LabelV2, path}, Dir: dir, Values: noValues}
	}
	top, a, loose := group("/", filepath.Join(root, "top")), group("/a", filepath.Join(root, "a")), group("/a/loose", "")
	for name, test := range map[string]struct {
		chain []*Group
		told  reading.State
		count int
	}{
		"no hierarchy":         {nil, reading.Absent, 0},
		"no limit":             {[]*Group{top}, reading.Present, 0},
		"a limit":              {[]*Group{top, a}, reading.Present, 1},
		"out of sight":         {[]*Group{loose}, reading.Unreached, 0},
		"out of sight below":   {[]*Group{top, a, loose}, reading.Unreached, 1},
		"above is not mounted": {[]*Group{a}, reading.Unreached, 1},
	} {
		s.Hierarchies[0].Partial = len(test.chain) > 0 && test.chain[0] == a
		limits, told := Looker{roots: Live}.ioLimits(s, test.chain)
		if told != test.told || len(limits) != test.count {
			t.Errorf("%s: got %v, %v, want %d limits, %v", name, limits, told, test.count, test.told)
		}
	}
}

// TestKnobWithoutDirectory does not take the files of the current directory for those of a group.
func TestKnobWithoutDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("cpu.shares", []byte("77\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text := Live.Knob("", "cpu.shares"); text.State() != reading.Unreached {
		t.Errorf("read %+v, want that it is unreached", text)
	}
	if knobs, err := Live.Knobs(""); err == nil {
		t.Errorf("listed %+v, want an error", knobs)
	}
}

// TestUnseenCPUs does not blame a task for what a group out of sight may have taken.
func TestUnseenCPUs(t *testing.T) {
	top := &Group{GroupKey: GroupKey{"cpuset", "/"}, Parent: -1, Dir: t.TempDir(), Values: &cgroup.Values{CPUs: set(t, "0-3")}}
	loose := &Group{GroupKey: GroupKey{"cpuset", "/loose"}, Values: noValues}
	c := CPUUse{Allowed: set(t, "1"), Levels: Looker{roots: Live}.cpusetLevels([]*Group{top, loose})}
	c.explain(set(t, "0-3"))
	if len(c.Levels) != 2 || c.Levels[1].Effective.State() != reading.Unreached || c.Affinity.State() != reading.Unreached {
		t.Errorf("got %+v", c)
	}
}
