package probe_test

import (
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

func TestFreezes(t *testing.T) {
	group := func(hierarchy, path string, parent int, state cgroup.FreezerState, asked bool) probe.Group {
		values := &cgroup.Values{Freezer: reading.Of(state), FreezeRequested: reading.Of(asked)}
		if path == "/" {
			values = &cgroup.Values{} // The topmost group has no freezer.
		}
		return probe.Group{GroupKey: probe.GroupKey{Hierarchy: hierarchy, Path: path}, Parent: parent, Values: values}
	}
	s := &probe.Snapshot{
		Hierarchies: []probe.Hierarchy{{ID: 0, Label: "v2", Version: 2}, {ID: 9, Label: "freezer", Version: 1}},
		Groups: []probe.Group{
			group("v2", "/", -1, 0, false),
			group("v2", "/lab", 0, cgroup.Frozen, true),
			group("v2", "/lab/in", 1, cgroup.Frozen, false),
			group("v2", "/slow", 0, cgroup.Freezing, true),
			group("v2", "/slow/in", 3, cgroup.Thawed, false),
			group("v2", "/runs", 0, cgroup.Thawed, false),
			group("freezer", "/", -1, 0, false),
			group("freezer", "/old", 6, cgroup.Frozen, true),
			group("freezer", "/lost", 6, cgroup.Frozen, false),
		},
	}
	in := func(v2, v1 string) *probe.CgroupSet {
		return &probe.CgroupSet{Memberships: []proc.Membership{{Hierarchy: 9, Controllers: "freezer", Path: v1}, {Path: v2}}}
	}
	by := func(state cgroup.FreezerState, hierarchy, path string) probe.Freeze {
		return probe.Freeze{State: state, By: probe.GroupKey{Hierarchy: hierarchy, Path: path}}
	}
	removed := in("/lab", "/")
	removed.Memberships[1].Deleted = true
	tests := map[string]struct {
		task probe.Task
		want probe.Freeze // The zero Freeze where it runs.
	}{
		"own":                    {probe.Task{Cgroups: in("/lab", "/"), Program: &probe.Program{}}, by(cgroup.Frozen, "v2", "/lab")},
		"inherited":              {probe.Task{Cgroups: in("/lab/in", "/"), Program: &probe.Program{}}, by(cgroup.Frozen, "v2", "/lab")},
		"freezing":               {probe.Task{Cgroups: in("/slow", "/"), Program: &probe.Program{}}, by(cgroup.Freezing, "v2", "/slow")},
		"freezing, inherited":    {probe.Task{Cgroups: in("/slow/in", "/"), Program: &probe.Program{}}, by(cgroup.Freezing, "v2", "/slow")},
		"version 1":              {probe.Task{Cgroups: in("/runs", "/old"), Program: &probe.Program{}}, by(cgroup.Frozen, "freezer", "/old")},
		"frozen beside freezing": {probe.Task{Cgroups: in("/lab", "/old"), Program: &probe.Program{}}, by(cgroup.Frozen, "freezer", "/old")},
		"by one out of sight":    {probe.Task{Cgroups: in("/", "/lost"), Program: &probe.Program{}}, probe.Freeze{State: cgroup.Frozen}},
		"running":                {probe.Task{Cgroups: in("/runs", "/"), Program: &probe.Program{}}, probe.Freeze{}},
		"of another hierarchy":   {probe.Task{Cgroups: in("/old", "/lab"), Program: &probe.Program{}}, probe.Freeze{}},
		"in a group of its name": {probe.Task{Cgroups: removed, Program: &probe.Program{}}, probe.Freeze{}},
		"zombie":                 {probe.Task{Cgroups: in("/lab", "/"), Program: &probe.Program{}, State: 'Z', Threads: 1}, probe.Freeze{}},
		"kernel thread":          {probe.Task{Cgroups: in("/lab", "/"), Program: &probe.Program{}, Kernel: true}, probe.Freeze{}},
		"nothing is known":       {probe.Task{Cgroups: &probe.CgroupSet{Access: reading.Denied}, Program: &probe.Program{}}, probe.Freeze{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, stopped := s.Freezes().Of(&test.task)
			if got != test.want || stopped != (test.want != probe.Freeze{}) {
				t.Errorf("got %+v, %v; want %+v", got, stopped, test.want)
			}
		})
	}
	if !(&probe.Snapshot{Groups: s.Groups[:1]}).Freezes().None() {
		t.Error("something is frozen where nothing is")
	}
}
