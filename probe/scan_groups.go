package probe

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"bulkhead/probe/cgroup"
)

// How stale the facts of groups may become.
const (
	mountPeriod   = 4  // The mounts are read once in so many scans.
	valuesPerScan = 64 // Of n groups each one's values are read about once in n/valuesPerScan scans, and
	valuesPeriod  = 16 // never less often than once in this many scans.
)

// groupCache is what the scanner keeps of the hierarchies and their groups.
type groupCache struct {
	mode      string
	err       error  // Why the mounts could not be read.
	mountinfo []byte // What the mounts were read from.
	mounted   []mountedHierarchy
	layout    groupLayout
	stale     bool // Groups came or went since they were laid out.
	ids       numbers[*CgroupSet]
	counts    []int // By number, the tasks of a set of groups.
}

// mountedHierarchy is a hierarchy with the tree that is read through its mount.
type mountedHierarchy struct {
	Hierarchy
	mount  cgroup.Mount
	tree   *cgroup.Tree // Nil where the mount point cannot be opened:
	err    error
	nodes  []cgroup.Node
	groups []Group // What the nodes alone tell, with the index of the parent's node.
}

// take takes over the groups that the tree has now, and reports whether they are others. As long as they are the same, so are
// their names.
func (h *mountedHierarchy) take(nodes []cgroup.Node) (changed bool) {
	if len(nodes) == len(h.nodes) && (len(nodes) == 0 || &nodes[0] == &h.nodes[0]) {
		return false
	}
	h.nodes, h.groups = nodes, make([]Group, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		h.groups[i] = Group{
			GroupKey: GroupKey{h.Label, h.mount.GroupPath(n.Path)},
			Inode:    n.Inode, Parent: n.Parent, Depth: n.Depth, Access: n.Access, Values: noValues,
			Dir: path.Join(h.MountPoint, n.Path),
		}
	}
	return true
}

// groupValues are the values of a group as last read.
type groupValues struct {
	listing
	values *cgroup.Values
	cpu    Reading[float64]
	rates  Rates
	parts  cgroup.Parts // Those that were read.
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

// wake opens the trees for a scan. It reports whether all are still mounted; else the mounts are to be read again.
func (c *groupCache) wake() bool {
	for i := range c.mounted {
		if tree := c.mounted[i].tree; tree != nil && tree.Wake() != nil {
			c.mountinfo = nil
			return false
		}
	}
	return true
}

// rest closes the trees between scans, so that nobody is kept from unmounting a hierarchy.
func (c *groupCache) rest() {
	for i := range c.mounted {
		if tree := c.mounted[i].tree; tree != nil {
			tree.Rest()
		}
	}
}

// readMountinfo returns the proc_pid_mountinfo(5) of the reader, or of the first process where the reader is not in
// this /proc.
func (s *Scanner) readMountinfo() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.roots.Proc, "self/mountinfo"))
	if err != nil {
		text, err = os.ReadFile(filepath.Join(s.roots.Proc, "1/mountinfo"))
	}
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	return text, nil
}

// scanGroups reads the hierarchies, their groups, and the values of those groups whose turn it is.
func (s *Scanner) scanGroups(request Request, found *gaps) ([]Hierarchy, []Group) {
	awake := s.groups.wake()
	defer s.groups.rest()
	if !awake || len(s.groups.mounted) == 0 || s.tick%mountPeriod == 0 {
		s.groups.err = s.remount()
	}
	found.add("the mounts", filepath.Join(s.roots.Proc, "self/mountinfo"), s.groups.err)
	for i := range s.groups.mounted {
		h := &s.groups.mounted[i]
		if h.tree != nil {
			nodes, err := h.tree.Refresh(h.nodes)
			s.findNamespace(h, nodes)
			s.groups.stale = h.take(nodes) || s.groups.stale
			h.Controllers = h.tree.Controllers()
			found.add("the groups of a hierarchy", h.MountPoint, err)
		}
		found.add("a mounted hierarchy", h.MountPoint, h.err)
		found.addNodes(h)
	}
	if s.groups.stale {
		s.groups.layOut()
	}
	b := newGroupBuilder(&s.groups)
	b.addMembers(s.countMembers())
	s.readValues(b, request)
	for i := range s.groups.mounted {
		s.groups.mounted[i].ID = b.hierarchies[i].ID
	}
	return b.hierarchies, b.groups
}

// countMembers returns the sets of groups, and how many tasks have each; zombies have left theirs.
func (s *Scanner) countMembers() (sets []*CgroupSet, counts []int) {
	c := &s.groups
	clear(c.counts)
	for i := range s.tasks {
		t, m := &s.tasks[i], &s.meta[i]
		if t.Zombie() {
			continue
		}
		m.groups = c.ids.of(t.Cgroups, m.groups)
		if int(m.groups) == len(c.counts) {
			c.counts = append(c.counts, 0)
		}
		c.counts[m.groups]++
	}
	return c.ids.values, c.counts
}

// findNamespace finds out where the root of the reader's cgroup namespace is, once for each mount that shows more than that.
func (s *Scanner) findNamespace(h *mountedHierarchy, nodes []cgroup.Node) {
	if h.Root == "/" || h.Namespace != "" || (len(h.nodes) > 0 && s.tick%mountPeriod != 0) {
		return
	}
	self, ok := slices.BinarySearchFunc(s.tasks, s.host.Self, func(t Task, pid int32) int { return cmp.Compare(t.PID, pid) })
	if !ok {
		return
	}
	for _, m := range s.tasks[self].Cgroups.Memberships {
		if HierarchyLabel(&m) != h.Label || m.Deleted {
			continue
		}
		if at, ok := h.mount.FindNamespace(s.roots.Locate(h.MountPoint), nodes, m.Path, os.Getpid()); ok {
			h.mount.Namespace, h.Namespace = at, at
			h.nodes = nil // All groups have other names now.
		}
	}
}

// remount reads the mounts, and opens the hierarchies anew where they changed. On an error those known are kept.
func (s *Scanner) remount() error {
	text, err := s.readMountinfo()
	if err != nil || (len(s.groups.mounted) > 0 && bytes.Equal(text, s.groups.mountinfo)) {
		return err
	}
	mounts, err := cgroup.Mounts(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read mounts: %w", err)
	}
	s.groups.close()
	s.groups.stale = true
	s.groups.mountinfo, s.groups.mode = text, cgroup.Mode(mounts)
	for _, mount := range cgroup.Hierarchies(mounts) {
		h := s.mountHierarchy(mount)
		h.Also = mount.Also(mounts)
		s.groups.mounted = append(s.groups.mounted, h)
	}
	return nil
}

func (s *Scanner) mountHierarchy(mount cgroup.Mount) mountedHierarchy {
	h := mountedHierarchy{mount: mount, Hierarchy: Hierarchy{
		ID: -1, Label: mount.Label(), Version: mount.Version, Controllers: mount.Controllers, MountPoint: mount.MountPoint,
		Root: mount.Root, Partial: mount.Partial(s.roots.Locate(mount.MountPoint)), ReadOnly: mount.ReadOnly, Options: mount.Options,
	}}
	if mount.Version == 2 {
		h.ID = 0
	}
	tree, err := cgroup.OpenTree(s.roots.Locate(mount.MountPoint), mount)
	if err != nil {
		h.err = err
		return h
	}
	h.tree = tree
	return h
}
