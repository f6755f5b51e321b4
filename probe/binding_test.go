package probe

import (
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// bindingSnapshot has groups of both versions, the last ones out of sight.
func bindingSnapshot(t *testing.T) *Snapshot {
	t.Helper()
	s := &Snapshot{
		Host: Host{CPUs: set(t, "0-3")},
		Hierarchies: []Hierarchy{
			{Label: "v2", Version: 2, Controllers: []string{"cpu", "cpuset", "memory", "pids"}},
			{ID: 3, Label: "cpuset", Version: 1, Controllers: []string{"cpuset"}},
		},
		Groups: []Group{
			{GroupKey: GroupKey{"v2", "/"}, Parent: -1, Values: &cgroup.Values{CPUsEffective: set(t, "0-3"), MemsEffective: set(t, "0-1")}},
			{GroupKey: GroupKey{"v2", "/a"}, Parent: 0, Values: &cgroup.Values{
				CPUsEffective: set(t, "0-1"), MemsEffective: set(t, "0-1"), MemoryMax: reading.Of[uint64](100), Memory: reading.Of[uint64](7),
				CPUQuota: reading.None[float64](reading.Unlimited),
			}},
			{GroupKey: GroupKey{"v2", "/a/b"}, Parent: 1, Values: &cgroup.Values{
				CPUsEffective: set(t, "0-1"), MemsEffective: set(t, "1"), MemoryMax: reading.Of[uint64](900), CPUQuota: reading.Of(0.5),
				PIDsMax: reading.None[uint64](reading.Denied),
			}},
			{GroupKey: GroupKey{"v2", "/a/b/c"}, Parent: 2, Values: &cgroup.Values{}},
			{GroupKey: GroupKey{"cpuset", "/"}, Parent: -1, Values: &cgroup.Values{CPUs: set(t, "0-3")}},
			{GroupKey: GroupKey{"cpuset", "/a"}, Parent: 4, Values: &cgroup.Values{CPUs: set(t, "2")}},
			{GroupKey: GroupKey{"cpuset", "/all"}, Parent: 4, Values: &cgroup.Values{CPUs: set(t, "0-3")}},
		},
	}
	for i := range s.Groups {
		s.Groups[i].Dir = "/cgroup" + s.Groups[i].Path
	}
	loose := func(h, path string, parent int) {
		s.Groups = append(s.Groups, Group{GroupKey: GroupKey{h, path}, Parent: parent, Values: noValues})
	}
	loose("cpuset", "/loose", 4)
	loose("v2", "/a/loose", 1)
	loose("v2", "/loose", 0)
	return s
}

// TestBinding asks who sets what binds in a group, in version 2 and in a hierarchy of version 1.
func TestBinding(t *testing.T) {
	s := bindingSnapshot(t)
	b := s.Binding(GroupKey{"v2", "/a/b/c"})
	for name, test := range map[string]struct{ by, wantBy, value, wantValue string }{
		"CPUs":   {b.CPUs.By.Path, "/a", b.CPUs.Limit.Or(cpulist.Set{}).String(), "0-1"},
		"mems":   {b.Mems.By.Path, "/a/b", b.Mems.Limit.Or(cpulist.Set{}).String(), "1"},
		"own":    {b.CPUs.Own.Path, "/a/b", "", ""},
		"memory": {b.Memory.By.Path, "/a", "", ""},
		"quota":  {b.Quota.By.Path, "/a/b", "", ""},
		"pids":   {b.PIDs.By.Path, "", b.PIDs.Limit.State().String(), "denied"},
	} {
		if test.by != test.wantBy || test.value != test.wantValue {
			t.Errorf("%s: %q by %q, want %q by %q", name, test.value, test.by, test.wantValue, test.wantBy)
		}
	}
	one := s.Binding(GroupKey{"cpuset", "/a"})
	if one.CPUs.By.Path != "/a" || one.CPUs.Limit.Or(cpulist.Set{}).String() != "2" || one.Memory.Limit.State() != reading.Absent {
		t.Errorf("version 1: %+v", one)
	}
	if all := s.Binding(GroupKey{"cpuset", "/all"}); all.CPUs.Limit.State() != reading.Unlimited || all.CPUs.Use.Or(cpulist.Set{}).Len() != 4 {
		t.Errorf("nothing narrowed: %+v", all.CPUs)
	}
	if gone := s.Binding(GroupKey{"v2", "/gone"}); gone.CPUs.Limit.State() != reading.Absent || gone.Memory.Own != (GroupKey{}) {
		t.Errorf("of a group that is not there: %+v", gone)
	}
}

// TestBindingOutOfSight does not say that nothing binds in a group that no mount shows.
func TestBindingOutOfSight(t *testing.T) {
	s := bindingSnapshot(t)
	if loose := s.Binding(GroupKey{"cpuset", "/loose"}); loose.CPUs.Limit.State() != reading.Unreached || loose.CPUs.Use.Known() {
		t.Errorf("CPUs of a group out of sight: %+v", loose.CPUs)
	}
	if loose := s.Binding(GroupKey{"v2", "/loose"}); loose.Memory.Limit.State() != reading.Unreached || loose.Quota.Limit.State() != reading.Unreached {
		t.Errorf("of a group out of sight: %+v", loose)
	}
	if loose := s.Binding(GroupKey{"v2", "/a/loose"}); loose.Memory.Limit.Or(0) != 100 || loose.Memory.By.Path != "/a" {
		t.Errorf("a group in sight limits one that is out of sight: %+v", loose.Memory)
	}
}
