package probe

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"bulkhead/probe/proc"
)

// How stale a fact may become. A process that is not on the screen is not read in every scan: what it costs to read ten
// thousand processes would be felt on the machine that is being looked at. See period.
const (
	statsPerScan  = 1000 // Of n processes proc_pid_stat(5) is read about once in n/statsPerScan scans where all are asked for,
	restsPerScan  = 64   // else about once in n/restsPerScan scans, but not for that less often than once in StaleScans.
	checksPerScan = 64   // Its groups, and whether it ran, about once in n/checksPerScan scans, and
	checkPeriod   = 16   // never less often than once in StaleScans.
	fullPeriod    = 1024 // All of it is read once in so many scans even if it never runs.
)

// StaleScans is in how many scans a process that entered other namespaces or moved to another group is found out at the
// latest. One that is watched, or that is seen to have used CPU time, is found out at once. That another thread of the
// process, or another process, has written another command line into its memory is found out in 1,024 scans.
//
// Where the iterator tells of tasks, namespaces and groups are found out at once. Within StaleScans scans it is found out that
// a process has another command line, that it left a namespace for another one with the same number, that another process was the
// first in the pid namespace where its children will be, how much memory it has, that a group was renamed, and that a process is
// kept from the iterator though as many threads were met as the kernel counts.
const StaleScans = checkPeriod

// taskMeta is what the scanner remembers of a process beside its Task.
type taskMeta struct {
	inode   uint64         // Of its directory in /proc: another one may mean another process.
	exec    uint64         // Changes with each execve(2); where it was told.
	ran     proc.Schedstat // How much it had run when it was checked.
	stat    uint32         // The scan in which its stat was read.
	checked uint32         // The scan in which it was found out whether it ran.
	full    uint32         // The scan in which everything was forgotten, to be read anew.
	class   int32          // Of its groups, where it was told.
	set     int32          // The number of its namespaces,
	groups  int32          // and that of its groups.
	facts   Facts          // What has been read of it.
	watched bool           // It is on the screen.
	check   bool           // It is to be found out whether it ran.
	told    bool           // The iterator told what it can, as it is in this scan, so that /proc is read only for the rest.
	exact   bool           // Its CPU time was told by the iterator, and is not cut to hundredths of a second.
	rename  bool           // /proc is asked for its name, which may be longer than the iterator tells.
	born    bool           // It was not there in the scan before, or is in other namespaces than then.
	gone    bool           // It vanished while it was read.
	failed  bool           // It could not be read in this scan.
}

// forget has everything read anew.
func (m *taskMeta) forget(tick uint32) { m.facts, m.checked, m.full = 0, tick, tick }

// recheck has read anew what may have changed: of a process that did not run its groups, since another may move it.
func (m *taskMeta) recheck(tick uint32, ran bool) {
	if ran {
		m.forget(tick)
		return
	}
	m.facts &^= FactCgroups
	m.checked = tick
}

// period returns in how many scans each of n things gets its turn, when about budget of them are read in each. It is a
// power of two, so that turns of several kinds fall together.
func period(n, budget int) uint32 { return 1 << bits.Len(uint(max(n-1, 0)/budget)) } //nolint:gosec // Not negative.

// due reports whether it is the turn of a process that was last read in scan last.
func due(pid int32, last, tick, period uint32) bool {
	return tick-last >= period || uint32(pid)%period == tick%period //nolint:gosec // Any spread will do.
}

// scanListing lists the processes in /proc, takes over what is known of them and reads the rest.
func (s *Scanner) scanListing(ctx context.Context, request Request, found *gaps) (int, error) {
	entries, err := s.proc.List(s.entries[:0])
	if err != nil {
		return 0, fmt.Errorf("list processes: %w", err)
	}
	s.entries = entries
	tasks, meta := s.carryOver(entries)
	s.work = s.plan(s.work[:0], tasks, meta, request)
	if err := s.readWork(ctx, tasks, meta, request.Facts&taskFacts, found); err != nil {
		s.forget()
		return 0, err
	}
	s.keep(tasks, meta)
	found.addTasks(s.tasks)
	return len(s.work), nil
}

// readWork reads from /proc what was planned to be.
func (s *Scanner) readWork(ctx context.Context, tasks []Task, meta []taskMeta, want Facts, found *gaps) error {
	for _, r := range s.readers {
		r.failures = r.failures[:0] // Of a scan that was given up.
	}
	err := s.inParallel(ctx, len(s.work), func(r *taskReader, i int) {
		at := s.work[i]
		r.read(&tasks[at], &meta[at], want)
	})
	if err != nil {
		return fmt.Errorf("read processes: %w", err)
	}
	var failures []failure
	for _, r := range s.readers {
		failures = append(failures, r.failures...)
	}
	slices.SortFunc(failures, func(a, b failure) int { return cmp.Compare(a.pid, b.pid) })
	for _, f := range failures {
		found.add("/proc/PID", fmt.Sprintf("/proc/%d", f.pid), f.err)
	}
	return nil
}

