package probe

import (
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// TestCPUCounters has cpu and cpuacct in hierarchies of their own, in which some processes go by different paths.
func TestCPUCounters(t *testing.T) {
	s := &Snapshot{Hierarchies: []Hierarchy{
		{ID: 0, Label: "v2", Version: 2, Controllers: []string{"cpu"}},
		{ID: 2, Label: "cpu", Version: 1, Controllers: []string{"cpu"}},
		{ID: 3, Label: "cpuacct", Version: 1, Controllers: []string{"cpuacct"}},
	}}
	for _, path := range []string{"/", "/a", "/a/b", "/ab", "/c", "/c/d", "/loose"} {
		for i, label := range []string{"cpu", "cpuacct"} {
			g := Group{GroupKey: GroupKey{label, path}, Values: &cgroup.Values{}, Loose: reading.None[[]int32](reading.Absent)}
			if label == "cpuacct" {
				g.CPU = reading.Of(0.5)
			}
			if path == "/loose" && i == 0 {
				g.Loose = reading.Of([]int32{7})
			}
			s.Groups = append(s.Groups, g)
		}
	}
	s.Groups = append(s.Groups, Group{GroupKey: GroupKey{"cpu", "/alone"}, Values: &cgroup.Values{}},
		Group{GroupKey: GroupKey{"v2", "/x"}, Values: &cgroup.Values{}, CPU: reading.Of(2.0)})
	for i, in := range [][2]string{{"/", "/"}, {"/a/b", "/a/b"}, {"/a", "/a"}, {"/ab", "/"}, {"/c/d", "/c"}} {
		s.Tasks = append(s.Tasks, Task{TaskKey: TaskKey{PID: int32(i + 1)}, Program: &Program{}, Cgroups: &CgroupSet{Memberships: []proc.Membership{
			{Hierarchy: 2, Controllers: "cpu", Path: in[0]}, {Hierarchy: 3, Controllers: "cpuacct", Path: in[1]},
		}}})
	}
	counters := s.CPUCounters()
	for of, want := range map[GroupKey]struct {
		by   string
		same bool
	}{
		{"cpu", "/"}:       {"cpuacct:/", true},
		{"cpu", "/a"}:      {"cpuacct:/a", true},
		{"cpu", "/a/b"}:    {"cpuacct:/a/b", true},
		{"cpu", "/ab"}:     {"cpuacct:/ab", false},
		{"cpu", "/c"}:      {"cpuacct:/c", true}, // It counts those below.
		{"cpu", "/c/d"}:    {"cpuacct:/c/d", false},
		{"cpu", "/loose"}:  {"cpuacct:/loose", false},
		{"cpu", "/alone"}:  {"", false},
		{"cpuacct", "/ab"}: {"cpuacct:/ab", true},
		{"v2", "/x"}:       {"/x", true},
	} {
		g, _ := s.Group(of)
		counter, same := counters.Of(g)
		by := ""
		if counter != nil {
			by = counter.String()
		}
		if by != want.by || same != want.same {
			t.Errorf("%s: got %q, %v, want %q, %v", of, by, same, want.by, want.same)
		}
		if got := counters.Use(g).Known(); got != want.same {
			t.Errorf("%s: its use is known: %v, want %v", of, got, want.same)
		}
	}
}

// TestCPUCountersWithoutCpuacct says that nobody counts.
func TestCPUCountersWithoutCpuacct(t *testing.T) {
	s := &Snapshot{
		Hierarchies: []Hierarchy{{ID: 2, Label: "cpu", Version: 1, Controllers: []string{"cpu"}}},
		Groups:      []Group{{GroupKey: GroupKey{"cpu", "/"}, Values: &cgroup.Values{}, CPU: reading.Of(0.0)}},
	}
	counters := s.CPUCounters()
	if counter, same := counters.Of(&s.Groups[0]); counter != nil || same || counters.Use(&s.Groups[0]).Known() {
		t.Errorf("got %v, %v", counter, same)
	}
}
