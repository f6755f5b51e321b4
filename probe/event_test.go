package probe

import (
	"slices"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

func snapshot(tasks ...Task) *Snapshot {
	return &Snapshot{Tasks: tasks, Hierarchies: []Hierarchy{{ID: 0, Label: cgroup.LabelV2}, {ID: 3, Label: "cpuset"}}}
}

func group(hierarchy, path string, inode uint64, freezer Reading[cgroup.FreezerState]) Group {
	return Group{GroupKey: GroupKey{hierarchy, path}, Inode: inode, Values: &cgroup.Values{Freezer: freezer}}
}

func inGroup(t Task, path string) Task {
	t.Cgroups = &CgroupSet{Memberships: []proc.Membership{{Hierarchy: 3, Controllers: "cpuset", Path: path}}}
	return t
}

func namespaceOf(inode, id uint64, leader int32) Namespace {
	return Namespace{NamespaceRef: NamespaceRef{Net, inode}, ID: reading.Of(id), Leader: leader}
}

func texts(events []Event) []string {
	var all []string
	for i := range events {
		all = append(all, events[i].Text())
	}
	return all
}

// diffTest is two successive snapshots and what happened between them.
type diffTest struct {
	prev, next *Snapshot
	want       []string
}

func checkDiffs(t *testing.T, tests map[string]diffTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := texts(Diff(test.prev, test.next)); !slices.Equal(got, test.want) {
				t.Errorf("events %q, want %q", got, test.want)
			}
		})
	}
}

func TestDiffOfTasksAndNamespaces(t *testing.T) {
	host, walled := namespaces(nil), namespaces(map[NamespaceType]uint64{Net: 7})
	checkDiffs(t, map[string]diffTest{
		"nothing": {snapshot(process(1, 0, "init", host)), snapshot(process(1, 0, "init", host)), nil},
		"entered a namespace": {
			snapshot(process(9, 1, "sh", host)), snapshot(process(9, 1, "sh", walled)),
			[]string{"9 sh went from net:[1000] to net:[7]"},
		},
		"moved to a group": {
			snapshot(inGroup(process(9, 1, "sh", host), "/")), snapshot(inGroup(process(9, 1, "sh", host), "/lab")),
			[]string{"9 sh moved from cpuset:/ to cpuset:/lab"},
		},
		"an exited process has not moved": {
			snapshot(inGroup(process(9, 1, "sh", host), "/lab")),
			snapshot(func() Task { t := inGroup(process(9, 1, "sh", host), "/"); t.State = 'Z'; return t }()),
			nil,
		},
		"another process of the same number has not moved": {
			snapshot(inGroup(process(9, 1, "sh", host), "/")),
			snapshot(func() Task { t := inGroup(process(9, 1, "sh", host), "/lab"); t.Start = 99; return t }()),
			nil,
		},
		"namespace born and gone": {
			&Snapshot{Tasks: []Task{process(5, 1, "old", host)}, Namespaces: []Namespace{namespaceOf(7, 100, 5)}},
			&Snapshot{Tasks: []Task{process(6, 1, "new", host)}, Namespaces: []Namespace{namespaceOf(8, 101, 6)}},
			[]string{"net:[7] is gone; last seen with 5 old", "net:[8] is new, with 6 new"},
		},
		"namespace that took over the number of another": {
			&Snapshot{Namespaces: []Namespace{namespaceOf(7, 100, 0)}},
			&Snapshot{Namespaces: []Namespace{namespaceOf(7, 101, 0)}},
			[]string{"net:[7] is gone", "net:[7] is new"},
		},
		"namespace whose id was not learned in one scan": {
			&Snapshot{Namespaces: []Namespace{namespaceOf(7, 100, 0)}},
			&Snapshot{Namespaces: []Namespace{{NamespaceRef: NamespaceRef{Net, 7}}}},
			nil,
		},
	})
}

func TestDiffOfGroups(t *testing.T) {
	thawed, frozen := reading.Of(cgroup.Thawed), reading.Of(cgroup.Frozen)
	var unread Reading[cgroup.FreezerState]
	checkDiffs(t, map[string]diffTest{
		"group that no mount shows": {
			&Snapshot{}, &Snapshot{Groups: []Group{group("net_cls", "/there", 0, unread)}}, nil,
		},
		"group made, removed and made again": {
			&Snapshot{Groups: []Group{group("v2", "/a", 1, unread), group("v2", "/b", 2, unread)}},
			&Snapshot{Groups: []Group{group("v2", "/b", 3, unread), group("cpuset", "/c", 4, unread)}},
			[]string{"group /b was made", "group cpuset:/c was made", "group /a was removed", "group /b was removed"},
		},
		"frozen and thawed": {
			&Snapshot{Groups: []Group{group("v2", "/a", 1, thawed), group("v2", "/b", 2, frozen)}},
			&Snapshot{Groups: []Group{group("v2", "/a", 1, frozen), group("v2", "/b", 2, thawed)}},
			[]string{"group /a is frozen", "group /b runs again"},
		},
		"what was not read has not changed": {
			&Snapshot{Groups: []Group{group("v2", "/a", 1, unread)}},
			&Snapshot{Groups: []Group{group("v2", "/a", 1, frozen)}}, nil,
		},
	})
}
