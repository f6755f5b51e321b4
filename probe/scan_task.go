package probe

import (
	"errors"
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// taskReader reads single tasks; each reading goroutine has one.
type taskReader struct {
	*proc.Reader
	scanner *Scanner
	programs
	failures []failure
	stat     proc.Stat // Of the current task.
	cmdline  string    // Of the last task: neighbours often have the same, which is then kept once.
	tids     []int32
}

// failure is why a process could not be read.
type failure struct {
	pid int32
	err error
}

func newTaskReader(s *Scanner) *taskReader {
	return &taskReader{Reader: s.proc.NewReader(), scanner: s}
}

// read brings a process up to date: its stat, and whatever of the wanted facts is not known. A process that used CPU time
// since its last reading may have called setns(2) or execve(2), so that all of it is read again.
func (r *taskReader) read(t *Task, m *taskMeta, want Facts) {
	defer r.Close()
	ran := r.programs.open(t)
	before, read := t.Namespaces, r.readWanted
	if m.told {
		read = r.readBeside
	}
	switch err := read(t, m, want); {
	case errors.Is(err, proc.ErrGone):
		m.gone = true
	case reading.Why(err) == reading.Denied:
		r.refused(t, m)
	case err != nil:
		m.failed = true // What was known of it is kept: it may be read again once there are descriptors and memory.
		r.failures = append(r.failures, failure{t.PID, err})
		if m.born {
			t.Access = reading.Why(err)
		}
	}
	t.User = r.scanner.users.name(t.UID)
	r.programs.close(t, ran)
	m.born = m.born || t.Namespaces != before
}

func (r *taskReader) readWanted(t *Task, m *taskMeta, want Facts) error {
	open := m.watched || m.check || want&^m.facts != 0
	if err := r.look(t, m, open); err != nil {
		return err
	}
	missing := want &^ m.facts
	switch {
	case m.check:
		m.recheck(r.scanner.tick, r.ran(t, m))
		missing = want &^ m.facts
	case open && missing != 0 && r.scanner.tick > 1 && !m.ran.Known():
		r.ran(t, m) // Else its first check could not tell that it slept; a one-shot never checks.
	}
	if !open && missing != 0 {
		if err := r.reopen(t); err != nil {
			return err
		}
	}
	if missing != 0 || open {
		if err := r.readFacts(t, missing, m.watched); err != nil {
			return err
		}
	}
	m.facts |= missing
	return nil
}

// look reads the stat of a process, and leaves it open if it is to be. Where another process has its number now, or it is
// seen to have run, all that was known is forgotten.
func (r *taskReader) look(t *Task, m *taskMeta, open bool) error {
	if t.Comm != "" { // Else it may well have the name of the one that was read before.
		r.stat.Comm = t.Comm
	}
	if err := r.readStat(t.PID, open); err != nil {
		return err
	}
	if r.stat.Start != t.Start && !m.born {
		r.renew(t)
		m.born = true
	}
	exited := r.stat.State == 'Z' && t.State != 'Z'
	if exited || r.stat.Comm != t.Comm || r.stat.User+r.stat.System != t.CPUTime {
		m.forget(r.scanner.tick)
	}
	if m.exact { // What was used since then is not to be told from times that are cut.
		t.ReadAt, m.exact = 0, false
	}
	t.take(&r.stat, r.scanner.now())
	m.stat = r.scanner.tick
	return nil
}

// reopen opens the process that was looked at.
func (r *taskReader) reopen(t *Task) error {
	if err := r.readStat(t.PID, true); err != nil {
		return err
	}
	if r.stat.Start != t.Start {
		return proc.ErrGone
	}
	return nil
}

// readStat reads the stat of a process, which it opens where that is wanted.
func (r *taskReader) readStat(pid int32, open bool) error {
	if !open {
		return r.StatOf(pid, &r.stat) //nolint:wrapcheck // Only its kind is looked at.
	}
	if err := r.Open(pid); err != nil {
		return err //nolint:wrapcheck // As above.
	}
	return r.Stat(&r.stat) //nolint:wrapcheck // As above.
}

// refused notes a process that is there but may not be looked at (hidepid=1). Nothing is left of what was known before,
// since it may be another one.
func (r *taskReader) refused(t *Task, m *taskMeta) {
	const why = reading.Denied
	if t.Access != why {
		r.renew(t)
		m.born = true
	}
	t.Access = why
	t.UID = reading.None[uint32](why)
	t.Cmdline = reading.None[string](why)
	t.Namespaces, t.Cgroups = r.scanner.interned.denied(why)
	m.forget(r.scanner.tick)
	m.facts, m.stat = taskFacts, r.scanner.tick
}

// take takes over what proc_pid_stat(5) tells.
func (t *Task) take(stat *proc.Stat, now time.Duration) {
	used := stat.User + stat.System
	same := t.Start == stat.Start && t.ReadAt > 0
	t.CPU = rate(same, t.CPUTime, used, t.ReadAt, now)
	t.Start, t.PPID, t.Comm, t.State = stat.Start, stat.PPID, stat.Comm, stat.State
	t.Kernel, t.Threads, t.PSR = stat.Kernel(), stat.Threads, stat.PSR
	t.CPUTime, t.RSS, t.ReadAt = used, stat.RSS, now
	t.Access = reading.Present
}

// rate returns how many CPUs were used between two readings of the same thing.
func rate(same bool, before, after, from, to time.Duration) Reading[float64] {
	if !same || to <= from || after < before {
		return Reading[float64]{}
	}
	return reading.Of(float64(after-before) / float64(to-from))
}

// ran reports whether the leading thread of the open process may have run since this was asked last. It is asked before
// anything is read, so that what happens meanwhile is found out the next time.
func (r *taskReader) ran(t *Task, m *taskMeta) bool {
	if leaderless(t) {
		return true // What is read of it is that of another thread.
	}
	before := m.ran
	m.ran, _ = r.Schedstat() // An error leaves it unknown.
	return !m.ran.Known() || m.ran != before
}

// leaderless reports whether the leading thread of a process has exited while others live on.
func leaderless(t *Task) bool { return t.State == 'Z' && t.Threads > 1 }

// readFacts reads the wanted facts of the open process; an error means that it vanished.
func (r *taskReader) readFacts(t *Task, want Facts, watched bool) error {
	var seen Closeup
	if watched {
		status, err := r.Status()
		seen = Closeup{allowed(&status, err), r.readUse(t, &status, err)}
	}
	t.closeUp(seen)
	if want&FactUser != 0 {
		uid, err := r.UID()
		t.UID = reading.From(uid, err)
	}
	if want&FactCmdline != 0 {
		if err := r.readCmdline(t); err != nil {
			return err
		}
	}
	if leaderless(t) && want&wallFacts != 0 {
		return r.readFromThread(t, want)
	}
	return r.readWalls(t, want)
}

// allowed returns the CPUs that a task may run on.
func allowed(status *proc.Status, err error) Reading[cpulist.Set] {
	if err != nil {
		return reading.None[cpulist.Set](reading.Why(err))
	}
	return status.CPUsAllowed
}

func (r *taskReader) readCmdline(t *Task) error {
	if t.Kernel {
		t.Cmdline = Reading[string]{}
		return nil
	}
	line, err := r.Cmdline(t.Cmdline.Or(r.cmdline))
	r.cmdline = line
	if errors.Is(err, proc.ErrGone) {
		return err //nolint:wrapcheck // Only its kind is looked at.
	}
	t.Cmdline = reading.From(line, err)
	if err == nil && line == "" {
		t.Cmdline = Reading[string]{}
	}
	return nil
}

// readWalls reads the namespaces and groups of the open task.
func (r *taskReader) readWalls(t *Task, want Facts) error {
	if want&(FactNamespaces|FactForChildren) != 0 {
		if err := r.readNamespaces(t, want); err != nil {
			return err
		}
	}
	if want&FactCgroups != 0 {
		text, err := r.Cgroup()
		if errors.Is(err, proc.ErrGone) {
			return err //nolint:wrapcheck // Only its kind is looked at.
		}
		t.Cgroups = r.scanner.interned.cgroups(text, reading.Why(err))
	}
	return nil
}

func (r *taskReader) readNamespaces(t *Task, want Facts) error {
	var links proc.Links
	var err error
	if want&FactForChildren != 0 {
		err = r.AllLinks(&links)
	} else {
		err = r.Links(&links)
	}
	if err != nil {
		return err //nolint:wrapcheck // Only its kind is looked at.
	}
	t.Namespaces = r.scanner.interned.namespaces(setFromLinks(&links))
	return nil
}

// readFromThread reads the walls of a process whose leader thread has exited from a thread that lives: its own links
// are those of a zombie.
func (r *taskReader) readFromThread(t *Task, want Facts) error {
	tids, err := r.Threads(r.tids[:0])
	if err != nil {
		return err //nolint:wrapcheck // Only its kind is looked at.
	}
	r.tids = tids
	for _, tid := range tids {
		if tid == t.PID {
			continue
		}
		r.Close()
		if err := r.OpenThread(t.PID, tid); err == nil && r.readWalls(t, want) == nil {
			return nil
		}
	}
	return proc.ErrGone
}
