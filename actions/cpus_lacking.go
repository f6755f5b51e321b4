package actions

import (
	"slices"
	"strings"

	"bulkhead/probe"
)

// lacking says why a group has no cpuset files, where the controller is not with it: another hierarchy has it, or the group above
// does not hand it on. It is nil where that is not the reason.
func (c cpuset) lacking(name string) *Refusal {
	const controller = "cpuset"
	h := c.hierarchy
	r := refuse("%s has no %s", c.group.GroupKey, name)
	offered := h.Controllers
	if h.Version == 2 && c.group.Dir != "" {
		offered = strings.Fields(c.knob(c.group.Dir, "cgroup.controllers").Or(""))
	}
	other := slices.IndexFunc(c.s.Hierarchies, func(other probe.Hierarchy) bool {
		return other.Label != h.Label && slices.Contains(other.Controllers, controller) && other.MountPoint != ""
	})
	switch {
	case slices.Contains(offered, controller):
		return nil
	case other >= 0:
		o := c.s.Hierarchies[other]
		return r.help("the version %d hierarchy at %s has the controller: choose a group there", o.Version, o.MountPoint)
	case h.Version == 2 && slices.Contains(h.Controllers, controller):
		return r.help("the group above has to hand the controller on: write +%s to its %s", controller, fileSubtree)
	}
	return nil
}
