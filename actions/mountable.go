package actions

import (
	"path"
	"slices"
	"strings"

	"bulkhead/probe"
)

// Mountable is a controller that a version 1 hierarchy might be mounted with.
type Mountable struct {
	Name    string
	Bound   string // What it is bound to now, in a word or two.
	Says    string // The same in a sentence, with what becomes of it.
	Refused string // Why it cannot be mounted; empty where it can.
}

// Mountables returns all controllers in sight with what they are bound to now: those listed by /proc/cgroups, where that could be
// read, and those of the hierarchies; see "Mounting v1 controllers" in cgroups(7).
func Mountables(s *probe.Snapshot, listed []probe.Controller, knob Knobs) []Mountable {
	all := make([]Mountable, 0, len(listed))
	for _, c := range listed {
		all = append(all, mountable(s, c.Name, c.Enabled, knob))
	}
	for i := range s.Hierarchies {
		for _, name := range s.Hierarchies[i].Controllers {
			if !slices.ContainsFunc(all, func(m Mountable) bool { return m.Name == name }) {
				all = append(all, mountable(s, name, true, knob))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Mountable) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// mountable says what one controller is bound to.
func mountable(s *probe.Snapshot, name string, enabled bool, knob Knobs) Mountable {
	m := Mountable{Name: name, Bound: "free", Says: "no hierarchy in sight has it"}
	if !enabled {
		m.Bound, m.Refused = "off", "it was turned off when the system booted, by cgroup_disable="
		return m
	}
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		switch {
		case !slices.Contains(h.Controllers, name):
		case h.Version == 1 && h.MountPoint == "":
			m.Bound, m.Says = "v1", "it is in the version 1 hierarchy "+h.Label+", which is mounted nowhere in sight"
		case h.Version == 1:
			m.Bound, m.Refused = "v1", "it is mounted already, as "+h.Label+" at "+h.MountPoint
		case handedOn(h, name, knob):
			m.Bound, m.Refused = "v2, used", "version 2 uses it: it is in the cgroup.subtree_control of its topmost group"
		default:
			m.Bound, m.Says = "v2", "version 2 has it but does not use it: it is taken away from that"
		}
	}
	return m
}

// handedOn reports whether the topmost group of version 2 hands a controller on.
func handedOn(h *probe.Hierarchy, controller string, knob Knobs) bool {
	return slices.Contains(strings.Fields(knob(h.MountPoint, fileSubtree).Or("")), controller)
}

// UsualMountPoint returns where a hierarchy is usually mounted: beside the others of version 1, else below /run, since a directory in the
// tree of version 2 would be a group.
func UsualMountPoint(s *probe.Snapshot, name string) string {
	for i := range s.Hierarchies {
		if h := &s.Hierarchies[i]; h.Version == 1 && h.MountPoint != "" {
			return path.Join(path.Dir(h.MountPoint), name)
		}
	}
	return "/run/cgroup-" + name
}
