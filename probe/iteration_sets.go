package probe

import (
	"errors"
	"slices"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// inodes are the inode numbers of all links in /proc/PID/ns, by proc.NamespaceType, as the iterator tells them.
type inodes [10]uint32

// wallSets finds the sets of namespaces by their numbers. Neighbours tend to have the same one.
type wallSets struct {
	sets map[inodes]*NamespaceSet
	last inodes
	set  *NamespaceSet
}

// of returns the set of a process.
func (w *wallSets) of(s *Scanner, it *iteration, r *taskiter.Record) *NamespaceSet {
	if w.sets == nil {
		w.sets = map[inodes]*NamespaceSet{}
	}
	var numbers inodes
	copy(numbers[:], r.Namespaces[:])
	numbers[proc.PIDForChildren], numbers[proc.TimeForChildren] = r.PIDForChildren, r.TimeForChildren
	if w.set != nil && numbers == w.last {
		return w.set
	}
	set, known := w.sets[numbers]
	if !known {
		set = s.interned.namespaces(it.set(&numbers))
		w.sets[numbers] = set
	}
	w.last, w.set = numbers, set
	return set
}

// set makes a set of the numbers, as the links in /proc would have them.
func (it *iteration) set(numbers *inodes) NamespaceSet {
	var links proc.Links
	for kind, inode := range numbers {
		links[kind] = reading.None[uint64](reading.Absent)
		if inode != 0 && !it.absent[kind] {
			links[kind] = reading.Of(uint64(inode))
		}
	}
	return setFromLinks(&links)
}

// groupClass is the processes that are in the same groups of all hierarchies.
type groupClass struct {
	key    taskiter.GroupClass
	set    *CgroupSet // Nil until the text of one of them was read.
	read   uint32     // The scan in which that was.
	reader int32      // The index of the process that it is read of in this scan,
	asked  uint32     // which was chosen in this one.
}

// groupClasses are the classes by number. A class is read of one process only, but again in every StaleScans scans: a group may
// have been renamed, or be of a hierarchy without controllers that the class does not tell from another one. The first class
// is read in every scan: where that shows that a hierarchy came or went, all are read in the next one.
type groupClasses struct {
	classes []groupClass
	numbers map[taskiter.GroupClass]int32
	last    int32  // Neighbours tend to have the same one.
	changed uint32 // The scan in which other hierarchies were found.
}

// of returns the number of a class that there is a process of.
func (g *groupClasses) of(key taskiter.GroupClass) int32 {
	if int(g.last) >= len(g.classes) || g.classes[g.last].key != key {
		number, known := g.numbers[key]
		if !known {
			number = int32(len(g.classes)) //nolint:gosec // There are no more of them than processes.
			g.classes = append(g.classes, groupClass{key: key})
			if g.numbers == nil {
				g.numbers = map[taskiter.GroupClass]int32{}
			}
			g.numbers[key] = number
		}
		g.last = number
	}
	return g.last
}

// wants reports whether the text of the class is to be read of this process.
func (g *groupClasses) wants(number, process int32, tick uint32) bool {
	c := &g.classes[number]
	fresh := c.set != nil && number != 0 && c.read >= g.changed && !due(number, c.read, tick, StaleScans)
	if fresh || c.asked == tick {
		return false
	}
	c.asked, c.reader = tick, process
	return true
}

// settleGroups takes over what was read of the classes, and gives each process the groups of its class.
func (it *iteration) settleGroups(s *Scanner, tasks []Task, meta []taskMeta) {
	if it.asked&FactCgroups == 0 {
		return
	}
	for i := range it.groups.classes {
		c := &it.groups.classes[i]
		if c.asked != s.tick || meta[c.reader].gone || meta[c.reader].failed {
			continue
		}
		set := tasks[c.reader].Cgroups
		if c.set != nil && !slices.EqualFunc(c.set.Memberships, set.Memberships, sameHierarchy) {
			it.groups.changed = s.tick
		}
		c.set, c.read = set, s.tick
	}
	for i := range tasks {
		if m := &meta[i]; m.told && !m.gone {
			it.settle(s, &tasks[i], m)
		}
	}
}

func sameHierarchy(a, b proc.Membership) bool { return a.Hierarchy == b.Hierarchy }

// settle gives a process the groups of its class. Where the one that they were to be read of vanished, they are read of this.
func (it *iteration) settle(s *Scanner, t *Task, m *taskMeta) {
	c := &it.groups.classes[m.class]
	if c.set == nil {
		r := s.readers[0]
		defer r.Close()
		if r.Open(t.PID) != nil {
			m.gone = true
			return
		}
		text, err := r.Cgroup()
		if errors.Is(err, proc.ErrGone) {
			m.gone = true
			return
		}
		c.set, c.read = s.interned.cgroups(text, reading.Why(err)), s.tick
	}
	t.Cgroups = c.set
}

// sweep forgets the sets and the classes that no process has, when the scanner does.
func (it *iteration) sweep(tick uint32, meta []taskMeta) {
	if tick%sweepPeriod != 0 {
		return
	}
	it.walls = wallSets{}
	it.groups.sweep(meta)
}

// sweep forgets the classes that no process has, and gives the others new numbers.
func (g *groupClasses) sweep(meta []taskMeta) {
	before := g.classes
	*g = groupClasses{changed: g.changed}
	for i := range meta {
		if m := &meta[i]; m.told {
			c := before[m.class]
			if m.class = g.of(c.key); g.classes[m.class].set == nil {
				g.classes[m.class] = c
			}
		}
	}
}
