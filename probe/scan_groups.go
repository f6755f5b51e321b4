package probe

import (
	"bytes"
	"os"
	"path/filepath"
	"time"

	"bulkhead/probe/cgroup"
)

// How stale the facts of groups may become.
const (
	mountPeriod   = 4   // The mounts are read once in so many scans.
	valuesPerScan = 100 // Of n groups each one's values are read at least once in n/valuesPerScan scans, and
	valuesPeriod  = 10  // never less often than once in this many scans.
)

// groupCache is what the scanner keeps of the hierarchies and their groups.
type groupCache struct {
	mode      string
	mountinfo []byte // What the mounts were read from.
	mounted   []mountedHierarchy
	values    map[groupID]groupValues
}

// mountedHierarchy is a hierarchy with the tree that is read through its mount.
type mountedHierarchy struct {
	Hierarchy
	mount cgroup.Mount
	tree  *cgroup.Tree // Nil where the mount point cannot be opened.
	nodes []cgroup.Node
}

// groupValues are the values of a group as last read.
type groupValues struct {
	values *cgroup.Values
	cpu    Reading[float64]
	readAt time.Duration
	tick   uint32
}

// close closes the trees.
func (c *groupCache) close() {
	for i := range c.mounted {
		if c.mounted[i].tree != nil {
			_ = c.mounted[i].tree.Close() // A descriptor that was only read from.
		}
	}
	c.mounted = nil
}

// readMountinfo returns the proc_pid_mountinfo(5) of the reader, or of the first process where the reader is not in
// this /proc.
func (s *Scanner) readMountinfo() []byte {
	for _, pid := range []string{"self", "1"} {
		if text, err := os.ReadFile(filepath.Join(s.roots.Proc, pid, "mountinfo")); err == nil {
			return text
		}
	}
	return nil
}

// scanGroups reads the hierarchies, their groups, and the values of those groups whose turn it is.
func (s *Scanner) scanGroups(request Request, found *gaps) ([]Hierarchy, []Group) {
	if len(s.groups.mounted) == 0 || s.tick%mountPeriod == 0 {
		s.remount(found)
	}
	b := newGroupBuilder()
	for i := range s.groups.mounted {
		h := &s.groups.mounted[i]
		if h.tree != nil {
			nodes, err := h.tree.Refresh(h.nodes)
			h.nodes = nodes
			h.Controllers = h.tree.Controllers()
			found.add("the groups of a hierarchy", h.MountPoint, err)
		}
		b.addHierarchy(h)
		found.addNodes(h)
	}
	b.addMembers(s.tasks)
	s.readValues(b, request)
	return b.hierarchies, b.groups
}

// remount reads the mounts, and opens the hierarchies anew where they changed.
func (s *Scanner) remount(found *gaps) {
	text := s.readMountinfo()
	if len(s.groups.mounted) > 0 && bytes.Equal(text, s.groups.mountinfo) {
		return
	}
	mounts, err := cgroup.Mounts(bytes.NewReader(text))
	found.add("the mounts", filepath.Join(s.roots.Proc, "self/mountinfo"), err)
	s.groups.close()
	s.groups.mountinfo, s.groups.mode = text, cgroup.Mode(mounts)
	for _, mount := range cgroup.Hierarchies(mounts) {
		s.groups.mounted = append(s.groups.mounted, s.mountHierarchy(mount, found))
	}
}

func (s *Scanner) mountHierarchy(mount cgroup.Mount, found *gaps) mountedHierarchy {
	h := mountedHierarchy{mount: mount, Hierarchy: Hierarchy{
		ID: -1, Label: mount.Label(), Version: mount.Version, Controllers: mount.Controllers, MountPoint: mount.MountPoint,
		Root: mount.Root, ReadOnly: mount.ReadOnly, Options: mount.Options,
	}}
	if mount.Version == 2 {
		h.ID = 0
	}
	tree, err := cgroup.OpenTree(s.roots.path(mount.MountPoint), mount)
	if err != nil {
		found.add("a mounted hierarchy", mount.MountPoint, err)
		return h
	}
	h.tree = tree
	return h
}
