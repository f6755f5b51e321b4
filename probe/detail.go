package probe

import (
	"fmt"

	"github.com/prometheus/procfs"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Detail is what is known of one task beyond what a scan reads of every process.
type Detail struct {
	TaskKey
	Status Reading[proc.Status]  // proc_pid_status(5): ids, NSpid chain, allowed CPUs, capabilities, seccomp.
	UIDMap Reading[[]proc.IDMap] // proc_pid_uid_map(5), since Linux 3.5.
	GIDMap Reading[[]proc.IDMap] // proc_pid_gid_map(5), since Linux 3.5.
	Exe    Reading[string]       // proc_pid_exe(5); absent for kernel threads and zombies.
	Root   Reading[string]       // proc_pid_root(5), seen from the reader's own root.
	Cwd    Reading[string]       // proc_pid_cwd(5).
	Limits Reading[[]Limit]      // proc_pid_limits(5), since Linux 2.6.24.

	// Dumpable is PR_GET_DUMPABLE of prctl(2), as far as the owner of the files in /proc/PID gives it away: absent for the
	// root of a user namespace, for kernel threads and zombies, and outside of procfs.
	Dumpable Reading[bool]
}

// Limit is one resource limit of a process; see getrlimit(2).
type Limit struct {
	Name string          // The kernel's name without "Max", in lower case.
	Soft Reading[uint64] // In the unit of the limit: bytes, seconds, files, processes….
}

// Detail reads the details of one task. The zero Detail's readings are absent: so are those of a task that vanished. It may
// be called while a scan runs.
func (s *Scanner) Detail(pid, tid int32) Detail {
	d := Detail{TaskKey: TaskKey{PID: pid, TID: tid}}
	r := s.proc.NewReader()
	open := func() error { return r.Open(pid) }
	if tid != pid {
		open = func() error { return r.OpenThread(pid, tid) }
	}
	if err := open(); err != nil {
		d.Status = reading.None[proc.Status](reading.Why(err))
		return d
	}
	defer r.Close()
	var stat proc.Stat
	if err := r.Stat(&stat); err == nil {
		d.Start = stat.Start
	}
	d.Status = reading.From(r.Status())
	d.UIDMap = reading.From(r.UIDMap())
	d.GIDMap = reading.From(r.GIDMap())
	d.Dumpable = readDumpable(r, &d)
	d.Exe, d.Root, d.Cwd = r.Exe(), r.Root(), r.Cwd()
	d.Limits = reading.From(readLimits(s.roots.Proc, int(pid)))
	return d
}

// readDumpable reads whether the open task is dumpable, beside what is known of it.
func readDumpable(r *proc.Reader, d *Detail) Reading[bool] {
	status, ok := d.Status.Get()
	uid, gid, err := r.Owner()
	if !ok || err != nil {
		return reading.None[bool](reading.Why(err))
	}
	return dumpable(&status, owner{uid, gid}, d.UIDMap.Or(nil), d.GIDMap.Or(nil))
}

// readLimits reads the soft limits of a process.
func readLimits(root string, pid int) ([]Limit, error) {
	fs, err := procfs.NewFS(root)
	if err != nil {
		return nil, fmt.Errorf("open proc: %w", err)
	}
	process, err := fs.Proc(pid)
	if err != nil {
		return nil, fmt.Errorf("open process %d: %w", pid, err)
	}
	limits, err := process.Limits()
	if err != nil {
		return nil, fmt.Errorf("limits of %d: %w", pid, err)
	}
	return []Limit{
		{"cpu time", limit(limits.CPUTime)},
		{"file size", limit(limits.FileSize)},
		{"data size", limit(limits.DataSize)},
		{"stack size", limit(limits.StackSize)},
		{"core file size", limit(limits.CoreFileSize)},
		{"resident set", limit(limits.ResidentSet)},
		{"processes", limit(limits.Processes)},
		{"open files", limit(limits.OpenFiles)},
		{"locked memory", limit(limits.LockedMemory)},
		{"address space", limit(limits.AddressSpace)},
		{"file locks", limit(limits.FileLocks)},
		{"pending signals", limit(limits.PendingSignals)},
		{"msgqueue size", limit(limits.MsqqueueSize)},
		{"nice priority", limit(limits.NicePriority)},
		{"rt priority", limit(limits.RealtimePriority)},
		{"rt timeout", limit(limits.RealtimeTimeout)},
	}, nil
}

// unlimited is how procfs writes the limit that the kernel calls "unlimited".
const unlimited = 1<<64 - 1

func limit(value uint64) Reading[uint64] {
	if value == unlimited {
		return reading.None[uint64](reading.Unlimited)
	}
	return reading.Of(value)
}
