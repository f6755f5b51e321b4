package probe

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"bulkhead/probe/proc"
)

// How stale a fact may become. A process that is not on the screen is not read in every scan: what it costs to read ten
// thousand processes would be felt on the machine that is being looked at.
const (
	statsPerScan = 1000 // Of n processes proc_pid_stat(5) is read at least once in n/statsPerScan scans.
	linksPerScan = 64   // Everything else at least once in n/linksPerScan scans, and
	linksPeriod  = 16   // never less often than once in StaleScans.
)

// StaleScans is in how many scans a process that entered other namespaces or moved to another group is found out at the
// latest. One that is watched, or that used CPU time since, is found out at once.
const StaleScans = linksPeriod

// taskMeta is what the scanner remembers of a process beside its Task.
type taskMeta struct {
	inode uint64 // Of its directory in /proc: another one may mean another process.
	stat  uint32 // The scan in which its stat was read.
	full  uint32 // The scan in which everything was read.
	facts Facts  // What has been read of it.
	born  bool   // It was not there in the scan before, or is in other namespaces than then.
	gone  bool   // It vanished while it was read.
}

// period returns in how many scans each of n processes gets its turn, when budget of them are read in each.
func period(n, budget int) uint32 { return uint32((n + budget - 1) / max(budget, 1)) } //nolint:gosec // A count of processes.

// due reports whether it is the turn of a process that was last read in scan last.
func due(pid int32, last, tick, period uint32) bool {
	return tick-last >= max(period, 1) || uint32(pid)%max(period, 1) == tick%max(period, 1) //nolint:gosec // Any spread will do.
}

// scanTasks lists the processes, takes over what is known of them and reads the rest.
func (s *Scanner) scanTasks(ctx context.Context, request Request, found *gaps) (int, error) {
	entries, err := s.proc.List(s.entries[:0])
	if err != nil {
		return 0, fmt.Errorf("list processes: %w", err)
	}
	s.entries = entries
	tasks, meta := s.carryOver(entries)
	work := s.plan(tasks, meta, request)
	watched := make(map[int32]bool, len(request.Watch))
	for _, pid := range request.Watch {
		watched[pid] = true
	}
	if err := s.readAll(ctx, work, func(r *taskReader, i int) {
		r.read(&tasks[i], &meta[i], request.Facts, watched[tasks[i].PID])
	}); err != nil {
		return 0, err
	}
	for _, i := range work {
		tasks[i].User = s.users.name(tasks[i].UID)
	}
	s.tasks, s.meta = compact(tasks, meta)
	s.interned.sweep(s.tick, s.tasks)
	found.addTasks(s.tasks)
	return len(work), nil
}

// carryOver makes the new list of processes, with what is known of those that were there before.
func (s *Scanner) carryOver(entries []proc.Entry) ([]Task, []taskMeta) {
	tasks := make([]Task, len(entries))
	meta := make([]taskMeta, len(entries))
	j := 0
	for i, e := range entries {
		for j < len(s.tasks) && s.tasks[j].PID < e.PID {
			j++
		}
		if j < len(s.tasks) && s.tasks[j].PID == e.PID {
			tasks[i], meta[i] = s.tasks[j], s.meta[j]
			meta[i].born = false
			if meta[i].inode != e.Inode {
				meta[i].facts = 0
			}
		} else {
			tasks[i] = Task{TaskKey: TaskKey{PID: e.PID, TID: e.PID}, Namespaces: noNamespaces, Cgroups: noCgroups}
			meta[i].born = true
		}
		meta[i].inode = e.Inode
	}
	return tasks, meta
}

// plan returns the indexes of the processes to read.
func (s *Scanner) plan(tasks []Task, meta []taskMeta, request Request) []int {
	watch := make(map[int32]bool, len(request.Watch))
	for _, pid := range request.Watch {
		watch[pid] = true
	}
	stats := period(len(tasks), statsPerScan)
	links := min(period(len(tasks), linksPerScan), linksPeriod)
	var work []int
	for i := range tasks {
		m, pid := &meta[i], tasks[i].PID
		if watch[pid] || due(pid, m.full, s.tick, links) {
			m.facts = 0
		}
		if request.Facts&taskFacts&^m.facts != 0 || due(pid, m.stat, s.tick, stats) {
			work = append(work, i)
		}
	}
	return work
}

// batch is how many processes a reading goroutine takes at a time.
const batch = 32

// readAll calls read for every index of work, on as many threads as there are CPUs to use.
func (s *Scanner) readAll(ctx context.Context, work []int, read func(*taskReader, int)) error {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(work)/batch, 4))
	for len(s.readers) < workers {
		s.readers = append(s.readers, newTaskReader(s))
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for _, r := range s.readers[:workers] {
		wait.Go(func() {
			for ctx.Err() == nil {
				first := int(next.Add(batch)) - batch
				if first >= len(work) {
					return
				}
				for _, i := range work[first:min(first+batch, len(work))] {
					read(r, i)
				}
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("read processes: %w", err)
	}
	return nil
}

// compact drops the processes that vanished while they were read.
func compact(tasks []Task, meta []taskMeta) ([]Task, []taskMeta) {
	n := 0
	for i := range tasks {
		if meta[i].gone {
			continue
		}
		if n != i {
			tasks[n], meta[n] = tasks[i], meta[i]
		}
		n++
	}
	clear(tasks[n:])
	return tasks[:n], meta[:n]
}
