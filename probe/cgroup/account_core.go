package cgroup

import (
	"strings"
	"time"

	"bulkhead/probe/reading"
)

// CoreAccount is what every group has, whatever its controllers: see "Core Interface Files" in the kernel's cgroup-v2 document,
// and admin-guide/cgroup-v1/cgroups.
type CoreAccount struct {
	// Of version 2; see Values.
	Type      reading.Reading[string] `json:"type"`
	Populated reading.Reading[bool]   `json:"populated"`
	// Controllers are those that the group got, and SubtreeControl those that it hands on: cgroup.controllers and
	// cgroup.subtree_control of version 2.
	Controllers    reading.Reading[[]string] `json:"controllers"`
	SubtreeControl reading.Reading[[]string] `json:"subtree_control"`
	// MaxDepth and MaxDescendants are how deep and how many groups there may be below: cgroup.max.* of version 2, since Linux
	// 4.14.
	MaxDepth       reading.Reading[uint64] `json:"max_depth"`
	MaxDescendants reading.Reading[uint64] `json:"max_descendants"`
	// Descendants are the groups below, and Dying those that were removed and that the kernel could not free yet: nr_descendants
	// and nr_dying_descendants in cgroup.stat of version 2, since Linux 4.14.
	Descendants reading.Reading[uint64] `json:"nr_descendants"`
	Dying       reading.Reading[uint64] `json:"nr_dying_descendants"`
	// Subsystems count the same for each controller: nr_subsys_* and nr_dying_subsys_* in cgroup.stat, since Linux 6.12.
	Subsystems []Count `json:"subsystems"`
	// PressureOn tells whether pressure is counted: cgroup.pressure of version 2, since Linux 6.1.
	PressureOn reading.Reading[bool] `json:"pressure"`

	// Of version 1: whether groups made below copy the configuration (of cpuset alone), whether the release agent is called when
	// the group becomes empty, and its path, which the topmost group has.
	CloneChildren   reading.Reading[bool]   `json:"clone_children"`
	NotifyOnRelease reading.Reading[bool]   `json:"notify_on_release"`
	ReleaseAgent    reading.Reading[string] `json:"release_agent"`
}

func (t Texts) core() CoreAccount {
	events, stat := t.file("cgroup.events"), t.file("cgroup.stat")
	a := CoreAccount{
		Type: t.file("cgroup.type").word(), Populated: events.flat("populated").flag(),
		Controllers: t.file("cgroup.controllers").fields(), SubtreeControl: t.file("cgroup.subtree_control").fields(),
		MaxDepth: t.file("cgroup.max.depth").limit(), MaxDescendants: t.file("cgroup.max.descendants").limit(),
		Descendants: stat.flat("nr_descendants").number(), Dying: stat.flat("nr_dying_descendants").number(),
		PressureOn: t.file("cgroup.pressure").flag(), CloneChildren: t.plain("cgroup.clone_children").flag(),
		NotifyOnRelease: t.plain("notify_on_release").flag(), ReleaseAgent: t.plain("release_agent").word(),
	}
	for _, count := range stat.counts().Or(nil) {
		if strings.HasPrefix(count.Name, "nr_subsys_") || strings.HasPrefix(count.Name, "nr_dying_subsys_") {
			a.Subsystems = append(a.Subsystems, count)
		}
	}
	return a
}

// plain returns what a file says whose name is the same with the option noprefix: that of no controller.
func (t Texts) plain(name string) content {
	t.Noprefix = false
	return t.file(name)
}

// FreezerAccount is whether the tasks of the group run; see Values.
type FreezerAccount struct {
	State          reading.Reading[FreezerState] `json:"state"`
	Requested      reading.Reading[bool]         `json:"self_freezing"`
	ParentFreezing reading.Reading[bool]         `json:"parent_freezing"`
	// Frozen is for how long the group was frozen: frozen_usec in cgroup.stat.local of version 2, since Linux 6.18.
	Frozen reading.Reading[time.Duration] `json:"frozen_usec"`
}

func (t Texts) freezer() FreezerAccount {
	requested := first(t.file("cgroup.freeze").flag(), t.file("freezer.self_freezing").flag())
	return FreezerAccount{
		State:          first(freezerV2(t.file("cgroup.events").flat("frozen").flag(), requested), t.file("freezer.state").freezerState()),
		Requested:      requested,
		ParentFreezing: t.file("freezer.parent_freezing").flag(),
		Frozen:         t.file("cgroup.stat.local").flat("frozen_usec").microseconds(),
	}
}

// PIDsAccount is how many tasks there are in the group and below, threads counted; see "PID" in the kernel's cgroup-v2
// document. The files are the same in both versions.
type PIDsAccount struct {
	Current reading.Reading[uint64] `json:"current"`
	Max     reading.Reading[uint64] `json:"max"`
	Peak    reading.Reading[uint64] `json:"peak"`
	// Refused is how often a fork failed because of a limit: max in pids.events. Which groups count has changed: since Linux 6.11
	// version 2 counts where the limit is, and in the groups above it.
	Refused reading.Reading[uint64] `json:"events_max"`
	// RefusedHere counts this group alone: max in pids.events.local of version 2, since Linux 6.11.
	RefusedHere reading.Reading[uint64] `json:"events_local_max"`
}

func (t Texts) pids() PIDsAccount {
	return PIDsAccount{
		Current: t.file("pids.current").number(), Max: t.file("pids.max").limit(), Peak: t.file("pids.peak").number(),
		Refused:     t.file("pids.events").flat("max").number(),
		RefusedHere: t.file("pids.events.local").flat("max").number(),
	}
}
