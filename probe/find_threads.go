package probe

import (
	"fmt"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// mostThreads bounds the threads that one search looks at.
const mostThreads = 1 << 16

// threadSearch looks at the threads of processes.
type threadSearch struct {
	*search
	looked int
	tids   []int32
}

// lookAtThreads finds the threads that are in other namespaces than their process.
func (s *search) lookAtThreads() {
	look := threadSearch{search: s}
	for i := range s.snapshot.Tasks {
		t := &s.snapshot.Tasks[i]
		if t.Threads < 2 || t.Kernel || t.Namespaces.denied() {
			continue // What is denied of the process is denied of its threads.
		}
		if s.ctx.Err() != nil {
			return
		}
		look.process(t)
	}
}

// process looks at the threads of one process. They are held against what the snapshot has of the process, and where that
// differs against what it has by now.
func (s *threadSearch) process(t *Task) {
	if s.reader.Open(t.PID) != nil {
		return
	}
	tids, err := s.reader.Threads(s.tids[:0])
	if err != nil {
		return
	}
	s.tids = tids
	var process *NamespaceSet
	for _, tid := range tids {
		if tid == t.PID {
			continue
		}
		if s.looked++; s.looked > mostThreads {
			s.gaps.miss("/proc/PID/task", fmt.Sprintf("more than %d threads", mostThreads), func() string {
				return fmt.Sprintf("/proc/%d/task/%d", t.PID, tid)
			})
			return
		}
		set, ok := s.threadSet(t, tid)
		if !ok || !elsewhere(&set, t.Namespaces) {
			continue
		}
		if process == nil {
			process = s.current(t)
		}
		if elsewhere(&set, process) {
			s.thread(t, tid, &set, process)
		}
	}
}

// threadSet reads the namespaces of a thread. Those in which it cannot differ are its process's.
func (s *threadSearch) threadSet(t *Task, tid int32) (NamespaceSet, bool) {
	var links proc.Links
	if s.reader.OpenThread(t.PID, tid) != nil || s.reader.ThreadLinks(&links) != nil {
		return NamespaceSet{}, false
	}
	set := setFromLinks(&links)
	for _, kind := range [...]NamespaceType{User, PID, Time} {
		set.Inodes[kind] = t.Namespaces.Inodes[kind]
	}
	return set, true
}

// elsewhere reports whether a thread, or a future child of it, is in another namespace than a process.
func elsewhere(thread, process *NamespaceSet) bool {
	for kind := range thread.Inodes {
		if differs(thread.Inodes[kind], process.Inodes[kind]) {
			return true
		}
	}
	return loose(thread.PIDForChildren, process.PIDForChildren, thread.Inodes[PID]) ||
		loose(thread.TimeForChildren, process.TimeForChildren, thread.Inodes[Time])
}

// loose reports whether the children of a thread go elsewhere than those of its process, and elsewhere than where it is.
func loose(thread, process, own Reading[uint64]) bool {
	return thread.State() == reading.Present && thread != process && differs(thread, own)
}

// current returns the namespaces that a process is in by now; those that the snapshot has where its leading thread has exited,
// and it has them from another thread.
func (s *search) current(t *Task) *NamespaceSet {
	var links proc.Links
	if leaderless(t) || s.reader.Open(t.PID) != nil || s.reader.AllLinks(&links) != nil {
		return t.Namespaces
	}
	set := setFromLinks(&links)
	return &set
}

// thread notes what a thread keeps.
func (s *threadSearch) thread(t *Task, tid int32, set, process *NamespaceSet) {
	h := holder{TaskKey: TaskKey{PID: t.PID, TID: tid}, tid: tid}
	var stat proc.Stat
	if h.open(s.reader) != nil || s.reader.Stat(&stat) != nil {
		return
	}
	h.Start, h.comm = stat.Start, stat.Comm
	for _, kind := range NamespaceTypes {
		if !differs(set.Inodes[kind], process.Inodes[kind]) {
			continue
		}
		ref := NamespaceRef{kind, set.Inodes[kind].Or(0)}
		s.keepOpen(ref, &h, "ns/"+kind.String(), h.keeper(KeptByThread))
		if kind == Mnt {
			s.mounts.join(ref, h)
		}
	}
	s.keepForChildren(&h, set, process)
}
