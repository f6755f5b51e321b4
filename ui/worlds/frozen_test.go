package worlds_test

import (
	"slices"
	"strconv"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
	"bulkhead/ui/uitest"
	"bulkhead/ui/worlds"
)

// TestFrozenWorlds tells of worlds that are frozen as a whole, in part, or about to be.
func TestFrozenWorlds(t *testing.T) {
	tasks := harbour()
	states := map[string]cgroup.FreezerState{"/all": cgroup.Frozen, "/slow": cgroup.Freezing}
	in := map[int32]string{20: "/all", 21: "/all", 7: "/all", 30: "/slow"}
	for i := range tasks {
		if path := in[tasks[i].PID]; path != "" {
			tasks[i].Cgroups = &probe.CgroupSet{Access: reading.Present, Memberships: []proc.Membership{{Path: path}}}
		}
	}
	now := snapshot(tasks...)
	now.Hierarchies = []probe.Hierarchy{{Label: "v2", Version: 2}}
	for _, path := range []string{"/all", "/slow"} {
		now.Groups = append(now.Groups, probe.Group{
			GroupKey: probe.GroupKey{Hierarchy: "v2", Path: path}, Parent: -1,
			Values: &cgroup.Values{Freezer: reading.Of(states[path]), FreezeRequested: reading.Of(true)},
		})
	}
	for _, width := range []int{40, 78, 120} {
		s := worlds.New().Resize(width, 9).Sync(screen.Frame{Now: now})
		uitest.Golden(t, "frozen-"+strconv.Itoa(width), view(s))
	}
	s := worlds.New().Resize(78, 9).Sync(screen.Frame{Now: now}).Sync(screen.Frame{Now: snapshot(harbour()...)})
	if got, want := view(s), view(worlds.New().Resize(78, 9).Sync(screen.Frame{Now: snapshot(harbour()...)})); !slices.Equal([]byte(got), []byte(want)) {
		t.Errorf("after the thaw the screen is\n%s\nwant\n%s", got, want)
	}
}
