package cgroup

import (
	"slices"
	"strings"
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// Values are what the files of one group say. Each is absent where the group has no such file, because its hierarchy has
// no such controller, the kernel is older, the group is a topmost one, which lacks most files, or the part was not asked for.
type Values struct {
	// Type is "domain", "threaded", "domain threaded" or "domain invalid": cgroup.type of version 2, since Linux 4.14.
	Type reading.Reading[string]
	// Populated tells whether a living process is in the group or below it: cgroup.events of version 2.
	Populated reading.Reading[bool]

	// Freezer is the state that the group has, whoever asked for it: freezer.state of version 1; of version 2 (since
	// Linux 5.2) it follows from cgroup.events and cgroup.freeze.
	Freezer reading.Reading[FreezerState]
	// FreezeRequested tells whether the group itself is to be frozen: freezer.self_freezing of version 1, cgroup.freeze of
	// version 2. A frozen group of which it is not asked is frozen by one above.
	FreezeRequested reading.Reading[bool]
	// ParentFreezing tells whether a group above is to be frozen: freezer.parent_freezing of version 1.
	ParentFreezing reading.Reading[bool]

	// CPUs and Mems are the CPUs and memory nodes asked for: cpuset.cpus and cpuset.mems. Empty means none in version 1, and
	// those of the group above in version 2 (since Linux 5.0).
	CPUs, Mems reading.Reading[cpulist.Set]
	// CPUsEffective and MemsEffective are those granted: cpuset.effective_cpus and cpuset.effective_mems of version 1,
	// cpuset.cpus.effective and cpuset.mems.effective of version 2.
	CPUsEffective, MemsEffective reading.Reading[cpulist.Set]

	// CPUUsage is the CPU time used by the group and those below, living or gone: cpuacct.usage (ns) of version 1,
	// usage_usec in cpu.stat of version 2.
	CPUUsage reading.Reading[time.Duration]
	// CPUQuota is how many CPUs the group may use on average: cpu.cfs_quota_us by cpu.cfs_period_us of version 1, cpu.max
	// of version 2.
	CPUQuota reading.Reading[float64]
	// Throttled is for how long the quota kept the group's tasks waiting: throttled_time (ns) of version 1,
	// throttled_usec of version 2, both in cpu.stat.
	Throttled reading.Reading[time.Duration]
	// Periods are how many periods of the quota ran out while the group had something to do, and ThrottledPeriods in how many
	// of them it used up its quota: nr_periods and nr_throttled in cpu.stat.
	Periods, ThrottledPeriods reading.Reading[uint64]
	// CPUWeight is the group's part of the CPU beside its siblings: cpu.weight of version 2, 1 to 10000, 100 at first; 0 where
	// cpu.idle is 1.
	CPUWeight reading.Reading[uint64]
	// CPUShares is the same in version 1, on another scale: cpu.shares, 2 to 262144, 1024 at first.
	CPUShares reading.Reading[uint64]

	// PIDs and PIDsMax are the tasks in the group and below, threads counted, and how many there may be: pids.current and
	// pids.max.
	PIDs, PIDsMax reading.Reading[uint64]

	// Memory and MemoryMax are in bytes: memory.usage_in_bytes and memory.limit_in_bytes of version 1, memory.current and
	// memory.max of version 2. They count the groups below.
	Memory, MemoryMax reading.Reading[uint64]
	// MemoryHigh is where the kernel begins to slow the group down and to take memory from it, in bytes: memory.high of
	// version 2.
	MemoryHigh reading.Reading[uint64]
	// MemoryPeak is the most that Memory ever was, in bytes: memory.max_usage_in_bytes of version 1, since it was last
	// written; memory.peak of version 2, since Linux 5.19.
	MemoryPeak reading.Reading[uint64]
	// Swap and SwapMax are in bytes and do not count what is in memory: memory.swap.current and memory.swap.max of version 2.
	Swap, SwapMax reading.Reading[uint64]
	// MemSw and MemSwMax are in bytes and count memory and swap together: memory.memsw.usage_in_bytes and
	// memory.memsw.limit_in_bytes of version 1, which are there only where the kernel accounts swap.
	MemSw, MemSwMax reading.Reading[uint64]
	// OOMKills is how many processes the kernel killed because the memory ran out: oom_kill in memory.oom_control of version 1
	// (since Linux 4.13), of the group alone; oom_kill in memory.events of version 2 (since Linux 4.13), with those of the
	// groups below unless it is mounted with memory_localevents.
	OOMKills reading.Reading[uint64]

	// IORead and IOWritten are in bytes, over all devices, with those of the groups below: Read and Write in
	// blkio.throttle.io_service_bytes_recursive of version 1, rbytes and wbytes in io.stat of version 2. A kernel of version 1
	// without that file has blkio.throttle.io_service_bytes, which counts the group alone.
	IORead, IOWritten reading.Reading[uint64]

	// CPUPressure, MemoryPressure and IOPressure tell how much time was lost by waiting for the CPU, for memory and for devices.
	CPUPressure, MemoryPressure, IOPressure Pressure
}

// file is one control file, and how what it says gets into the values.
type file struct {
	name  string
	parts Parts // It is read for any of them.
	set   func(*Values, content)
}

// openable is a file with the path by which it is opened.
type openable struct {
	path  []byte // Ends with a NUL.
	parts Parts
	set   func(*Values, content)
}

// filesV1 are the files read in a version 1 hierarchy, by its controllers.
var filesV1 = map[string][]file{
	"blkio": blkioV1, "cpu": cpuV1, "cpuacct": cpuacctV1, "cpuset": cpusetV1, "freezer": freezerV1, "memory": memoryV1, "pids": pidsFiles,
}

// filesV2 are the files read in version 2 besides those that every group has, by controller.
var filesV2 = map[string][]file{
	"cpu": cpuV2, "cpuset": cpusetV2, "io": ioV2, "memory": memoryV2, "pids": pidsFiles,
}

// filesOf returns the files to read in a hierarchy with the given controllers. Where those of version 2 are not known, all
// are tried.
func filesOf(mount *Mount, controllers []string) []openable {
	byController := filesV1
	var files []file
	if mount.Version == 2 {
		byController, files = filesV2, slices.Concat(coreV2, pressureFiles)
		if controllers == nil {
			controllers = []string{"cpu", "cpuset", "io", "memory", "pids"}
		}
	}
	for _, controller := range controllers {
		files = append(files, byController[controller]...)
	}
	noprefix := slices.Contains(mount.Options, "noprefix")
	open := make([]openable, 0, len(files))
	for _, f := range files {
		name := f.name
		if noprefix { // As in the cpuset filesystem of old: cpuset.cpus is called cpus.
			_, name, _ = strings.Cut(name, ".")
		}
		open = append(open, openable{append([]byte(name), 0), f.parts, f.set})
	}
	return open
}
