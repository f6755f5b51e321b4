package probe

import (
	"cmp"
	"context"
	"slices"
)

// WorldMaker makes the worlds of scan after scan; its zero value those of the first. Processes come and go, but most sets of namespaces stay, and what follows from
// these alone is kept.
type WorldMaker struct {
	reference WorldKey
	edition   uint32   // Of the sets.
	all       []member // By the first process.
	bySet     []int32  // Of each set of the partition, the index of its world.
	lacking   bool     // Some world lacks namespaces.
	of        []int32  // Of each process, the index of its world.
	listed    []int32  // The worlds that processes are in, as they are listed.
	before    []int32  // Those of the last scan, and
	last      []World  // how they were listed.
}

// member is a world while it is being made. Its cells are not known yet.
type member struct {
	World
	lacking bool // It has lost namespaces.
	started uint64
	naming  *naming
}

// scanWorlds groups the processes by the sets of namespaces that they are in.
func (s *Scanner) scanWorlds(ctx context.Context, parts Partition, reference WorldKey) []World {
	s.worlds.Group(s.tasks, parts, reference)
	s.readLeaders(ctx, &s.worlds)
	s.worlds.name(s.tasks)
	return s.worlds.List()
}

// Group groups processes by the set of namespaces they are in: it counts them, and finds out who leads each world. The tasks are
// sorted by pid; the zero Partition has them parted first. The reference is the set that counts as the host's.
func (w *WorldMaker) Group(tasks []Task, p Partition, reference WorldKey) {
	if len(p.of) != len(tasks) {
		p = new(parter).part(tasks, make([]taskMeta, len(tasks)))
	}
	if p.edition != w.edition || reference != w.reference || w.all == nil {
		w.begin(p, reference)
	}
	for i := range w.all {
		m := &w.all[i]
		m.Processes, m.Threads, m.Leader = 0, 0, 0
	}
	w.of = sized(w.of, len(tasks))
	for i, set := range p.of {
		w.of[i] = w.bySet[set]
	}
	if p.zombies || w.lacking {
		w.adoptZombies(tasks, p.parents)
	}
	for i, at := range w.of {
		m := &w.all[at]
		m.Processes++
		m.Threads += int(p.threads[i])
		if parent := p.parents[i]; parent < 0 || w.of[parent] != at {
			m.lead(&tasks[i])
		}
	}
	w.listed = w.listed[:0]
	for i := range w.all {
		if w.all[i].Processes > 0 {
			w.listed = append(w.listed, int32(i)) //nolint:gosec // There are no more worlds than pids.
		}
	}
	slices.SortFunc(w.listed, func(a, b int32) int { return compareWorlds(&w.all[a], &w.all[b]) })
}

// begin finds out which worlds there may be: sets that differ only in the namespaces of future children make one. What the worlds
// were named after is taken over.
func (w *WorldMaker) begin(p Partition, reference WorldKey) {
	namings := make(map[WorldKey]*naming, len(w.all))
	for i := range w.all {
		if reference == w.reference { // Else another one is the host's.
			namings[w.all[i].Key] = w.all[i].naming
		}
	}
	*w = WorldMaker{
		reference: reference, edition: p.edition, all: make([]member, 0, len(p.sets)), bySet: sized(w.bySet, len(p.sets)), of: w.of,
	}
	byKey := make(map[WorldKey]int32, len(p.sets))
	for i, set := range p.sets {
		key := WorldKey(set.Inodes)
		at, known := byKey[key]
		if !known {
			at = int32(len(w.all)) //nolint:gosec // There are no more worlds than pids.
			byKey[key] = at
			m := member{World: World{Key: key, Host: key == reference}, lacking: key.lacks(&reference), naming: namings[key]}
			w.lacking = w.lacking || m.lacking
			w.all = append(w.all, m)
		}
		w.bySet[i] = at
	}
}

// adoptZombies counts a process that has exited to the world that it was in: to its parent's where its remaining links agree, else
// to the host's, else to any. Only its pid and user namespace can still be read, and of one that exits while it is read some
// others; a world of its own for it would only be noise.
func (w *WorldMaker) adoptZombies(tasks []Task, parents []int32) {
	host := slices.IndexFunc(w.all, func(m member) bool { return m.Host })
	for i := range tasks {
		own := w.of[i]
		if !tasks[i].Zombie() && !w.all[own].lacking {
			continue
		}
		into := func(at int) bool { return !w.all[at].lacking && agrees(w.all[own].Key, w.all[at].Key) }
		parent := parents[i]
		switch {
		case parent >= 0 && agrees(w.all[own].Key, w.all[w.of[parent]].Key):
			w.of[i] = w.of[parent]
		case host >= 0 && into(host):
			w.of[i] = int32(host) //nolint:gosec // An index of worlds.
		case w.all[own].lacking:
			for at := range w.all {
				if into(at) {
					w.of[i] = int32(at) //nolint:gosec // As above.
					break
				}
			}
		}
	}
}

// lead makes a process the leader that was started before the one that is.
func (m *member) lead(t *Task) {
	if m.Leader == 0 || t.Start < m.started {
		m.Leader, m.started = t.PID, t.Start
	}
}

// List returns the worlds that processes are in: those of the last scan where all is as it was. They have no names but those that
// were concluded of their leaders, of whom more must be known than of the others.
func (w *WorldMaker) List() []World {
	same := w.last != nil && slices.Equal(w.listed, w.before)
	if same && !w.changed() {
		return w.last
	}
	worlds := make([]World, len(w.listed))
	for i, at := range w.listed {
		worlds[i] = w.all[at].World
		if same {
			worlds[i].Cells = w.last[i].Cells
		}
	}
	if !same {
		letterCells(worlds, w.reference)
		w.before = append(w.before[:0], w.listed...)
	}
	w.last = worlds
	return worlds
}

// changed reports whether any world is not as it was listed last.
func (w *WorldMaker) changed() bool {
	for i, at := range w.listed {
		m, l := &w.all[at].World, &w.last[i]
		if m.Processes != l.Processes || m.Threads != l.Threads || m.Leader != l.Leader || m.Name != l.Name || m.Origin != l.Origin {
			return true
		}
	}
	return false
}

func compareWorlds(a, b *member) int {
	switch {
	case a.Host && !b.Host:
		return -1
	case b.Host && !a.Host:
		return 1
	}
	return cmp.Compare(a.Leader, b.Leader)
}
