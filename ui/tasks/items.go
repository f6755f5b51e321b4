package tasks

import (
	"cmp"
	"maps"
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/subject"
)

// item is a task that may become a row.
type item struct {
	task   *probe.Task
	parent int32 // The item above it; -1 for none.
	gone   bool
}

// place says why an item is in the list.
type place uint8

// The places of an item.
const (
	hidden  place = iota
	context       // Only because something below it was found.
	found
)

// listed lists the processes, among them those that are gone since a moment, by pid, and behind them the threads that are
// to be seen. In a flat list only threads have a parent.
func (m Model) listed() []item {
	now := m.frame.Now
	items := merged(now.Tasks, m.gone)
	pids := make([]int32, len(items))
	for i := range items {
		pids[i] = items[i].task.PID
	}
	if !m.order.flat {
		for i := range items {
			items[i].parent = parentOf(items, pids, i)
		}
	}
	for _, pid := range m.threads.pids(now) {
		process, threads := processAt(pids, pid), now.ThreadsOf(pid)
		for i := range threads {
			if threads[i].Thread() { // The first thread is the row of the process.
				items = append(items, item{task: &threads[i], parent: process})
			}
		}
	}
	return items
}

// merged makes items of the processes that live and of those that are gone, by pid. Where a pid was reused the process
// that lives comes last.
func merged(living []probe.Task, gone []*probe.Task) []item {
	slices.SortFunc(gone, func(a, b *probe.Task) int { return cmp.Compare(a.PID, b.PID) })
	items := make([]item, 0, len(living)+len(gone))
	for i := range living {
		for len(gone) > 0 && gone[0].PID <= living[i].PID {
			items = append(items, item{task: gone[0], parent: -1, gone: true})
			gone = gone[1:]
		}
		items = append(items, item{task: &living[i], parent: -1})
	}
	for _, t := range gone {
		items = append(items, item{task: t, parent: -1, gone: true})
	}
	return items
}

// parentOf returns the place of the parent of an item. Where a pid was reused, no child is older than its parent.
func parentOf(items []item, pids []int32, i int) int32 {
	child := items[i].task
	last := processAt(pids, child.PPID)
	for at := last; at >= 0 && pids[at] == child.PPID; at-- {
		if items[at].task.Start <= child.Start {
			return at
		}
	}
	return last
}

// processAt returns the place of a process, the last one with that pid; -1 if it is not in sight.
func processAt(pids []int32, pid int32) int32 {
	at, _ := slices.BinarySearch(pids, pid+1)
	if at == 0 || pids[at-1] != pid {
		return -1
	}
	return int32(at - 1) //nolint:gosec // There are no more processes than pids.
}

// choose finds the items that match, and as context those above them. It returns how many living processes matched.
func choose(items []item, f filter.Filter) (places []place, count int) {
	matches := f.Matcher()
	places = make([]place, len(items))
	for i := range items {
		it := &items[i]
		if !matches(subject.Task{Task: it.task}) {
			continue
		}
		places[i] = found
		if !it.gone && !it.task.Thread() {
			count++
		}
		for up := it.parent; up >= 0 && places[up] == hidden; up = items[up].parent {
			places[up] = context
		}
	}
	return places, count
}

// visible counts the items that are not hidden.
func visible(places []place) (count int) {
	for _, p := range places {
		if p != hidden {
			count++
		}
	}
	return count
}

// threads are the processes whose threads are to be seen.
type threads map[probe.TaskKey]bool

// with returns the set with a process added or taken out.
func (t threads) with(process probe.TaskKey, show bool) threads {
	next := threads{}
	maps.Copy(next, t)
	if show {
		next[process] = true
	} else {
		delete(next, process)
	}
	return next
}

// pids returns the processes that still live, in order.
func (t threads) pids(now *probe.Snapshot) []int32 {
	var pids []int32
	for key := range t {
		if process, ok := now.Task(key.PID); ok && process.TaskKey == key {
			pids = append(pids, key.PID)
		}
	}
	slices.Sort(pids)
	return pids
}

// differs reports whether something happened to a process that is worth a look: it runs another program, is another
// user's, is dead, or is in another namespace or group. What only became known is no change, nor is the name of a kernel
// thread, which tells what it works on at the moment.
func differs(before, after **probe.Task) bool {
	a, b := *before, *after
	return a.Comm != b.Comm && !b.Kernel || a.Zombie() != b.Zombie() || other(a.UID, b.UID) || otherWalls(a, b)
}

func other[T comparable](a, b probe.Reading[T]) bool {
	return a.State() == reading.Present && b.State() == reading.Present && a != b
}

func otherWalls(a, b *probe.Task) bool {
	if a.Namespaces != b.Namespaces {
		for t := range a.Namespaces.Inodes {
			if other(a.Namespaces.Inodes[t], b.Namespaces.Inodes[t]) {
				return true
			}
		}
	}
	if a.Cgroups == b.Cgroups || a.Cgroups.Access != reading.Present || b.Cgroups.Access != reading.Present {
		return false
	}
	return !slices.Equal(a.Cgroups.Memberships, b.Cgroups.Memberships)
}
