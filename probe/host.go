package probe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
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
	Source    Source // Where the tasks come from.
	// NoIterator says why they do not come from the task iterator, where that was tried; see Source.
	NoIterator string
	Caps       []string  // The reader's effective capabilities by name; capabilities(7).
	Disabled   []string  // The controllers that are switched off by the kernel command line, as far as /proc/cgroups tells.
	Reference  Reference // What counts as the host's namespaces.
}

// SwitchedOff says in words that a controller was switched off when the kernel booted; see cgroup_disable= in the kernel's
// admin-guide/kernel-parameters. It is false where that is not known of the controller.
func (h *Host) SwitchedOff(controller string) (says string, off bool) {
	if !slices.Contains(h.Disabled, controller) {
		return "", false
	}
	return fmt.Sprintf("the %s controller is switched off by the kernel command line (cgroup_disable=%[1]s)", controller), true
}

// Since reports whether the kernel is at least as new as a release. It is false where its own release is not known.
func (h *Host) Since(major, minor int) bool {
	first, rest, _ := strings.Cut(h.Kernel, ".")
	second, _, _ := strings.Cut(rest, ".")
	second, _, _ = strings.Cut(second, "-")
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(second)
	return errA == nil && errB == nil && (a > major || a == major && b >= minor)
}

// CountsLimitedIOOnly reports whether the files of version 1 that count bytes and operations of devices say 0 of all groups but
// those that have a limit, or are below one: from Linux 5.16 on, until 6.5 counted again. There 0 means that nothing is known.
func (h *Host) CountsLimitedIOOnly() bool { return h.Since(5, 16) && !h.Since(6, 5) }

// Reference is the process whose namespaces count as the host's.
type Reference struct {
	PID     int32
	Key     WorldKey
	Why     string // "kernel", "init" or "self".
	Initial bool   // All its namespaces are the ones the system booted with; see Proven.
}

// Proven reports whether the reference's namespace of a type is known to be the one the system booted with. On older kernels
// the number of a mnt or net namespace does not tell: there the kernel's own thread counts, and the first process of the
// first pid namespace, but no other.
func (r *Reference) Proven(t NamespaceType) bool {
	inode, ok := r.Key[t].Get()
	switch {
	case !ok:
		return r.Key[t].State() == reading.Absent && (t == Cgroup || t == Time) // The kernel is older than the type.
	case inode == initialInode(t):
		return true
	}
	return !fixedInode(t) && r.Why != whySelf && !r.foreign()
}

// foreign reports whether some namespace is certainly not the one the system booted with.
func (r *Reference) foreign() bool {
	for _, t := range NamespaceTypes {
		if inode, ok := r.Key[t].Get(); ok && fixedInode(t) && inode != initialInode(t) {
			return true
		}
	}
	return false
}

// initial reports whether all namespaces are proven.
func (r *Reference) initial() bool {
	for _, t := range NamespaceTypes {
		if !r.Proven(t) {
			return false
		}
	}
	return true
}

// The reasons of Reference.Why.
const (
	whyKernel = "kernel"
	whyInit   = "init"
	whySelf   = "self"
)

// reference chooses the process whose namespaces count as the host's: kthreadd, which the kernel starts in the initial
// ones and lets root read, else pid 1, whose links a security module may deny, else the reader itself.
func reference(tasks []Task, self int32) Reference {
	candidates := []struct {
		pid    int32
		why    string
		kernel bool
	}{{2, whyKernel, true}, {1, whyInit, false}, {self, whySelf, false}}
	for _, c := range candidates {
		i, ok := findTask(tasks, c.pid)
		if !ok || (c.kernel && !tasks[i].Kernel) {
			continue
		}
		key := WorldKey(tasks[i].Namespaces.Inodes)
		if _, readable := key[Mnt].Get(); readable {
			r := Reference{PID: c.pid, Key: key, Why: c.why}
			r.Initial = r.initial()
			return r
		}
	}
	return Reference{}
}
