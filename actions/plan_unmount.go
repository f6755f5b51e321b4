package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

// UnmountV1 takes a hierarchy of version 1 off its mount point. As long as there are groups in it, it lives on unseen; else its
// controllers go back to version 2. See "Unmounting v1 controllers" in cgroups(7).
func UnmountV1(label string, force Force) Intent {
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		at := slices.IndexFunc(s.Hierarchies, func(h probe.Hierarchy) bool { return h.Label == label && h.Version == 1 })
		switch {
		case at < 0:
			return Plan{}, refuse("there is no version 1 hierarchy %s", label)
		case s.Hierarchies[at].MountPoint == "":
			return Plan{}, refuse("%s is mounted nowhere in sight", label)
		case !slices.Contains(s.Host.Caps, "cap_sys_admin"):
			return Plan{}, refuse("unmounting takes CAP_SYS_ADMIN").help("as root it works")
		}
		h := &s.Hierarchies[at]
		p := Plan{Title: "Unmount version 1: " + label, Steps: []Step{Unmount{Options: mountOptions(h), Dir: h.MountPoint}}}
		p.Effects = []string{"the hierarchy " + label + " is seen at " + h.MountPoint + " no more, by any process that shares this mount"}
		p.warn(afterUnmount(s, h))
		if usedBySystemd(s, h) {
			return p.guarded(refuse("systemd keeps its units in %s", label).guard(), force)
		}
		return p, nil
	}
}

// usedBySystemd reports whether systemd runs the host with version 1, and has its units in a hierarchy. Others mount the hierarchy
// of its name too: where the first process of the system is in sight it tells.
func usedBySystemd(s *probe.Snapshot, h *probe.Hierarchy) bool {
	runs := slices.ContainsFunc(s.Hierarchies, func(h probe.Hierarchy) bool { return h.Label == "name=systemd" })
	if first, ok := s.Task(1); ok && first.Comm != "" {
		runs = runs && first.Comm == systemd
	}
	return runs && runBySystemd(h)
}

// afterUnmount says what becomes of a hierarchy.
func afterUnmount(s *probe.Snapshot, h *probe.Hierarchy) string {
	groups := 0
	for i := range s.Groups {
		if s.Groups[i].Hierarchy == h.Label && s.Groups[i].Parent >= 0 {
			groups++
		}
	}
	switch {
	case groups == 1:
		return "its group lives on with its limits, and can be changed only when it is mounted again"
	case groups > 1:
		return fmt.Sprintf("its %s live on with their limits, and can be changed only when it is mounted again", count(groups, "group"))
	case len(h.Controllers) > 0:
		return "no group is in it: it ends, and version 2 gets " + strings.Join(h.Controllers, " ") + " back"
	}
	return "no group is in it: it ends"
}

// mountOptions are those by which a hierarchy is mounted again as it is.
func mountOptions(h *probe.Hierarchy) string {
	options := []string{h.Label}
	if len(h.Controllers) == 0 {
		options = []string{"none", h.Label} // name=…
	}
	for _, known := range []string{"noprefix", "clone_children", "xattr", "cpuset_v2_mode"} {
		if slices.Contains(h.Options, known) {
			options = append(options, known)
		}
	}
	return strings.Join(options, ",")
}
