package probe

import (
	"cmp"
	"context"
	"slices"

	"bulkhead/probe/reading"
)

// scanThreads reads the threads of the processes they are wanted of. A process that vanished has none.
func (s *Scanner) scanThreads(ctx context.Context, request Request, before []Task) []Task {
	if request.AllThreads && s.source == SourceBPF {
		if threads, err := s.iteration.threads(s, request.Facts, before); err == nil {
			return threads
		}
	}
	pids := slices.Clone(request.Threads)
	if request.AllThreads {
		pids = pids[:0]
		for i := range s.tasks {
			pids = append(pids, s.tasks[i].PID)
		}
	}
	slices.Sort(pids)
	var threads []Task
	r := newTaskReader(s)
	for _, pid := range slices.Compact(pids) {
		process, ok := s.findProcess(pid)
		if !ok || process.Access != reading.Present || ctx.Err() != nil {
			continue
		}
		threads = r.appendThreads(threads, process, request.Facts, before)
	}
	return threads
}

func (s *Scanner) findProcess(pid int32) (*Task, bool) {
	i, ok := findTask(s.tasks, pid)
	if !ok {
		return nil, false
	}
	return &s.tasks[i], true
}

// appendThreads reads the threads of one process; before is what the last scan read of threads.
func (r *taskReader) appendThreads(threads []Task, process *Task, want Facts, before []Task) []Task {
	if err := r.Open(process.PID); err != nil {
		return threads
	}
	tids, err := r.Reader.Threads(r.tids[:0])
	r.Close()
	if err != nil {
		return threads
	}
	r.tids = tids
	for _, tid := range tids {
		t := knownThread(before, process.PID, tid)
		if r.readThread(&t, process, want) {
			threads = append(threads, t)
		}
	}
	return threads
}

// knownThread returns what is known of a thread.
func knownThread(before []Task, pid, tid int32) Task {
	if i, ok := findThread(before, pid, tid); ok {
		return before[i]
	}
	return newTask(pid, tid)
}

func findThread(threads []Task, pid, tid int32) (int, bool) {
	return slices.BinarySearchFunc(threads, pid, func(t Task, pid int32) int {
		return cmp.Or(cmp.Compare(t.PID, pid), cmp.Compare(t.TID, tid))
	})
}

// readThread reads one thread, and reports whether it is still there.
func (r *taskReader) readThread(t, process *Task, want Facts) bool {
	if err := r.OpenThread(t.PID, t.TID); err != nil {
		return false
	}
	defer r.Close()
	ran := r.programs.open(t)
	defer r.programs.close(t, ran)
	r.stat.Comm = t.Comm
	if err := r.Stat(&r.stat); err != nil {
		return false
	}
	t.take(&r.stat, r.scanner.now())
	t.UID, t.User, t.Cmdline = process.UID, process.User, process.Cmdline
	status, err := r.Status()
	t.closeUp(Closeup{Allowed: allowed(&status, err)})
	return r.readWalls(t, want) == nil
}
