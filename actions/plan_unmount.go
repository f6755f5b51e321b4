package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

// UnmountV1 takes a hierarchy of version 1 off a mount point: at names that, or the hierarchy where it is mounted once. Without
// another mount it lives on unseen as long as there are groups in it; else its controllers go back to version 2. See "Unmounting
// v1 controllers" in cgroups(7).
func UnmountV1(at string, force Force) Intent {
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		h, dir, err := meantMount(s, at)
		if err != nil {
			return Plan{}, err
		}
		if !slices.Contains(s.Host.Caps, "cap_sys_admin") {
			return Plan{}, refuse("unmounting takes CAP_SYS_ADMIN").help("as root it works")
		}
		p := Plan{Title: "Unmount version 1: " + h.Label, Steps: []Step{Unmount{Options: mountOptions(h), Dir: dir}}}
		p.Effects = []string{"the hierarchy " + h.Label + " is seen at " + dir + " no more, by any process that shares this mount"}
		if len(h.Also) > 0 {
			rest := slices.DeleteFunc(append([]string{h.MountPoint}, h.Also...), func(other string) bool { return other == dir })
			p.Effects = append(p.Effects, "it stays mounted at "+strings.Join(rest, " and "))
			return p, nil
		}
		p.warn(afterUnmount(s, h))
		if usedBySystemd(s, h) {
			return p.guarded(refuse("systemd keeps its units in %s", h.Label).guard(), force)
		}
		return p, nil
	}
}

// meantMount finds the mount point that is meant by a path, or by the label of a hierarchy that is mounted once.
func meantMount(s *probe.Snapshot, at string) (h *probe.Hierarchy, dir string, err error) {
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		switch {
		case h.Version != 1:
		case h.MountPoint != "" && h.MountPoint == at || slices.Contains(h.Also, at):
			return h, at, nil
		case h.Label != at:
		case h.MountPoint == "":
			return nil, "", refuse("%s is mounted nowhere in sight", at)
		case len(h.Also) > 0:
			all := append([]string{h.MountPoint}, h.Also...)
			return nil, "", refuse("%s is mounted at %s", at, strings.Join(all, " and at ")).help("bulkhead unmount %s takes it off there", all[0])
		default:
			return h, h.MountPoint, nil
		}
	}
	return nil, "", refuse("there is no version 1 hierarchy %s", at)
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
