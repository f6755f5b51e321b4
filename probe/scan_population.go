package probe

import (
	"slices"

	"bulkhead/probe/nsfs"
)

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
	kept      bool   // It is still the one that said of itself what is known.
	asked     uint32 // The scan in which it said of itself, 0 for never:
	info      nsfs.Info
	hold      hold
}

// empty forgets the members, but not what the namespace said of itself.
func (p *population) empty() {
	*p = population{Namespace: Namespace{NamespaceRef: p.NamespaceRef}, asked: p.asked, info: p.info, hold: p.hold}
}

// census is the populations of all namespaces, and of those without any that are known as ancestors and owners. It is
// sorted by type and inode between scans, so that what stays is where it was.
type census struct {
	all     []population
	index   map[NamespaceRef]int
	grown   bool      // Something was added behind what is sorted.
	places  []housing // Of the households of the last scan; nil where any of them moved since.
	edition uint32    // Of their sets.
}

// housing is the indexes of the populations that a household is in, by NamespaceType; -1 where it is in none.
type housing [8]int

// find returns the population of a namespace, valid until one is added; nil where there is none.
func (c *census) find(ref NamespaceRef) *population {
	if i, ok := c.index[ref]; ok {
		return &c.all[i]
	}
	return nil
}

// add is find, but adds the namespace where it is missing.
func (c *census) add(ref NamespaceRef) *population {
	return &c.all[c.place(ref)]
}

// place returns the index of a namespace, which it adds where it is missing.
func (c *census) place(ref NamespaceRef) int {
	at, known := c.index[ref]
	if !known {
		if c.index == nil {
			c.index = map[NamespaceRef]int{}
		}
		at = len(c.all)
		c.index[ref] = at
		c.all = append(c.all, population{Namespace: Namespace{NamespaceRef: ref}})
		c.grown = true
	}
	return at
}

// forgetOthers forgets those that are not kept: what they said, or all of them where nobody is in them.
func (c *census) forgetOthers() {
	left := 0
	for i := range c.all {
		p := &c.all[i]
		if !p.kept {
			p.hold.release()
			p.asked, p.info = 0, nsfs.Info{}
			if p.Processes == 0 {
				continue
			}
		}
		if left != i {
			c.all[left] = *p
		}
		left++
	}
	if left < len(c.all) {
		clear(c.all[left:])
		c.all = c.all[:left]
		c.number()
	}
}

// sort puts in its place what was added.
func (c *census) sort() {
	if c.grown {
		slices.SortFunc(c.all, func(a, b population) int { return compareRefs(a.NamespaceRef, b.NamespaceRef) })
		c.number()
		c.grown = false
	}
}

// number finds out where each one is.
func (c *census) number() {
	clear(c.index)
	c.places = nil
	for i := range c.all {
		c.index[c.all[i].NamespaceRef] = i
	}
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

// count counts the members of every namespace and finds its leader. Most households have the same sets as in the scan before.
func (c *census) count(all []household, edition uint32) {
	for i := range c.all {
		c.all[i].empty()
	}
	if edition != c.edition || c.places == nil {
		c.house(all)
		c.edition = edition
	}
	for i := range all {
		for kind, at := range c.places[i] {
			if at >= 0 {
				c.all[at].add(&all[i], NamespaceType(kind)) //nolint:gosec // There are eight.
			}
		}
	}
}

// house finds the populations of all households, and adds those that are missing.
func (c *census) house(all []household) {
	c.places = make([]housing, len(all))
	for i := range all {
		for _, kind := range NamespaceTypes {
			c.places[i][kind] = -1
			if inode, ok := all[i].set.Inodes[kind].Get(); ok {
				c.places[i][kind] = c.place(NamespaceRef{kind, inode})
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

// households finds out of each set of namespaces who has it.
func households(tasks []Task, meta []taskMeta, p Partition, tick uint32) []household {
	all := make([]household, len(p.sets))
	for i, set := range p.sets {
		all[i].set = set
	}
	for i := range tasks {
		m, h := &meta[i], &all[p.of[i]]
		h.processes++
		h.threads += int(p.threads[i])
		h.continued, h.joined = h.continued || !m.born, h.joined || m.born
		h.reread, h.untold = h.reread || m.full == tick, h.untold || !m.told
		if h.member == 0 || h.exited {
			h.open(&tasks[i])
		}
		above := noNamespaces
		if parent := p.parents[i]; parent >= 0 {
			above = p.sets[p.of[parent]]
		}
		if above != h.set {
			h.lead(leader{tasks[i].PID, tasks[i].Start}, above)
		}
	}
	return all
}

// open notes a process as one through whose links the namespaces can be opened, if they can.
func (h *household) open(t *Task) {
	if !t.Zombie() {
		h.member, h.exited = t.PID, leaderless(t)
	}
}

// lead notes a process whose parent has another set as a leader of the namespaces that the two do not share.
func (h *household) lead(l leader, above *NamespaceSet) {
	for kind := range h.leaders {
		if above.Inodes[kind] != h.set.Inodes[kind] && l.before(h.leaders[kind]) {
			h.leaders[kind] = l
		}
	}
}
