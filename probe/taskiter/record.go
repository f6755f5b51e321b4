package taskiter

import (
	"bytes"
	"math/bits"
	"time"
)

// Record is what the kernel keeps of one task: of a thread, and for the leading thread of a process also what is the
// process's. It has no pointers, and the layout of struct task_record in bpf/records.h.
//
// All numbers of tasks and users are those of the initial namespaces, and times are those of the initial time namespace.
type Record struct {
	_    uint32
	PID  int32 // task_struct.pid: the number of the thread.
	TGID int32 // task_struct.tgid: the number of the process, which is that of its leading thread.
	PPID int32 // The process of task_struct.real_parent: field 4 of proc_pid_stat(5); 0 where there is none.

	state uint32 // __state and exit_state, together.
	CPU   int32  // Field 39 of proc_pid_stat(5): the CPU it ran on last.

	Threads int32  // Field 20 of proc_pid_stat(5): signal_struct.nr_threads.
	UID     uint32 // The effective user, as the owner of /proc/PID tells it: real_cred.euid.
	Flags   Flags

	// PIDForChildren and TimeForChildren are the namespaces of future children, by inode number; 0 where there is none, as in
	// /proc/PID/ns. See Namespaces.
	PIDForChildren, TimeForChildren uint32
	// Namespaces are the inode numbers of the task's namespaces, by proc.NamespaceType: user, mnt, pid, net, uts, ipc, cgroup,
	// time. A task that has exited keeps only user and pid; the others are 0 then, as are those that the kernel was built
	// without.
	//
	// What the kernel was built without, it may tell an inode number of all the same, where /proc has no link.
	Namespaces [8]uint32

	threadsRead uint32 // How many threads of the process were added to threadsTime.
	comm        [16]byte
	start       uint64
	cpuTime     uint64
	threadsTime uint64

	RSS   uint64 // With Close: pages in RAM, by the approximate counters, as field 24 of proc_pid_stat(5).
	CPUs  uint64 // With Close: which of the first 64 CPUs it may run on: Cpus_allowed of proc_pid_status(5).
	Group uint64 // The id of its group of version 2: the inode number of the group's directory.

	cssSet, subsystems uint64

	Exec uint64 // task_struct.self_exec_id: another number after an execve(2).
}

// Flags say more of a record.
type Flags uint32

// The flags of a record.
const (
	// Torn marks a record that was made while the task changed: facts in it may be of neither the task before nor after.
	Torn Flags = 1 << iota
	// Kernel marks a kernel thread (PF_KTHREAD).
	Kernel
	// Exiting marks a task that is about to exit, or has done so (PF_EXITING).
	Exiting
	// Removed marks a task whose group of version 2 was removed, which can only be of one that has exited.
	Removed
	// Close marks a task that was looked at closely; see Iterator.LookClosely.
	Close
)

// Leads reports whether the task stands for its process.
func (r *Record) Leads() bool { return r.PID == r.TGID }

// Comm returns the name of the program or thread, at most 15 bytes: that of proc_pid_comm(5), which has longer ones for
// kernel threads. The bytes are the record's.
func (r *Record) Comm() []byte {
	name, _, _ := bytes.Cut(r.comm[:], []byte{0})
	return name
}

// tick is the unit of Start: 1/USER_HZ seconds.
const tick = time.Second / 100

// Start returns when the task was started, in ticks of 10 ms after boot: field 22 of proc_pid_stat(5).
func (r *Record) Start() uint64 { return r.start / uint64(tick) }

// CPUTime returns the user and system time of this one thread. /proc tells the same of /proc/PID/task/TID/stat, in two
// parts, each of which is cut to 10 ms.
func (r *Record) CPUTime() time.Duration { return time.Duration(r.cpuTime) } //nolint:gosec // 292 years.

// ProcessTime returns the user and system time of all threads of the process, those that ended included, for a leading thread.
// /proc tells the same in /proc/PID/stat, in two parts, each of which is cut to 10 ms.
func (r *Record) ProcessTime() time.Duration { return time.Duration(r.cpuTime + r.threadsTime) } //nolint:gosec // As above.

// Even reports whether ProcessTime is that of all threads of the process. It is not where threads ended, or were
// started, while they were read.
func (r *Record) Even() bool { return int64(r.threadsRead)+1 == int64(r.Threads) }

// GroupClass is equal for tasks that are in the same groups of all hierarchies, so that proc_pid_cgroup(5) has the same text for
// them.
type GroupClass struct {
	set, subsystems uint64
	flags           Flags
}

// GroupClass returns the class of the task's groups: the kernel's own set of them, by its address. That address may be
// given to another set one day; such a set differs in the groups that have controllers, which are never numbered alike, but
// may be alike if it differs in those of hierarchies that have none. A group that is renamed keeps its class.
func (r *Record) GroupClass() GroupClass {
	return GroupClass{r.cssSet, r.subsystems, r.Flags & (Exiting | Removed)}
}

// The bits of task states; see TASK_REPORT in linux/sched.h.
const (
	uninterruptible = 0x2
	reported        = 0x7f
	idle            = 0x80
	noLoad          = 0x400
	rtLockWait      = 0x1000 // Since Linux 5.15. Until then nothing was there.
	frozen          = 0x8000 // Since Linux 6.1.
)

// stateLetters are the letters by the highest bit that is set.
const stateLetters = "RSDTtXZPI"

// State returns field 3 of proc_pid_stat(5): one of RSDTtXZPI, as task_state_index in linux/sched.h derives it. A task that
// the freezer of version 1 stopped is D, as since Linux 6.7; releases before said R of it.
func (r *Record) State() byte {
	shown := r.state & reported
	if r.state&(uninterruptible|noLoad) == uninterruptible|noLoad {
		shown = idle
	}
	if r.state&(rtLockWait|frozen) != 0 {
		shown = uninterruptible
	}
	return stateLetters[bits.Len32(shown)]
}

// Namespace is what the kernel keeps of a namespace: the layout of struct namespace_record in bpf/records.h. Users and namespaces have
// the numbers that they have in the initial namespaces.
type Namespace struct {
	ID    uint64 // ns_common.ns_id, the answer to NS_GET_ID: see ioctl_nsfs(2).
	Inode uint32 // The number in the link text of /proc/PID/ns/TYPE; 0 where there is no namespace.
	// Owner is the inode of the user namespace that owns it, that of its parent for a user namespace; 0 for the initial one.
	Owner uint32
	// OwnerUID is the user who made the owner, and for a user namespace who made that itself.
	OwnerUID uint32
	// Parent is the inode of the namespace above a user or pid namespace; 0 for the initial ones, and for other types.
	Parent uint32
}

// Namespaces are those of a process, by proc.NamespaceType, as in Record: none of a process that is gone, or that changed while it
// was looked at, and but user and pid of one that has exited.
type Namespaces [8]Namespace
