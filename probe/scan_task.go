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
	tids    []int32
}

func newTaskReader(s *Scanner) *taskReader {
	return &taskReader{Reader: s.proc.NewReader(), scanner: s}
}

// read brings a process up to date: its stat, and whatever of the wanted facts is not known. A process that ran since
// its last reading may have called setns(2) or execve(2), so that all of it is read again.
func (r *taskReader) read(t *Task, m *taskMeta, want Facts, watched bool) {
	if err := r.Open(t.PID); err != nil {
		m.gone = !r.refused(t, m, err)
		return
	}
	defer r.Close()
	known, set := t.TaskKey, t.Namespaces
	if err := r.readStat(t, m); err != nil {
		m.gone = !r.refused(t, m, err)
		return
	}
	if t.TaskKey != known && !m.born {
		*t = Task{TaskKey: t.TaskKey, Namespaces: noNamespaces, Cgroups: noCgroups}
		m.born, m.facts, set = true, 0, noNamespaces
		if err := r.readStat(t, m); err != nil {
			m.gone = true
			return
		}
	}
	missing := want & taskFacts &^ m.facts
	if missing == 0 && !watched {
		return
	}
	if err := r.readFacts(t, missing, watched); err != nil {
		m.gone = true
		return
	}
	m.facts |= missing
	m.full = r.scanner.tick
	m.born = m.born || t.Namespaces != set
}

// refused notes a process that is there but may not be looked at (hidepid=1), and reports whether it is such a one.
func (r *taskReader) refused(t *Task, m *taskMeta, err error) bool {
	why := reading.Why(err)
	if why != reading.Denied {
		return false
	}
	t.Access = why
	t.UID = reading.None[uint32](why)
	t.Cmdline = reading.None[string](why)
	t.Namespaces, t.Cgroups = r.scanner.interned.denied(why)
	m.facts, m.stat, m.full = taskFacts, r.scanner.tick, r.scanner.tick
	return true
}

// readStat reads what proc_pid_stat(5) tells.
func (r *taskReader) readStat(t *Task, m *taskMeta) error {
	stat := proc.Stat{Comm: t.Comm}
	if err := r.Stat(&stat); err != nil {
		return err //nolint:wrapcheck // Only its kind is looked at.
	}
	now, used := r.scanner.now(), stat.User+stat.System
	if stat.Comm != t.Comm || used != t.CPUTime {
		m.facts = 0
	}
	same := t.Start == stat.Start && t.ReadAt > 0
	t.CPU = rate(same, t.CPUTime, used, t.ReadAt, now)
	t.Start, t.PPID, t.Comm, t.State = stat.Start, stat.PPID, stat.Comm, stat.State
	t.Kernel, t.Threads, t.PSR = stat.Kernel(), stat.Threads, stat.PSR
	t.CPUTime, t.RSS, t.ReadAt = used, stat.RSS, now
	t.Access = reading.Present
	m.stat = r.scanner.tick
	return nil
}

// rate returns how many CPUs were used between two readings of the same thing.
func rate(same bool, before, after, from, to time.Duration) Reading[float64] {
	if !same || to <= from || after < before {
		return Reading[float64]{}
	}
	return reading.Of(float64(after-before) / float64(to-from))
}

// readFacts reads the wanted facts of the open task; an error means that it vanished.
func (r *taskReader) readFacts(t *Task, want Facts, watched bool) error {
	if want&FactUser != 0 {
		uid, err := r.UID()
		t.UID = reading.From(uid, err)
	}
	if want&FactCmdline != 0 {
		if err := r.readCmdline(t); err != nil {
			return err
		}
	}
	if watched {
		status, err := r.Status()
		t.Allowed = allowed(&status, err)
	} else {
		t.Allowed = Reading[cpulist.Set]{}
	}
	if want&(FactNamespaces|FactCgroups) == 0 {
		return nil
	}
	if t.State == 'Z' && t.Threads > 1 {
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
	line, err := r.Cmdline(t.Cmdline.Or(""))
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
	if want&FactNamespaces != 0 {
		var links proc.Links
		readLinks := r.Links
		if want&FactForChildren != 0 {
			readLinks = r.AllLinks
		}
		if err := readLinks(&links); err != nil {
			return err
		}
		t.Namespaces = r.scanner.interned.namespaces(setFromLinks(&links))
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