// keep makes the processes those of the last scan.
func (s *Scanner) keep(tasks []Task, meta []taskMeta) {
	s.tasks, s.meta = compact(tasks, meta)
	if s.tick%sweepPeriod == 0 {
		s.interned.sweep(s.tasks)
		s.parter.sets, s.parter.at = numbers[*NamespaceSet]{}, nil
		s.groups.forgetSets()
	}
}

// forget forgets all processes, of which what is kept does not go with what was made of a scan that was given up.
func (s *Scanner) forget() { s.tasks, s.meta = nil, nil }

// carryOver makes the new list of processes, with what is known of those that were there before.
func (s *Scanner) carryOver(entries []proc.Entry) ([]Task, []taskMeta) {
	tasks := make([]Task, len(entries))
	beside := newLineup(s.meta, len(entries))
	j := 0
	for i, e := range entries {
		for j < len(s.tasks) && s.tasks[j].PID < e.PID {
			j++
		}
		var m *taskMeta
		if j < len(s.tasks) && s.tasks[j].PID == e.PID {
			tasks[i], m = s.tasks[j], beside.stay(j)
			m.born, m.told, m.failed = false, false, false
			if m.inode != e.Inode {
				m.facts, m.stat = 0, 0
			}
		} else {
			tasks[i], m = newTask(e.PID, e.PID), beside.come(i)
			m.born = true
		}
		m.inode = e.Inode
	}
	return tasks, beside.settle()
}

// newTask returns a task of which nothing is known.
func newTask(pid, tid int32) Task {
	return Task{TaskKey: TaskKey{PID: pid, TID: tid}, Program: noProgram, Closeup: noCloseup, Namespaces: noNamespaces, Cgroups: noCgroups}
}

// turns says which processes have their turn to be read in a scan.
type turns struct {
	tick          uint32
	stats, checks uint32  // In how many scans each one has its turn.
	watch         []int32 // By pid; those that were passed are dropped.
	want          Facts
	few           bool // Each one's stat may be read in each scan.
	uses          bool // What those that are watched use is read.
}

func (s *Scanner) turns(count int, request Request) turns {
	stats := period(count, statsPerScan)
	if !request.AllStats {
		stats = max(stats, min(period(count, restsPerScan), checkPeriod))
	}
	return turns{
		tick: s.tick, stats: stats, checks: min(period(count, checksPerScan), checkPeriod),
		watch: slices.Sorted(slices.Values(request.Watch)), want: request.Facts & taskFacts, few: count <= statsPerScan, uses: s.uses(),
	}
}

// watched reports whether a process is on the screen. It must be asked of processes by pid.
func (u *turns) watched(pid int32) bool {
	for len(u.watch) > 0 && u.watch[0] < pid {
		u.watch = u.watch[1:]
	}
	return len(u.watch) > 0 && u.watch[0] == pid
}

// plan appends the indexes of the processes to read.
func (s *Scanner) plan(work []int32, tasks []Task, meta []taskMeta, request Request) []int32 {
	u := s.turns(len(tasks), request)
	for i := range tasks {
		if u.due(tasks[i].PID, &meta[i]) {
			work = append(work, int32(i)) //nolint:gosec // There are no more processes than pids.
		}
	}
	return work
}

// due reports whether a process is to be read from /proc.
func (u *turns) due(pid int32, m *taskMeta) bool {
	m.watched = u.watched(pid)
	if m.watched || due(pid, m.full, u.tick, fullPeriod) {
		m.forget(u.tick)
	}
	m.check = due(pid, m.checked, u.tick, u.checks) && m.facts != 0
	return m.check || u.want&^m.facts != 0 || m.stat == 0 || due(pid, m.stat, u.tick, u.stats)
}

// batch is how many things a reading goroutine takes at a time.
const batch = 32

// inParallel calls read for every number below n, on as many threads as there are CPUs to use.
func (s *Scanner) inParallel(ctx context.Context, n int, read func(*taskReader, int)) error {
	workers := max(1, min(runtime.GOMAXPROCS(0), n/batch, 4))
	for len(s.readers) < workers {
		s.readers = append(s.readers, newTaskReader(s))
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for _, r := range s.readers[:workers] {
		wait.Go(func() {
			for ctx.Err() == nil {
				first := int(next.Add(batch)) - batch
				if first >= n {
					return
				}
				for i := first; i < min(first+batch, n); i++ {
					read(r, i)
				}
			}
		})
	}
	wait.Wait()
	return ctx.Err() //nolint:wrapcheck // The callers say what was read.
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
