package probe

import (
	"time"

	"bulkhead/probe/cpulist"
)

// Host is the machine, or the part of it that the reader can see.
type Host struct {
	Name      string               // /proc/sys/kernel/hostname; of the reader's uts namespace.
	Kernel    string               // /proc/sys/kernel/osrelease.
	Mode      string               // How control groups are mounted: v1, hybrid, v2 or none.
	CPUs      Reading[cpulist.Set] // /sys/devices/system/cpu/online.
	Boot      time.Time            // btime of proc_stat(5); zero where it could not be read.
	Hidepid   string               // The hidepid option of the proc mount, empty when all processes are shown.
	SubsetPID bool                 // The proc mount shows processes only (subset=pid, since Linux 5.8).
	Self      int32                // The reader's own pid in this /proc; 0 where it is in no process's /proc, as in a fixture.
	UID       uint32               // The reader's effective user id.
	User      string
	Caps      []string  // The reader's effective capabilities by name; capabilities(7).
	Reference Reference // What counts as the host's namespaces.
}

// Reference is the process whose namespaces count as the host's.
type Reference struct {
	PID     int32
	Key     WorldKey
	Why     string // "kernel", "init" or "self".
	Initial bool   // Its pid and user namespaces are the ones the system booted with.
}

// reference chooses the process whose namespaces count as the host's: kthreadd, which the kernel starts in the initial
// ones and lets root read, else pid 1, whose links a security module may deny, else the reader itself.
func reference(tasks []Task, self int32) Reference {
	candidates := []struct {
		pid    int32
		why    string
		kernel bool
	}{{2, "kernel", true}, {1, "init", false}, {self, "self", false}}
	for _, c := range candidates {
		i, ok := findTask(tasks, c.pid)
		if !ok || (c.kernel && !tasks[i].Kernel) {
			continue
		}
		key := WorldKey(tasks[i].Namespaces.Inodes)
		if _, readable := key[Mnt].Get(); readable {
			return Reference{PID: c.pid, Key: key, Why: c.why, Initial: initialWorld(key)}
		}
	}
	return Reference{}
}

// initialWorld reports whether a world has the pid and user namespace that the system booted with.
func initialWorld(key WorldKey) bool {
	for _, t := range []NamespaceType{PID, User} {
		if inode, ok := key[t].Get(); !ok || inode != initialInode(t) {
			return false
		}
	}
	return true
}
