package probe

import (
	"cmp"
	"slices"
	"time"

	"bulkhead/probe/reading"
)

// Snapshot is what one scan saw. Nobody changes it after the scanner handed it out.
type Snapshot struct {
	At          time.Time
	Cost        Cost
	Host        Host
	Tasks       []Task      // Processes by pid.
	Threads     []Task      // Threads of the processes they were asked for, by pid and tid.
	Namespaces  []Namespace // By type and inode.
	Worlds      []World     // The host's first, then by leader.
	Hierarchies []Hierarchy // Version 2 first, then by label.
	Groups      []Group     // By hierarchy; in each one parents before children, siblings by name.
	Gaps        []Gap       // By place.
	Findings    *Findings   // What was merged into it by With; nil where nothing was looked for.
}

// Cost is what a scan took.
type Cost struct {
	Wall time.Duration
	CPU  time.Duration // Of the scanning threads, user and system; 0 where the kernel does not tell.
	Read int           // Processes read or told of anew; the others were taken over from the scan before.
}

// Task returns the process with the given pid.
func (s *Snapshot) Task(pid int32) (*Task, bool) {
	i, ok := findTask(s.Tasks, pid)
	if !ok {
		return nil, false
	}
	return &s.Tasks[i], true
}

// ThreadsOf returns the threads of a process, where they were asked for.
func (s *Snapshot) ThreadsOf(pid int32) []Task {
	first, _ := slices.BinarySearchFunc(s.Threads, pid, func(t Task, pid int32) int { return cmp.Compare(t.PID, pid) })
	last, _ := slices.BinarySearchFunc(s.Threads, pid+1, func(t Task, pid int32) int { return cmp.Compare(t.PID, pid) })
	return s.Threads[first:last]
}

// Find returns a process, or a thread where those of its process were asked for. Another that has its number now is not it.
func (s *Snapshot) Find(key TaskKey) (*Task, bool) {
	if key.TID == key.PID {
		t, ok := s.Task(key.PID)
		return t, ok && t.TaskKey == key
	}
	threads := s.ThreadsOf(key.PID)
	for i := range threads {
		if threads[i].TaskKey == key {
			return &threads[i], true
		}
	}
	return nil, false
}

// Namespace returns the namespace with the given reference.
func (s *Snapshot) Namespace(ref NamespaceRef) (*Namespace, bool) {
	i, ok := slices.BinarySearchFunc(s.Namespaces, ref, func(n Namespace, ref NamespaceRef) int {
		return compareRefs(n.NamespaceRef, ref)
	})
	if !ok {
		return nil, false
	}
	return &s.Namespaces[i], true
}

// Identified returns the namespace with the given key: none where another has its inode number by now.
func (s *Snapshot) Identified(key NamespaceKey) (*Namespace, bool) {
	n, ok := s.Namespace(key.NamespaceRef)
	if !ok || key.ID != 0 && n.ID.Or(key.ID) != key.ID {
		return nil, false
	}
	return n, true
}

// KeyOf returns what identifies the namespace with the given reference over time.
func (s *Snapshot) KeyOf(ref NamespaceRef) NamespaceKey {
	if n, ok := s.Namespace(ref); ok {
		return n.Key()
	}
	return NamespaceKey{NamespaceRef: ref}
}

func compareRefs(a, b NamespaceRef) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Inode, b.Inode))
}

// Members returns the processes whose leader thread is in the namespace, by pid.
func (s *Snapshot) Members(ref NamespaceRef) []*Task {
	return s.tasksWhere(func(set *NamespaceSet) bool {
		inode, ok := set.Inodes[ref.Type].Get()
		return ok && inode == ref.Inode
	})
}

// Hidden counts, by type, the processes whose namespace may not be read: each of them may be in any.
func (s *Snapshot) Hidden() (counts [len(NamespaceTypes)]int) {
	var last *NamespaceSet // Neighbours tend to have the same one.
	var denied [len(NamespaceTypes)]int
	for i := range s.Tasks {
		if set := s.Tasks[i].Namespaces; set != last {
			last, denied = set, [len(NamespaceTypes)]int{}
			for t := range set.Inodes {
				if set.Inodes[t].State() == reading.Denied {
					denied[t] = 1
				}
			}
		}
		for t := range counts {
			counts[t] += denied[t]
		}
	}
	return counts
}

// tasksWhere returns the processes whose set of namespaces fulfils a condition, which is asked once per set.
func (s *Snapshot) tasksWhere(wanted func(*NamespaceSet) bool) []*Task {
	asked := map[*NamespaceSet]bool{}
	var found []*Task
	var last *NamespaceSet // Neighbours tend to have the same one.
	yes := false
	for i := range s.Tasks {
		if set := s.Tasks[i].Namespaces; set != last {
			var known bool
			if yes, known = asked[set]; !known {
				yes = wanted(set)
				asked[set] = yes
			}
			last = set
		}
		if yes {
			found = append(found, &s.Tasks[i])
		}
	}
	return found
}

// WorldMembers returns the processes of a world, by pid. Zombies that are counted to it are not among them, since most of
// their namespaces cannot be read any more.
func (s *Snapshot) WorldMembers(key WorldKey) []*Task {
	return s.tasksWhere(func(set *NamespaceSet) bool { return set.Inodes == key })
}

// World returns the world with the given key.
func (s *Snapshot) World(key WorldKey) (*World, bool) {
	for i := range s.Worlds {
		if s.Worlds[i].Key == key {
			return &s.Worlds[i], true
		}
	}
	return nil, false
}

// Group returns the group at a path of a hierarchy.
func (s *Snapshot) Group(key GroupKey) (*Group, bool) {
	for i := range s.Groups {
		if g := &s.Groups[i]; g.Hierarchy == key.Hierarchy && g.Path == key.Path {
			return g, true
		}
	}
	return nil, false
}

// HierarchyOf returns the hierarchy a group belongs to.
func (s *Snapshot) HierarchyOf(g *Group) *Hierarchy {
	for i := range s.Hierarchies {
		if s.Hierarchies[i].Label == g.Hierarchy {
			return &s.Hierarchies[i]
		}
	}
	return &Hierarchy{Label: g.Hierarchy}
}

// GroupMembers returns the processes that are in the group itself, not in groups below it, by pid. A zombie has left its
// group, as cgroup.procs has it.
func (s *Snapshot) GroupMembers(g *Group) []*Task {
	h := s.HierarchyOf(g)
	asked := map[*CgroupSet]bool{}
	var found []*Task
	var last *CgroupSet // Neighbours tend to have the same one.
	yes := false
	for i := range s.Tasks {
		if set := s.Tasks[i].Cgroups; set != last {
			var known bool
			if yes, known = asked[set]; !known {
				yes = set.in(h.ID, g.Path)
				asked[set] = yes
			}
			last = set
		}
		if yes && !s.Tasks[i].Zombie() {
			found = append(found, &s.Tasks[i])
		}
	}
	return found
}
