package probe

import (
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Hierarchy is one tree of control groups, mounted or known only from the membership of tasks.
type Hierarchy struct {
	ID          int      // As in proc_pid_cgroup(5): 0 is version 2; -1 where no readable task tells it.
	Label       string   // "v2", "cpuset", "cpu,cpuacct" or "name=systemd".
	Version     int      // 1 or 2.
	Controllers []string // Of version 2: those of the root's cgroup.controllers.
	MountPoint  string   // As the reader sees it; empty where it is mounted nowhere in sight.
	Also        []string // Its other mount points in sight, which show the same as MountPoint.
	Root        string   // The group that the mount point shows: "/", or another for a bind mount or a cgroup namespace.
	Namespace   string   // Below MountPoint, the root of the reader's cgroup namespace, where the mount shows more; else empty.
	Partial     bool     // The mount point does not show the topmost group: what those above Root limit is out of sight.
	ReadOnly    bool
	Options     []string // Of version 2, such as nsdelegate; see "Mounting" in the kernel's cgroup-v2 document.
}

// HierarchyLabel returns the Label of the hierarchy that a membership belongs to.
func HierarchyLabel(m *proc.Membership) string {
	if m.Hierarchy == 0 {
		return cgroup.LabelV2
	}
	return m.Controllers
}

// GroupKey identifies a group among those alive at one time.
type GroupKey struct {
	Hierarchy string // A Hierarchy's Label.
	Path      string
}

// String writes the key as the command line takes it: cpuset:/lab, and /lab for version 2.
func (k GroupKey) String() string {
	if k.Hierarchy == cgroup.LabelV2 {
		return k.Path
	}
	return k.Hierarchy + ":" + k.Path
}

// Group is one control group.
type Group struct {
	GroupKey
	Inode     uint64           // Of its directory; identifies it over time together with the path. 0 where it is not mounted.
	Parent    int              // Index in Snapshot.Groups; -1 for the root of a hierarchy.
	Depth     int              // 0 for the root.
	Dir       string           // Its directory; empty where it is not mounted in sight.
	Access    reading.State    // Whether its directory could be listed.
	Processes int              // Processes in the group itself, by proc_pid_cgroup(5); zombies have left it.
	Below     int              // The same, in all groups below it.
	Loose     Reading[[]int32] // Processes elsewhere that have threads in it, by pid. Absent where there are Processes.
	Unseen    bool             // Without Processes it holds some: out of the reader's sight, or only just moved there.
	Values    *cgroup.Values   // Never nil; what its files said at ReadAt.
	CPU       Reading[float64] // CPUs used between its last two readings; absent at the first.
	Rates     Rates            // What else happened between them.
	ReadAt    time.Duration    // On the scanner's monotonic clock.
}

// Name returns the last element of the path, "/" for the root.
func (g *Group) Name() string {
	for i := len(g.Path) - 1; i >= 0; i-- {
		if g.Path[i] == '/' && i+1 < len(g.Path) {
			return g.Path[i+1:]
		}
	}
	return g.Path
}
