package probe

import (
	"slices"

	"bulkhead/probe/reading"
)

// Loose threads are in another group than their process. The groups of processes do not tell them, so that what holds
// nothing else would pass for empty. The kernel is asked who is in such a group only where no process is, and only when
// the group's values are read, or its last process left: the cost stays one of groups.

// mostLoose bounds the processes that are looked up for one threaded group of version 2.
const mostLoose = 64

// listing is who is in a group without processes, by the kernel's list of it.
type listing struct {
	read   bool
	loose  Reading[[]int32]
	unseen bool
}

// list reads who is in a group without processes.
func (s *Scanner) list(b *groupBuilder, at int) listing {
	g, place := &b.groups[at], b.layout.places[at]
	if place.version == 1 {
		return listV1(place)
	}
	kind := g.Values.Type.Or("")
	if threaded := kind == "threaded" || kind == "domain threaded"; !threaded || !g.Values.Populated.Or(true) {
		return listing{read: true}
	}
	threads := place.tree.Threads(place.path)
	tids, ok := threads.Get()
	if !ok {
		return listing{read: true, loose: threads}
	}
	return s.listThreads(tids)
}

// listV1 holds the two lists of a group of version 1 against each other: cgroup.procs has each process with a thread in the
// group, and tasks its leading thread only where that is in the group too.
func listV1(place groupPlace) listing {
	l := listing{read: true, loose: place.tree.Procs(place.path)}
	pids, ok := l.loose.Get()
	if !ok {
		return l
	}
	if len(pids) == 0 {
		l.loose = reading.Of([]int32{})
		return l
	}
	threads := place.tree.Threads(place.path)
	tids, ok := threads.Get()
	if !ok {
		l.loose = threads
		return l
	}
	slices.Sort(tids)
	loose := slices.DeleteFunc(pids, func(pid int32) bool {
		_, leads := slices.BinarySearch(tids, pid)
		return leads
	})
	l.unseen = len(loose) < len(pids)
	slices.Sort(loose)
	l.loose = reading.Of(slices.Clip(slices.Compact(loose)))
	return l
}

// listThreads finds the processes of the threads in a group of version 2. A thread's directory in /proc, which no listing
// shows, lists all threads of its process, of which the leading one is known.
func (s *Scanner) listThreads(tids []int32) listing {
	l := listing{read: true}
	left := make(map[int32]bool, len(tids))
	for _, tid := range tids {
		left[tid] = true
	}
	slices.Sort(tids)
	r := newTaskReader(s)
	defer r.Close()
	pids := []int32{}
	for looked, i := 0, 0; i < len(tids) && looked < mostLoose; i++ {
		if !left[tids[i]] {
			continue
		}
		looked++
		pid, ok := r.leaderOf(tids[i])
		if !ok {
			continue
		}
		l.unseen = l.unseen || left[pid]
		if !left[pid] {
			pids = append(pids, pid)
		}
		for _, tid := range r.tids {
			delete(left, tid)
		}
	}
	l.unseen = l.unseen || len(left) > 0
	slices.Sort(pids)
	l.loose = reading.Of(slices.Compact(pids))
	return l
}

// leaderOf returns the process of a thread, and leaves all its threads in r.tids.
func (r *taskReader) leaderOf(tid int32) (pid int32, ok bool) {
	if tid == 0 || r.Open(tid) != nil {
		return 0, false // It is outside of this pid namespace, or gone.
	}
	tids, err := r.Reader.Threads(r.tids[:0])
	if err != nil {
		return 0, false
	}
	r.tids = tids
	for _, tid := range tids {
		if _, known := r.scanner.findProcess(tid); known {
			return tid, true
		}
	}
	return 0, false
}

// LooseThreads returns the threads in a group whose processes are elsewhere, by pid and tid, of those that are in the
// snapshot: Request.Threads of Group.Loose brings them. A group with processes has none here.
func (s *Snapshot) LooseThreads(g *Group) []*Task {
	h := s.HierarchyOf(g)
	var found []*Task
	for _, pid := range g.Loose.Or(nil) {
		threads := s.ThreadsOf(pid)
		for i := range threads {
			if t := &threads[i]; t.Thread() && t.Cgroups.in(h.ID, g.Path) {
				found = append(found, t)
			}
		}
	}
	return found
}
