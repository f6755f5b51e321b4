package probe

import (
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Reading is a value of the kernel, or the reason why there is none; see package reading.
type Reading[T any] = reading.Reading[T]

// TaskKey identifies one task over its whole life: the kernel reuses numbers, but not together with a start time.
type TaskKey struct {
	PID   int32  // Thread group id.
	TID   int32  // Thread id; equal to PID for a process.
	Start uint64 // Clock ticks after boot, field 22 of proc_pid_stat(5).
}

// Task is a process, or a thread of one. A process stands for its whole thread group.
type Task struct {
	TaskKey
	*Program                    // Never nil.
	*Closeup                    // Never nil.
	PPID       int32            // Parent process; 0 for the first process of a pid namespace and for kthreadd.
	Threads    int32            // Threads of the process, itself counted.
	PSR        int32            // The CPU it last ran on (field 39 of proc_pid_stat(5)): not where it may run.
	State      byte             // One of RSDZTtXIP, proc_pid_stat(5); 0 where it could not be read.
	Kernel     bool             // A kernel thread (PF_KTHREAD).
	Access     reading.State    // Present, or why not even proc_pid_stat(5) could be read.
	CPUTime    time.Duration    // User and system time of the whole process (of the thread, for a thread); see Source.
	CPU        Reading[float64] // CPUs used between its last two readings; absent at the first.
	RSS        uint64           // Resident bytes, by the kernel's approximate counter, maybe of up to StaleScans scans ago; see Resident.
	Namespaces *NamespaceSet    // Never nil; equal sets are one pointer within a scanner's life.
	Cgroups    *CgroupSet       // Never nil; equal sets are one pointer within a scanner's life.
	ReadAt     time.Duration    // When State, PSR, CPUTime and RSS were read, on the scanner's monotonic clock.
}

// Closeup is what is read of a task only while it is looked at: of a process on the screen, and of every thread. Nobody writes to
// one.
type Closeup struct {
	Allowed Reading[cpulist.Set] // The CPUs that it may run on: Cpus_allowed_list of proc_pid_status(5).
	Use     *TaskUse             // Of a process where Request.Parts wants it, else nil.
}

// closeUp sets what is read of a task that is looked at.
func (t *Task) closeUp(seen Closeup) {
	t.Closeup = noCloseup
	if seen != (Closeup{}) {
		kept := seen // Only what is kept is worth an allocation.
		t.Closeup = &kept
	}
}

// Program is what a task runs, and for whom: what hardly ever changes of it. Tasks of many snapshots share one, so that nobody
// writes to it.
type Program struct {
	Comm    string          // Name of the program or thread, at most 15 bytes, any bytes; proc_pid_comm(5).
	Cmdline Reading[string] // Arguments joined by spaces; absent for kernel threads and zombies; proc_pid_cmdline(5).
	UID     Reading[uint32] // Effective user id.
	User    string          // Name of UID by the user database, else the number.
}

// programs keeps programs for tasks. Neighbours tend to run the same one, for the same user.
type programs struct {
	now  Program // Of the task that is being read, which alone points to it.
	last *Program
}

// open has a task run what may be changed, and returns what it ran before.
func (p *programs) open(t *Task) (before *Program) {
	before, p.now = t.Program, *t.Program
	t.Program = &p.now
	return before
}

// close has a task run what nobody will change.
func (p *programs) close(t *Task, before *Program) {
	switch {
	case p.now == *before:
		t.Program = before
	case p.last != nil && p.now == *p.last:
		t.Program = p.last
	default:
		kept := p.now
		t.Program, p.last = &kept, &kept
	}
}

// renew makes a task one of which nothing is known, while what it runs may be changed.
func (p *programs) renew(t *Task) {
	*t, p.now = newTask(t.PID, t.TID), Program{}
	t.Program = &p.now
}

// Zombie reports whether the process has exited and waits for its parent. Its leader thread may have exited while
// others live on: then it is no zombie though its state says Z.
func (t *Task) Zombie() bool { return (t.State == 'Z' || t.State == 'X') && t.Threads <= 1 }

// Resident returns the resident bytes. Once the leading thread has exited the kernel tells none: of a zombie nothing is left,
// and what the other threads of a process use is not to be seen.
func (t *Task) Resident() Reading[uint64] {
	switch {
	case t.Access != reading.Present:
		return reading.None[uint64](t.Access)
	case t.State == 'Z' || t.State == 'X':
		return Reading[uint64]{}
	}
	return reading.Of(t.RSS)
}

// Thread reports whether the task is one thread rather than a process.
func (t *Task) Thread() bool { return t.TID != t.PID }

// CgroupSet is the group of a task in every hierarchy, as proc_pid_cgroup(5) has it.
type CgroupSet struct {
	Access      reading.State // Present, or why the file could not be read.
	Memberships []proc.Membership
	text        string // What it was read from.
}

// Path returns the task's group in the hierarchy with the given id (0 is version 2), unless the group was removed.
func (c *CgroupSet) Path(hierarchy int) (string, bool) {
	for i := range c.Memberships {
		if m := &c.Memberships[i]; m.Hierarchy == hierarchy {
			return m.Path, !m.Deleted
		}
	}
	return "", false
}

// deletedSuffix is what the kernel writes behind the path of a group that was removed. The name of a group may end so too.
const deletedSuffix = " (deleted)"

// in reports whether the task is in a group that is there.
func (c *CgroupSet) in(hierarchy int, path string) bool {
	for i := range c.Memberships {
		if m := &c.Memberships[i]; m.Hierarchy == hierarchy {
			return m.Path == path && !m.Deleted || m.Deleted && m.Path+deletedSuffix == path
		}
	}
	return false
}
