package probe

import (
	"slices"
	"strings"

	"bulkhead/probe/reading"
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
	words := func(g *Group, file string) Reading[[]string] {
		return reading.Map(l.roots.Knob(g.Dir, file), strings.Fields)
	}
	h = Handing{GroupKey: own.GroupKey, Has: words(own, "cgroup.controllers"), Hands: words(own, "cgroup.subtree_control")}
	has, ok := h.Has.Get()
	if !ok {
		return h
	}
	for _, controller := range hierarchy.Controllers {
		if slices.Contains(has, controller) {
			continue
		}
		for _, g := range chain[:len(chain)-1] {
			if hands, known := words(g, "cgroup.subtree_control").Get(); known && !slices.Contains(hands, controller) {
				h.Lacks = append(h.Lacks, Lack{controller, g.GroupKey})
				break
			}
		}
	}
	return h
}
