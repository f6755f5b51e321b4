package actions

import (
	"path"

	"bulkhead/probe"
)

// Group is a control group as the target of a step.
type Group struct {
	probe.GroupKey
	Mount string // The mount point of its hierarchy, as the host names it.
	Below string // Its path below the mount point, "/" for the topmost group.
	Inode uint64 // Of its directory. A group that an earlier step of the same plan makes gets another one then: it is 0 here, or that of the group it takes the place of.
}

// Dir returns the group's directory.
func (g Group) Dir() string { return path.Join(g.Mount, g.Below) }

// file returns the path of one of its control files.
func (g Group) file(name string) string { return path.Join(g.Dir(), name) }

// groupOf returns a group of a snapshot as a target. It refuses one that no mount shows.
func groupOf(s *probe.Snapshot, key probe.GroupKey) (Group, *probe.Group, error) {
	g, ok := s.Group(key)
	if !ok {
		return Group{}, nil, refuse("there is no group %s", key)
	}
	if g.Dir == "" {
		return Group{}, nil, refuse("the hierarchy %s is mounted nowhere in sight", key.Hierarchy).
			help("mount it, as with: mount -t cgroup -o %s none DIR", key.Hierarchy)
	}
	return target(s, g), g, nil
}

// writable is groupOf for a group whose files are to be written: it refuses one that is mounted read-only, which the kernel would
// with EROFS.
func writable(s *probe.Snapshot, key probe.GroupKey) (Group, *probe.Group, error) {
	to, g, err := groupOf(s, key)
	if err != nil {
		return to, g, err
	}
	if h := s.HierarchyOf(g); h.ReadOnly {
		return to, g, refuse("the control groups at %s are mounted read-only here, as in most containers", h.MountPoint).
			help("do it from the host, or mount them writable")
	}
	return to, g, nil
}

// target returns a group that is mounted as a target.
func target(s *probe.Snapshot, g *probe.Group) Group {
	mount := s.HierarchyOf(g).MountPoint
	return Group{GroupKey: g.GroupKey, Mount: mount, Below: below(mount, g.Dir), Inode: g.Inode}
}

// below returns the path of a directory below a mount point.
func below(mount, dir string) string {
	if dir == mount {
		return "/"
	}
	if mount == "/" {
		return dir
	}
	return dir[len(mount):]
}

// child returns a group below that is yet to be made.
func (g Group) child(name string) Group {
	return Group{
		GroupKey: probe.GroupKey{Hierarchy: g.Hierarchy, Path: path.Join(g.Path, name)},
		Mount:    g.Mount, Below: path.Join(g.Below, name),
	}
}
