package actions

import (
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// doorsOf returns the namespaces of a task that are to be entered: those of the wanted types, else all that differ from
// those of this program.
func doorsOf(s *probe.Snapshot, t *probe.Task, wanted []probe.NamespaceType) ([]Door, error) {
	self, ok := s.Task(s.Host.Self)
	if !ok {
		return nil, refuse("this program is in no process of that /proc, and cannot enter anything there")
	}
	var doors []Door
	for _, kind := range probe.NamespaceTypes {
		if len(wanted) > 0 && !slices.Contains(wanted, kind) {
			continue
		}
		link := t.Namespaces.Inodes[kind]
		inode, ok := link.Get()
		switch {
		case link.State() == reading.Denied:
			return nil, refuse("the namespaces of %d %s may not be read", t.PID, t.Comm).
				help("it takes CAP_SYS_PTRACE in its user namespace, as root has, unless a security module forbids it")
		case !ok && slices.Contains(wanted, kind):
			return nil, refuse("%d %s has no %s namespace", t.PID, t.Comm, kind)
		case !ok || self.Namespaces.Inodes[kind].Or(0) == inode:
			continue
		}
		doors = append(doors, Door{kind, inode})
	}
	if len(doors) == 0 {
		return nil, refuse("there is no wall to go through: %d %s is in the same namespaces as this program", t.PID, t.Comm)
	}
	return doors, nil
}

// mayEnter refuses what the rights of this program do not allow. Who joins a user namespace whose owner he is has all
// rights in it, and so in those that it owns.
func mayEnter(s *probe.Snapshot, e Enter) error {
	if slices.Contains(s.Host.Caps, "cap_sys_admin") || e.through(probe.User) {
		return nil
	}
	for _, d := range e.Doors {
		n, ok := s.Namespace(probe.NamespaceRef{Type: d.Type, Inode: d.Inode})
		if !ok {
			continue
		}
		owner, ok := n.Owner.Get()
		if self, known := s.Task(s.Host.Self); ok && known && owner != self.Namespaces.Inodes[probe.User].Or(0) {
			return refuse("%s belongs to the user namespace %d", n.NamespaceRef, owner).help("enter that too, with the type user")
		}
		return refuse("to enter %s takes CAP_SYS_ADMIN in the user namespace that owns it", n.NamespaceRef).help("as root it works")
	}
	return nil
}

// insideIDs returns the ids that a command has in the user namespace of a process: those of root where there are such, else
// the first that there are, else none.
func insideIDs(knob Knobs, pid int32) (uid, gid *uint32) {
	dir := "/proc/" + decimal(pid)
	return firstInside(knob(dir, "uid_map").Or("")), firstInside(knob(dir, "gid_map").Or(""))
}

// firstInside returns 0 where a map has it, else the first id inside of its first line.
func firstInside(lines string) *uint32 {
	var first *uint32
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		id, err := strconv.ParseUint(fields[0], 10, 32)
		if err != nil {
			continue
		}
		inside := uint32(id)
		if first == nil || inside == 0 {
			first = &inside
		}
	}
	return first
}

// unfrozen refuses groups that are frozen: a command that starts in one would not run, nor end, before it is thawed.
func unfrozen(s *probe.Snapshot, groups []Group) error {
	for _, to := range groups {
		if g, ok := s.Group(to.GroupKey); ok && (g.Values.FreezeRequested.Or(false) || frozenAbove(s, g) != nil) {
			return refuse("%s is frozen: the command would not run", to.GroupKey).help("thaw it first")
		}
	}
	return nil
}

// groupsOfTask returns the groups of a task in all hierarchies that are mounted.
func groupsOfTask(s *probe.Snapshot, t *probe.Task) []Group {
	var groups []Group
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		path, ok := t.Cgroups.Path(h.ID)
		if !ok || h.MountPoint == "" {
			continue
		}
		if g, _, err := groupOf(s, probe.GroupKey{Hierarchy: h.Label, Path: path}); err == nil {
			groups = append(groups, g)
		}
	}
	return groups
}
