package cgroup

import (
	"io"
	"slices"
	"strings"

	"bulkhead/probe/mounts"
)

// LabelV2 is the label of the version 2 hierarchy, of which there is only one.
const LabelV2 = "v2"

// Mount is one place at which a hierarchy is mounted: a line of /proc/PID/mountinfo, see proc_pid_mountinfo(5).
type Mount struct {
	// ID is the mount's number; it may be given to another mount once this one is gone.
	ID int
	// Version is that of the control groups, 1 or 2.
	Version int
	// Controllers are those of a version 1 hierarchy in the kernel's order, such as cpu and cpuacct. Those of version 2
	// are no matter of the mount; see Tree.Controllers.
	Controllers []string
	// Name is that of a version 1 hierarchy mounted with name=, such as systemd.
	Name string
	// MountPoint is the directory, relative to the root directory of the process whose mounts these are.
	MountPoint string
	// Root is the group that the mount point shows: "/", or another for a bind mount of a part, such as /docker/ID. It is
	// relative to the root of the reader's cgroup namespace, so that it may start with "/..".
	Root string
	// Namespace is the path below the mount point of the group that is the root of the reader's cgroup namespace, where the
	// mount shows more than that and it was found: see FindNamespace. Else it is empty.
	Namespace string
	// ReadOnly tells that either the mount or the whole filesystem is read-only.
	ReadOnly bool
	// Hidden tells that something else is mounted on top or above, so that the mount point shows that instead.
	Hidden bool
	// Options are the filesystem's other options, such as nsdelegate and memory_recursiveprot (version 2) or noprefix
	// and xattr (version 1).
	Options []string
}

// Mounts returns all mounts of control groups in a /proc/PID/mountinfo, in its order. Lines that are not understood are
// passed over; the error is one of reading.
func Mounts(text io.Reader) ([]Mount, error) {
	all, err := mounts.Read(text)
	var found []Mount
	for i := range all {
		if m, ok := mountOf(&all[i]); ok {
			found = append(found, m)
		}
	}
	return found, err //nolint:wrapcheck // It says what was read.
}

// mountOf returns a mount of control groups, and whether the mount is one.
func mountOf(line *mounts.Mount) (Mount, bool) {
	m := Mount{ID: line.ID, MountPoint: line.Point, Root: line.Root, ReadOnly: line.ReadOnly, Hidden: line.Hidden}
	switch line.Type {
	case "cgroup":
		m.Version = 1
	case "cgroup2":
		m.Version = 2
	default:
		return Mount{}, false
	}
	for _, option := range line.SuperOptions {
		m.addOption(option)
	}
	return m, strings.HasPrefix(m.Root, "/") && strings.HasPrefix(m.MountPoint, "/") && m.Label() != ""
}

// plainOptions are the options of version 1 that are written like a controller but are none. The last one is that of
// SELinux, which every filesystem has there.
var plainOptions = []string{"noprefix", "xattr", "clone_children", "cpuset_v2_mode", "favordynmods", "none", "seclabel"}

// addOption sorts in one super option.
func (m *Mount) addOption(option string) {
	name, named := strings.CutPrefix(option, "name=")
	switch {
	case option == "rw" || option == "ro" || option == "":
	case m.Version == 1 && named:
		m.Name = name
	case m.Version == 2 || slices.Contains(plainOptions, option) || strings.ContainsAny(option, `="`):
		m.Options = append(m.Options, option)
	default:
		m.Controllers = append(m.Controllers, option)
	}
}

// Label names the hierarchy as the second field of /proc/PID/cgroup does, "cpuset", "cpu,cpuacct" or "name=systemd",
// and version 2, whose field is empty there, LabelV2.
func (m *Mount) Label() string {
	if m.Version == 2 {
		return LabelV2
	}
	label := strings.Join(m.Controllers, ",")
	switch {
	case m.Name == "":
		return label
	case label == "":
		return "name=" + m.Name
	}
	return label + ",name=" + m.Name
}

// GroupPath returns what /proc/PID/cgroup calls the group at a path below the mount point. It differs from the path
// where Root is not "/", and must not be cleaned, since a leading "/.." is part of the name there.
func (m *Mount) GroupPath(below string) string {
	switch {
	case m.Namespace != "":
		return Relative(m.Namespace, below)
	case m.Root == "/":
		return below
	case below == "/":
		return m.Root
	}
	return m.Root + below
}
