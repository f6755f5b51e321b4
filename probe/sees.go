package probe

import (
	"time"

	"bulkhead/probe/mounts"
	"bulkhead/probe/netns"
	"bulkhead/probe/proc"
	"bulkhead/probe/sysvipc"
)

// Sight is the world through the eyes of a task, beside the host's.
type Sight struct {
	Target Target
	Own    Sees
	Host   Sees // What the reference sees; nothing where one namespace is looked into.
}

// Sees is what a task sees by its namespaces, or what is inside one namespace. Of a namespace only what belongs to its type
// is there.
type Sees struct {
	Task      TaskKey // By whom it was read; zero where no process is in the namespace.
	Names     Reading[SystemNames]
	Processes Processes
	Mounts    Reading[[]mounts.Mount] // proc_pid_mountinfo(5).
	Root      Reading[string]         // proc_pid_root(5): the root directory, as the reader sees it.
	Network   netns.Network
	IPC       IPCContent
	Users     Users
	Clock     Reading[ClockOffsets]
	Groups    []SeenGroup
	// Refusals say by type why something could not be asked inside; empty where all was answered.
	Refusals [len(NamespaceTypes)]string
}

// SystemNames are the names of a uts namespace; see uname(2).
type SystemNames struct {
	Host   string
	Domain string // Of NIS; "(none)" where it was never set, empty where it is not told.
}

// Processes are those of a pid namespace and of the ones below it: what a /proc that is mounted for it shows.
type Processes struct {
	Total int // Of those in the reader's sight; 0 where the namespace is not known.
	// Denied is how many processes there are whose pid namespace is not permitted to be read: each of them may be one more.
	Denied int
	First  []Numbered
	Init   TaskKey // The process that is number 1 inside; zero where it is out of sight.
}

// Numbered is a process with its numbers in the pid namespaces that it is in, from that of the reader's /proc inwards: NSpid
// of proc_pid_status(5), since Linux 4.1.
type Numbered struct {
	TaskKey
	Comm   string
	Inside int32 // Its number in the namespace in question; 0 where the kernel does not tell.
	NSpid  []int32
}

// IPCContent is what is in an ipc namespace.
type IPCContent struct {
	Objects Reading[[]sysvipc.Object]
	Limits  []sysvipc.Limit // Those that could be read.
}

// Users is how a user namespace numbers users; see user_namespaces(7).
type Users struct {
	UIDMap    Reading[[]proc.IDMap]
	GIDMap    Reading[[]proc.IDMap]
	Setgroups Reading[string] // "allow" or "deny"; since Linux 3.19.
}

// ClockOffsets is what the clocks of a time namespace are ahead of those of the host; see time_namespaces(7), since Linux 5.6.
type ClockOffsets struct {
	Monotonic time.Duration
	Boottime  time.Duration
}

// SeenGroup is a task's group in one hierarchy, as its cgroup namespace names it; see cgroup_namespaces(7), since Linux 4.6.
type SeenGroup struct {
	GroupKey                 // As the reader names it.
	Inside   Reading[string] // As the task does: relative to the root of its namespace, and so maybe "/../x".
	Root     Reading[string] // The root of that namespace, as the reader names it; absent where it does not follow from both.
}
