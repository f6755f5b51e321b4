package actions

import (
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// owner is the program that manages a group: it made it, and may change it by itself. The zero value is nobody.
type owner struct {
	program string // systemd, docker, podman, containerd, cri-o, kubelet or lxc.
	id      string // What the program's commands call the thing: a unit, a container's id or its name; empty where there is none.
	whole   bool   // The group is the thing itself, rather than one inside it.
	prefix  string // What its commands begin with, where that is more than the program: systemctl --user.
}

// ownerOf returns who manages a group. The names of the group and of those above it tell: the innermost name wins that some
// program gives.
func ownerOf(s *probe.Snapshot, g *probe.Group) owner {
	names := strings.Split(strings.TrimPrefix(g.Path, "/"), "/")
	for i, name := range slices.Backward(names) {
		o := ownerByName(s, name, names[:i])
		if o.program == systemd && !runBySystemd(s.HierarchyOf(g)) {
			continue
		}
		if o.program != "" {
			inner := names[i+1:]
			o.whole = len(inner) == 0 || len(inner) == 1 && inner[0] == payload
			return o
		}
	}
	return owner{}
}

// The programs that manage groups.
const (
	systemd    = "systemd"
	docker     = "docker"
	podman     = "podman"
	containerd = "containerd"
	crio       = "cri-o"
	kubelet    = "kubelet"
	lxc        = "lxc"
)

// payload is the group that crun makes for all that is in a container.
const payload = "container"

// managed are the controllers of version 1 that systemd uses; in the hierarchies of others it makes no groups.
var managed = []string{"cpu", "cpuacct", "blkio", "memory", "devices", "pids"}

func runBySystemd(h *probe.Hierarchy) bool {
	return h.Label == cgroup.LabelV2 || h.Label == "name=systemd" ||
		slices.ContainsFunc(h.Controllers, func(c string) bool { return slices.Contains(managed, c) })
}

// OwnerOf says who manages a group, such as "systemd (unit ssh.service)", as its name and those above it tell; empty where
// nobody is known to. Where the group is only inside of the thing, that is said too.
func OwnerOf(s *probe.Snapshot, g *probe.Group) string {
	o := ownerOf(s, g)
	switch {
	case o.program == "":
		return ""
	case o.whole:
		return o.says()
	}
	return "inside of " + o.says()
}
