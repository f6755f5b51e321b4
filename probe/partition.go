package probe

// Partition parts processes by their sets of namespaces. There are few sets, so that most is found out of a set once. It has in
// rows of their own what is gone through often: the list of processes is too large to stay near the CPU.
type Partition struct {
	sets    []*NamespaceSet
	edition uint32  // Of the sets: the same number as that of the last partition where they are the same, else the next.
	of      []int32 // Of each process, the index of its set.
	parents []int32 // Of each process, the index of its parent, or -1.
	threads []int32 // Of each process, how many threads it has.
	zombies bool    // Some have exited.
}

// parter parts the processes of scan after scan.
type parter struct {
	sets numbers[*NamespaceSet]
	at   []int32   // By number, the index of the set in the last partition, or -1.
	last Partition // To be written over.
}

// part parts processes, sorted by pid, and notes in what is kept of each which set it has: most will have it in the next scan.
func (n *parter) part(tasks []Task, meta []taskMeta) Partition {
	p := Partition{
		sets: n.last.sets[:0], edition: n.last.edition,
		of: sized(n.last.of, len(tasks)), parents: sized(n.last.parents, len(tasks)), threads: sized(n.last.threads, len(tasks)),
	}
	for i := range n.at {
		n.at[i] = -1
	}
	ppid, parent := int32(-1), int32(-1)
	for i := range tasks {
		t, m := &tasks[i], &meta[i]
		m.set = n.sets.of(t.Namespaces, m.set)
		if int(m.set) == len(n.at) {
			n.at = append(n.at, -1)
		}
		if n.at[m.set] < 0 {
			n.at[m.set] = int32(len(p.sets)) //nolint:gosec // There are no more sets than pids.
			n.meet(&p, t.Namespaces)
		}
		p.of[i] = n.at[m.set]
		if t.PPID != ppid { // Neighbours tend to have the same one.
			ppid, parent = t.PPID, -1
			if at, ok := findTask(tasks, ppid); ok {
				parent = int32(at) //nolint:gosec // As above.
			}
		}
		p.parents[i], p.threads[i] = parent, max(t.Threads, 1)
		p.zombies = p.zombies || t.Zombie()
	}
	if len(p.sets) != len(n.last.sets) {
		p.edition = n.last.edition + 1
	}
	n.last = p
	return p
}

// meet adds a set, which may be the one that was there in the last partition.
func (n *parter) meet(p *Partition, set *NamespaceSet) {
	if at := len(p.sets); at >= len(n.last.sets) || n.last.sets[at] != set {
		p.edition = n.last.edition + 1
	}
	p.sets = append(p.sets, set)
}

// sized returns a slice of a length, which may be one that there is.
func sized(old []int32, length int) []int32 {
	if cap(old) < length {
		return make([]int32, length)
	}
	return old[:length]
}
