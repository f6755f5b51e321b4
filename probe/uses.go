package probe

import (
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// Uses is what a task may use by its groups, or what a group may, beside what the host has.
type Uses struct {
	Target Target
	Task   TaskKey // Whose it is; zero for a group.
	CPU    CPUUse
	Binding
	IO      []IOLimit     // The nearest group's first.
	IOTold  reading.State // Present where all groups above tell what they limit, else why one does not; absent without a group.
	IOBy    GroupKey      // The own group where that is controlled; zero where no hierarchy in sight does it.
	Devices Reading[[]string]
	// DevicesBy is the group whose devices.list it is, of version 1. Version 2 decides by BPF programs that no file tells of:
	// then Devices is unsupported.
	DevicesBy GroupKey
	// Programs are the BPF programs that decide about devices in version 2, beside what version 1 says; see cgroup.Programs.
	Programs Reading[[]cgroup.Program]
	Host     HostUses
	Handing  Handing       // Of a group, or of the task's group in version 2.
	Places   []Place       // Of a task: its group in each hierarchy.
	Told     reading.State // Whether proc_pid_cgroup(5) of the task could be read: where not, why there are no Places.
}

// HostUses is what there is on the whole host.
type HostUses struct {
	CPUs     Reading[cpulist.Set] // Online.
	Isolated Reading[cpulist.Set] // /sys/devices/system/cpu/isolated: those that tasks are not spread over.
	Memory   Reading[uint64]      // Bytes: MemTotal of proc_meminfo(5).
	PIDs     Reading[uint64]      // /proc/sys/kernel/pid_max and threads-max: the smaller one.
}

// Bound is the limit that binds first: the least of all groups from the task's own to the root, the nearest of several.
type Bound[T any] struct {
	Limit Reading[T] // Unlimited where no group limits it; absent where no hierarchy has the controller.
	By    GroupKey   // The group that sets it.
	// Use is what that group uses, with those below it; of the task's own group where there is no limit. Of a quota there is
	// none, and of a set it is what the own group has.
	Use Reading[T]
	Own GroupKey // The task's own group.
}

// CPUUse is which CPUs a task may run on, and why.
type CPUUse struct {
	Last    Reading[int32]       // psr of proc_pid_stat(5): where it ran last.
	Allowed Reading[cpulist.Set] // Cpus_allowed_list of proc_pid_status(5): by cpuset and affinity together.
	Levels  []CpusetLevel        // From the root of the hierarchy to the task's own group.
	// Narrowest is the index of the level that leaves the CPUs that the own group has; -1 where none takes any away.
	Narrowest int
	// Affinity is what the task itself gave up: those that its group leaves it and that it may not run on all the same, by
	// sched_setaffinity(2) or, of a kernel thread, because it is bound to its CPU.
	Affinity Reading[cpulist.Set]
}

// CpusetLevel is the cpuset of one group; see cpuset(7), and "Cpuset" in the kernel's cgroup-v2 document.
type CpusetLevel struct {
	GroupKey
	Requested Reading[cpulist.Set] // cpuset.cpus; in version 2 an empty one asks for what the group above has.
	Effective Reading[cpulist.Set] // cpuset.effective_cpus, or cpuset.cpus.effective.
	Partition Reading[string]      // cpuset.cpus.partition of version 2, since Linux 5.0: member, root, isolated, or invalid.
	Exclusive Reading[bool]        // cpuset.cpu_exclusive of version 1.
}

// IOLimit is what a group may read from and write to one device: io.max, or blkio.throttle.*.
type IOLimit struct {
	GroupKey
	Device string // Major and minor number, such as 8:0.
	Name   string // Such as sda; empty where sysfs does not tell.
	Limits string // As version 2 writes them: rbps=1048576 wiops=120; those without a limit are left out.
}
