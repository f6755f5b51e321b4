package probe

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// teller tells of all tasks: a taskiter.Iterator.
type teller interface {
	ReadChanged(changed []taskiter.Record, same []int32) ([]taskiter.Record, []int32, error)
	ReadThreads(into []taskiter.Record) ([]taskiter.Record, error)
	Inspect(pids []int32, into []taskiter.Namespaces) ([]taskiter.Namespaces, error)
	Met() int
	Forget()
	LookClosely(at *taskiter.Closely)
	Close() error
}

// iteration is the task iterator as the source of tasks, and what was learnt by it.
type iteration struct {
	teller
	programs
	reader   *proc.Reader
	pageSize uint64
	absent   [10]bool          // The namespaces that this kernel has no links of, by proc.NamespaceType.
	records  []taskiter.Record // Of the processes that may have changed since the last scan.
	same     []int32           // The others.
	whole    bool              // All processes are told of in the next scan.
	allStats bool              // The last scan wanted the figures of all.
	asked    Facts             // What any request wanted: what /proc would have to be read for is else left unknown.
	closely  taskiter.Closely
	cpus     cpuSets
	walls    wallSets
	groups   groupClasses
	roll     roll
}

// newIteration makes the iterator a source.
func (s *Scanner) newIteration(iter *taskiter.Iterator) (*iteration, error) {
	it := &iteration{teller: iter, reader: s.proc.NewReader(), pageSize: uint64(os.Getpagesize()), whole: true} //nolint:gosec // It is positive.
	var links proc.Links
	err := it.reader.Open(selfPID(s.roots.Proc + "/self"))
	if err == nil {
		err = it.reader.AllLinks(&links)
	}
	it.reader.Close()
	if err != nil {
		_ = iter.Close() // It was not read from.
		return nil, fmt.Errorf("read the own namespaces: %w", err)
	}
	for kind, link := range links {
		it.absent[kind] = link.State() == reading.Absent
	}
	it.cpus = possibleCPUs()
	return it, nil
}

// scanRecords has the iterator tell of the processes, and reads from /proc what it does not tell.
func (s *Scanner) scanRecords(ctx context.Context, request Request, found *gaps) (int, error) {
	it := s.iteration
	u := s.turns(len(s.tasks), request)
	it.lookClosely(&u, request.AllStats)
	it.asked |= request.Facts & taskFacts
	if request.AllStats && !it.allStats {
		it.forget() // Of those that ran meanwhile not all was told.
	}
	it.allStats = request.AllStats
	at := s.now()
	if err := it.gather(s); err != nil {
		it.forget() // What it told is lost.
		return 0, err
	}
	tasks, meta := it.carryOver(s, at, u)
	s.work = it.plan(s.work[:0], tasks, meta, u)
	if err := s.readWork(ctx, tasks, meta, it.asked, found); err != nil {
		s.forget()
		it.forget()
		return 0, err
	}
	it.settleGroups(s, tasks, meta)
	s.keep(tasks, meta)
	it.sweep(s.tick, s.meta)
	for i := range s.tasks {
		if !s.meta[i].told { // Nothing is denied to one who is told.
			found.addDenied(&s.tasks[i])
		}
	}
	read := len(it.records)
	if it.whole {
		it.whole, it.records = false, nil // Those that follow are told of few.
	}
	return read, nil
}

// forget has all processes told of in the next scan.
func (it *iteration) forget() {
	it.Forget()
	it.whole = true
}

// interrupt forgets what does not go with a scan by another source.
func (it *iteration) interrupt() {
	it.forget()
	it.walls, it.groups = wallSets{}, groupClasses{}
}

// carryOver makes the new list of processes: what the iterator told, and what else is known of those that were there before.
func (it *iteration) carryOver(s *Scanner, at time.Duration, u turns) ([]Task, []taskMeta) {
	all := it.all()
	count := all.count()
	tasks := make([]Task, count)
	beside := newLineup(s.meta, count)
	j := 0
	for n := range tasks {
		of := all.next()
		for j < len(s.tasks) && s.tasks[j].PID < of.pid {
			j++
		}
		t := &tasks[n]
		known := j < len(s.tasks) && s.tasks[j].PID == of.pid && (of.record == nil || of.record.Start() == s.tasks[j].Start)
		var m *taskMeta
		if known {
			*t, m = s.tasks[j], beside.stay(j)
		} else {
			*t, m = newTask(of.pid, of.pid), beside.come(n)
		}
		if of.same && m.told {
			m.stay(t, s.tick, at)
			continue
		}
		m.born, m.told, m.rename, m.failed = !known, false, false, false
		if of.record == nil || !it.tell(s, t, m, of.record, at) {
			m.stat = 0 // Its stat is read from /proc, at once.
			continue
		}
		it.look(t, m, of.record, u.watched(of.pid), u.uses)
	}
	return tasks, beside.settle()
}

// stay brings a process up to date that is as it was, and is not on the screen.
func (m *taskMeta) stay(t *Task, tick uint32, at time.Duration) {
	m.rename = m.rename && m.failed
	m.born, m.failed, m.stat = false, false, tick
	t.CPU, t.ReadAt, t.Closeup = reading.Of(0.0), at, noCloseup
}

