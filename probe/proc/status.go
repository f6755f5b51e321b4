package proc

import (
	"fmt"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

const statusFile = "status\x00"

// Status is what /proc/PID/status, or /proc/PID/task/TID/status, tells of who a process is and what it may do. A line
// that the kernel does not write is Absent; the versions are those that brought the line. See proc_pid_status(5).
//
// Only what Stat has not is here: the file costs half as much again to read.
type Status struct {
	Name    string   // Name: the same as Stat.Comm.
	UID     IDs      // Uid.
	GID     IDs      // Gid.
	Groups  []uint32 // Groups: the supplementary groups.
	Threads int32    // Threads: see Stat.Threads.

	Umask  reading.Reading[uint32]  // Umask; since Linux 4.7. A zombie has none.
	NStgid reading.Reading[[]int32] // NStgid: the process's number in each pid namespace from that of /proc inwards; since 4.1.
	NSpid  reading.Reading[[]int32] // NSpid: the same, of the thread; since 4.1.

	Inheritable reading.Reading[uint64] // CapInh: a mask of capabilities; see CapabilityNames.
	Permitted   reading.Reading[uint64] // CapPrm.
	Effective   reading.Reading[uint64] // CapEff.
	Bounding    reading.Reading[uint64] // CapBnd; since Linux 2.6.26.
	Ambient     reading.Reading[uint64] // CapAmb; since 4.3.

	NoNewPrivs     reading.Reading[bool]        // NoNewPrivs: execve(2) grants no new rights; since Linux 4.10.
	Seccomp        reading.Reading[SeccompMode] // Seccomp; since 3.8.
	SeccompFilters reading.Reading[uint32]      // Seccomp_filters: how many filters are attached; since 5.9.

	PeakResident reading.Reading[uint64] // VmHWM: the most resident bytes there were; kernel threads and zombies have none.
	Swap         reading.Reading[uint64] // VmSwap: bytes that are swapped out, without shared memory; since 2.6.34.

	CPUsAllowed reading.Reading[cpulist.Set] // Cpus_allowed_list: by cpuset and affinity together; since 2.6.26.
	MemsAllowed reading.Reading[cpulist.Set] // Mems_allowed_list: memory nodes, by cpuset; since 2.6.26.
}

// IDs are the user or group ids of a process, numbered in the reader's user namespace; see credentials(7).
type IDs struct{ Real, Effective, Saved, Filesystem uint32 }

// SeccompMode is how system calls are confined; see seccomp(2).
type SeccompMode uint8

// The modes of seccomp.
const (
	SeccompDisabled SeccompMode = iota
	SeccompStrict
	SeccompFilter
)

var seccompNames = [...]string{"disabled", "strict", "filter"}

// String returns the name of the mode.
func (m SeccompMode) String() string {
	if int(m) < len(seccompNames) {
		return seccompNames[m]
	}
	return "invalid"
}

// Status reads /proc/PID/status. It costs more than all of Stat, so it is for the processes that someone looks at.
func (r *Reader) Status() (Status, error) {
	text, err := r.read(statusFile)
	if err != nil {
		return Status{}, err
	}
	s, err := parseStatus(text)
	if err != nil {
		return Status{}, fmt.Errorf("read %s: %w", r.name(statusFile), err)
	}
	if s.Threads == 0 {
		return Status{}, r.gone()
	}
	return s, nil
}
