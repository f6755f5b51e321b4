package tasks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/uitest"
)

// freeze puts tasks into a group that is in a state.
func freeze(s *probe.Snapshot, state cgroup.FreezerState, pids ...int32) *probe.Snapshot {
	path := fmt.Sprintf("/lab%d", len(s.Groups))
	s.Hierarchies = []probe.Hierarchy{{Label: "v2", Version: 2}}
	s.Groups = append(s.Groups, probe.Group{
		GroupKey: probe.GroupKey{Hierarchy: "v2", Path: path}, Parent: -1,
		Values: &cgroup.Values{Freezer: reading.Of(state), FreezeRequested: reading.Of(true)},
	})
	set := &probe.CgroupSet{Access: reading.Present, Memberships: []proc.Membership{{Path: path}}}
	for i := range s.Tasks {
		if slices.Contains(pids, s.Tasks[i].PID) {
			s.Tasks[i].Cgroups = set
		}
	}
	return s
}

// TestFrozen: version 2 leaves a frozen task in state S, and the list tells it in words where there is room. A zombie in the
// group, and a kernel thread, are not frozen.
func TestFrozen(t *testing.T) {
	now := freeze(host(t), cgroup.Frozen, 20553, 20570, 20571, 17)
	now = freeze(now, cgroup.Freezing, 812)
	for _, width := range []int{40, 78, 120} {
		m := synced(t, New().Resize(width, 14), now, "")
		uitest.Golden(t, fmt.Sprintf("frozen-%d", width), strings.Join(lines(m), "\n"))
	}
	m := pressed(t, synced(t, New().Resize(120, 14), now, ""), ">", ">", "I") // By state, the frozen first.
	if got := ids(m)[:3]; !slices.Equal(got, []int32{20553, 20570, 812}) {
		t.Errorf("sorted by the state the first are %v", got)
	}
}

// TestStateKeepsItsWidth: a frozen group that no task is in takes no room from the others.
func TestStateKeepsItsWidth(t *testing.T) {
	want := lines(synced(t, New().Resize(120, 14), host(t), ""))
	if got := lines(synced(t, New().Resize(120, 14), freeze(host(t), cgroup.Frozen), "")); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
