package probe

import "bulkhead/probe/nsfs"

// population is the members of one namespace, and what it said of itself.
type population struct {
	Namespace
	started   uint64 // When the leader was started.
	member    int32  // Some member whose links can be read.
	exited    bool   // The leading thread of that member has exited, while others live on.
	continued bool   // A member was already in it at the scan before.
	joined    bool   // A member was not.
	reread    bool   // A member may have called setns(2) or unshare(2) since the scan before.
	untold    bool   // Of a member it may be known late that it left.
	asked     uint32 // The scan in which it said of itself, 0 for never:
	info      nsfs.Info
	hold      hold
}

// census is the populations of all namespaces, and of those without any that are known as ancestors and owners.
type census struct {
	all   []population
	index map[NamespaceRef]int
}

// clear makes room for another census.
func (c *census) clear() {
	if c.index == nil {
		c.index = map[NamespaceRef]int{}
	}
	clear(c.index)
	c.all = c.all[:0]
}

// find returns the population of a namespace, valid until one is added; nil where there is none.
func (c *census) find(ref NamespaceRef) *population {
	if i, ok := c.index[ref]; ok {
		return &c.all[i]
	}
	return nil
}

// add is find, but adds the namespace where it is missing.
func (c *census) add(ref NamespaceRef) *population {
	if p := c.find(ref); p != nil {
		return p
	}
	c.index[ref] = len(c.all)
	c.all = append(c.all, population{Namespace: Namespace{NamespaceRef: ref}})
	return &c.all[len(c.all)-1]
}

// household is the processes with one same set of namespaces. There are few of them, so that processes are counted by set
// first, and sets by namespace then.
type household struct {
	set                *NamespaceSet
	processes, threads int
	member             int32
	exited             bool
	continued, joined  bool
	reread, untold     bool
	leaders            [8]leader // By NamespaceType: the topmost of them in that namespace, if one is.
}

// leader is a process whose parent is not in the same namespace.
type leader struct {
	pid     int32
	started uint64
}

// before reports whether a leader goes before another: the one that was started first.
func (l leader) before(other leader) bool {
	if l.pid == 0 || other.pid == 0 {
		return l.pid != 0
	}
	return l.started < other.started || (l.started == other.started && l.pid < other.pid)
}

// count counts the members of every namespace and finds its leader.
func (c *census) count(all []household) {
	for i := range all {
		h := &all[i]
		for _, kind := range NamespaceTypes {
			if inode, ok := h.set.Inodes[kind].Get(); ok {
				c.add(NamespaceRef{kind, inode}).add(h, kind)
			}
		}
	}
}

// add counts the processes of a set in.
func (p *population) add(h *household, kind NamespaceType) {
	p.Processes += h.processes
	p.Threads += h.threads
	p.continued, p.joined = p.continued || h.continued, p.joined || h.joined
	p.reread, p.untold = p.reread || h.reread, p.untold || h.untold
	if h.member != 0 && (p.member == 0 || p.exited) {
		p.member, p.exited = h.member, h.exited
	}
	if l := h.leaders[kind]; l.before(leader{p.Leader, p.started}) {
		p.Leader, p.started = l.pid, l.started
	}
}

// households parts processes by their sets of namespaces.
func households(tasks []Task, meta []taskMeta, tick uint32) []household {
	var all []household
	index := newSetIndex()
	parents := parentFinder{tasks: tasks}
	for i := range tasks {
		t := &tasks[i]
		at, known := index.of(t.Namespaces)
		if !known {
			all = append(all, household{set: t.Namespaces})
		}
		h := &all[at]
		h.processes++
		h.threads += int(max(t.Threads, 1))
		h.continued, h.joined = h.continued || !meta[i].born, h.joined || meta[i].born
		h.reread, h.untold = h.reread || meta[i].full == tick, h.untold || !meta[i].told
		if !t.Zombie() && (h.member == 0 || h.exited) {
			h.member, h.exited = t.PID, leaderless(t)
		}
		above := noNamespaces
		if parent, ok := parents.find(t.PPID); ok {
			above = tasks[parent].Namespaces
		}
		if above != t.Namespaces {
			h.lead(leader{t.PID, t.Start}, above)
		}
	}
	return all
}

// lead notes a process whose parent has another set as a leader of the namespaces that the two do not share.
func (h *household) lead(l leader, above *NamespaceSet) {
	for kind := range h.leaders {
		if above.Inodes[kind] != h.set.Inodes[kind] && l.before(h.leaders[kind]) {
			h.leaders[kind] = l
		}
	}
}

// setIndex numbers sets of namespaces in the order in which they are met. Neighbours tend to have the same one.
type setIndex struct {
	numbers map[*NamespaceSet]int
	last    *NamespaceSet
	number  int
}

func newSetIndex() *setIndex { return &setIndex{numbers: map[*NamespaceSet]int{}} }

// of returns the number of a set, and whether it was met before.
func (x *setIndex) of(set *NamespaceSet) (int, bool) {
	if set == x.last {
		return x.number, true
	}
	number, known := x.numbers[set]
	if !known {
		number = len(x.numbers)
		x.numbers[set] = number
	}
	x.last, x.number = set, number
	return number, known
}

// parentFinder finds the parents of processes in a list sorted by pid. Neighbours tend to have the same one.
type parentFinder struct {
	tasks []Task
	ppid  int32
	index int
	found bool
}

func (f *parentFinder) find(ppid int32) (int, bool) {
	if ppid != f.ppid {
		f.ppid = ppid
		f.index, f.found = findTask(f.tasks, ppid)
	}
	return f.index, f.found
}
