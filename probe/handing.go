package probe

import (
	"slices"

	"bulkhead/probe/cgroup"
)

// Handing is which controllers of version 2 a group was given by those above it, and which it hands down; see "Controlling
// Controllers" in the kernel's cgroup-v2 document. It is about nothing in version 1, where a group has all those of its hierarchy.
type Handing struct {
	GroupKey                   // The zero key where the group is not of version 2, or not mounted in sight.
	Has      Reading[[]string] // cgroup.controllers.
	Hands    Reading[[]string] // cgroup.subtree_control.
	Lacks    []Lack            // The controllers of the hierarchy that it has not got.
}

// Lack is a controller that a group has no files of, and the topmost group that does not hand it down.
type Lack struct {
	Controller string
	By         GroupKey
}

// handing reads what is handed down to a group, the last of a chain from the root.
func (l Looker) handing(now *Snapshot, chain []*Group) (h Handing) {
	if len(chain) == 0 {
		return h
	}
	own := chain[len(chain)-1]
	hierarchy := now.HierarchyOf(own)
	if hierarchy.Version != 2 || own.Dir == "" {
		return h
	}
	core := func(g *Group, files ...string) cgroup.CoreAccount { // Read as GroupDetail reads them.
		var knobs []Knob
		for _, file := range files {
			knobs = append(knobs, Knob{Name: file, Text: l.roots.Knob(g.Dir, file)})
		}
		return l.roots.texts(hierarchy, knobs).Account().Core
	}
	a := core(own, "cgroup.controllers", "cgroup.subtree_control")
	h = Handing{GroupKey: own.GroupKey, Has: a.Controllers, Hands: a.SubtreeControl}
	has, ok := h.Has.Get()
	if !ok {
		return h
	}
	for _, controller := range hierarchy.Controllers {
		if slices.Contains(has, controller) {
			continue
		}
		for _, g := range chain[:len(chain)-1] {
			if hands, known := core(g, "cgroup.subtree_control").SubtreeControl.Get(); known && !slices.Contains(hands, controller) {
				h.Lacks = append(h.Lacks, Lack{controller, g.GroupKey})
				break
			}
		}
	}
	return h
}