// tell takes over what the iterator tells of a process, and reports whether that is all that it could. It is not of a process
// that changed meanwhile, and of one whose leading thread has exited while others live on: /proc has that for their namespaces.
func (it *iteration) tell(s *Scanner, t *Task, m *taskMeta, r *taskiter.Record, at time.Duration) bool {
	state := r.State()
	if r.Flags&taskiter.Torn != 0 || !r.Even() || (state == 'Z' || state == 'X') && r.Threads > 1 {
		return false
	}
	ran := it.programs.open(t)
	defer it.programs.close(t, ran)
	used := r.ProcessTime()
	m.check = !m.exact || used != t.CPUTime
	t.CPU = rate(m.exact, t.CPUTime, used, t.ReadAt, at)
	t.Start, t.PPID, t.State, t.Kernel, t.Threads, t.PSR = r.Start(), r.PPID, state, r.Flags&taskiter.Kernel != 0, r.Threads, r.CPU
	t.CPUTime, t.ReadAt, t.Access = used, at, reading.Present
	if r.Exec != m.exec {
		m.facts &^= FactCmdline
	}
	m.told, m.exact, m.exec, m.stat = true, true, r.Exec, s.tick
	it.name(t, m, r)
	it.tellWalls(s, t, m, r)
	return true
}

// look takes over what is told of those processes that were looked at closely. One that was just found was not always.
func (it *iteration) look(t *Task, m *taskMeta, r *taskiter.Record, watched, uses bool) {
	var seen Closeup
	if uses && watched {
		seen.Use = t.Use
	}
	if r.Flags&taskiter.Close == 0 {
		m.rename = m.rename || m.born
	} else {
		t.RSS = r.RSS * it.pageSize
		if watched && it.cpus.possible != 0 {
			seen.Allowed = reading.Of(it.cpus.of(r.CPUs))
		}
	}
	t.closeUp(seen)
}

// name takes over the name of a process. Of a kernel thread /proc tells a longer one, which begins the same.
func (it *iteration) name(t *Task, m *taskMeta, r *taskiter.Record) {
	name := r.Comm()
	if t.Kernel {
		m.rename = !bytes.HasPrefix([]byte(t.Comm), name) || t.Comm == ""
		return
	}
	switch {
	case string(name) == t.Comm:
	case it.last != nil && string(name) == it.last.Comm:
		t.Comm = it.last.Comm
	default:
		t.Comm = string(name)
	}
}

// tellWalls takes over the namespaces, the groups and the user.
func (it *iteration) tellWalls(s *Scanner, t *Task, m *taskMeta, r *taskiter.Record) {
	set := it.walls.of(s, it, r)
	m.born = m.born || t.Namespaces != set
	t.Namespaces = set
	if uid := reading.Of(r.UID); t.UID != uid {
		t.UID, t.User = uid, s.users.name(uid)
	}
	m.class = it.groups.of(r.GroupClass())
	m.facts |= FactNamespaces | FactForChildren | FactUser
	if t.Kernel || t.Zombie() {
		t.Cmdline = Reading[string]{}
		m.facts |= FactCmdline
	}
}

// plan appends the indexes of the processes that /proc is to be read for.
func (it *iteration) plan(work []int32, tasks []Task, meta []taskMeta, u turns) []int32 {
	u.want = it.asked
	for i := range tasks {
		t, m := &tasks[i], &meta[i]
		if m.told && it.lacks(t, m, &u, int32(i)) || !m.told && u.due(t.PID, m) { //nolint:gosec // There are no more processes than pids.
			work = append(work, int32(i)) //nolint:gosec // As above.
		}
	}
	return work
}

// lacks reports whether /proc is to be read for what the iterator does not tell of a process.
func (it *iteration) lacks(t *Task, m *taskMeta, u *turns, at int32) bool {
	watched := u.watched(t.PID)
	ran, first := m.check, watched && !m.watched
	m.watched, m.check = watched, false
	if due(t.PID, m.checked, u.tick, u.checks) {
		ran = it.turn(t, m, u.tick)
	} else {
		ran = ran && watched
	}
	if ran || due(t.PID, m.full, u.tick, fullPeriod) {
		m.full = u.tick
	}
	if m.full == u.tick || first {
		m.facts &^= FactCmdline
		m.rename = m.rename || t.Kernel
	}
	if t.Kernel || t.Zombie() {
		m.facts |= FactCmdline
	}
	if it.asked&FactCgroups != 0 {
		m.facts |= FactCgroups
		if it.groups.wants(m.class, at, u.tick) {
			m.facts &^= FactCgroups
		}
	}
	return m.watched && (u.uses || !t.Allowed.Known()) || m.rename || u.want&^m.facts != 0
}

// turn reports, when it is the turn of a process, whether it ran since its last one: it may have another command line then, or
// be in other namespaces that have the numbers of those it was in.
func (it *iteration) turn(t *Task, m *taskMeta, tick uint32) bool {
	m.checked = tick
	if it.asked&FactCgroups == 0 {
		m.facts &^= FactCgroups // Read for its own sake; see readLeaders.
	}
	before := m.ran
	m.ran = proc.Schedstat{Run: uint64(t.CPUTime)} //nolint:gosec // It is never negative.
	return m.ran != before
}

// readBeside reads from /proc what the iterator does not tell of a process. Should another one have its number by now, that
// is seen in the next scan.
func (r *taskReader) readBeside(t *Task, m *taskMeta, want Facts) error {
	if err := r.Open(t.PID); err != nil {
		return err //nolint:wrapcheck // Only its kind is looked at.
	}
	if m.rename {
		r.stat.Comm = t.Comm
		if err := r.Stat(&r.stat); err != nil {
			return err //nolint:wrapcheck // As above.
		}
		t.Comm, t.RSS = r.stat.Comm, r.stat.RSS
	}
	missing, told := want&^m.facts, t.Allowed
	if err := r.readFacts(t, missing, m.watched && (r.scanner.uses() || !told.Known())); err != nil {
		return err
	}
	if told.Known() {
		t.closeUp(Closeup{told, t.Use})
	}
	m.facts |= missing
	return nil
}
