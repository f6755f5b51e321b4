package probe

import (
	"cmp"
	"slices"
	"time"

	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// threads reads the threads of all processes; before is what the last scan read of threads. Those of processes that the
// iterator did not tell of, and those that changed meanwhile, are read from /proc.
func (it *iteration) threads(s *Scanner, want Facts, before []Task) ([]Task, error) {
	it.lookClosely(&turns{tick: s.tick}, true)
	at := s.now()
	records, err := it.ReadThreads(nil)
	if err != nil {
		return nil, err //nolint:wrapcheck // It says what was read.
	}
	slices.SortFunc(records, func(a, b taskiter.Record) int { return cmp.Or(cmp.Compare(a.TGID, b.TGID), cmp.Compare(a.PID, b.PID)) })
	threads := make([]Task, 0, len(records))
	r := newTaskReader(s)
	n := 0
	for i := range s.tasks {
		process := &s.tasks[i]
		for n < len(records) && records[n].TGID < process.PID {
			n++
		}
		if process.Access == reading.Present && !s.meta[i].told {
			threads = r.appendThreads(threads, process, want, before)
			continue
		}
		for ; n < len(records) && records[n].TGID == process.PID; n++ {
			t := knownThread(before, process.PID, records[n].PID)
			if it.tellThread(s, &t, process, &records[n], at) || it.readThread(s, r, &t, process, &records[n]) {
				threads = append(threads, t)
			}
		}
	}
	return threads, nil
}

// tellThread takes over what the iterator tells of a thread, and reports whether that is all of it.
func (it *iteration) tellThread(s *Scanner, t, process *Task, r *taskiter.Record, at time.Duration) bool {
	groups := noCgroups
	if it.asked&FactCgroups != 0 {
		groups = it.groups.classes[it.groups.of(r.GroupClass())].set
	}
	if r.Flags&taskiter.Torn != 0 || groups == nil || it.cpus.possible == 0 {
		return false
	}
	ran := it.programs.open(t)
	defer it.programs.close(t, ran)
	used := r.CPUTime()
	t.CPU = rate(t.Start == r.Start() && t.ReadAt > 0, t.CPUTime, used, t.ReadAt, at)
	t.Start, t.PPID, t.State, t.Kernel, t.Threads, t.PSR = r.Start(), r.PPID, r.State(), process.Kernel, r.Threads, r.CPU
	t.CPUTime, t.RSS, t.ReadAt, t.Access = used, r.RSS*it.pageSize, at, reading.Present
	t.UID, t.User, t.Cmdline = process.UID, process.User, process.Cmdline
	t.Cgroups = groups
	t.closeUp(Closeup{Allowed: reading.Of(it.cpus.of(r.CPUs))})
	if t.Comm = process.Comm; !t.Kernel {
		it.name(t, &taskMeta{}, r)
	}
	t.Namespaces = it.walls.of(s, it, r)
	return true
}

// readThread reads a thread from /proc, and takes over its groups for those of its class.
func (it *iteration) readThread(s *Scanner, r *taskReader, t, process *Task, record *taskiter.Record) bool {
	if !r.readThread(t, process, it.asked) {
		return false
	}
	if c := &it.groups.classes[it.groups.of(record.GroupClass())]; it.asked&FactCgroups != 0 && c.set == nil {
		c.set, c.read = t.Cgroups, s.tick
	}
	return true
}
