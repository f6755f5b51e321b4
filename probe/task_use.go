package probe

import (
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// TaskUse is what a process uses beyond its stat. It is read of the watched processes alone, where the same is read of groups.
type TaskUse struct {
	Swap Reading[uint64] // Bytes that are swapped out: VmSwap of proc_pid_status(5); absent for a kernel thread.
	Peak Reading[uint64] // The most resident bytes there ever were: VmHWM.
	// IORead and IOWritten are bytes per second, by proc_pid_io(5); read where groups are read with PartIO. They are absent at the
	// first reading, and denied where the reader may not look into the process.
	IORead, IOWritten Reading[float64]

	done Reading[proc.IO]
	at   time.Duration
}

// uses reports whether the current scan reads what watched processes use.
func (s *Scanner) uses() bool {
	return s.parts&(cgroup.PartSwap|cgroup.PartMemoryPeak|cgroup.PartIO) != 0
}

// readUse reads what the open process uses. The status is what was just read of it.
func (r *taskReader) readUse(t *Task, status *proc.Status, err error) *TaskUse {
	if !r.scanner.uses() {
		return nil
	}
	before := t.Use
	use := &TaskUse{Swap: status.Swap, Peak: status.PeakResident, at: r.scanner.now()}
	if err != nil {
		why := reading.None[uint64](reading.Why(err))
		use.Swap, use.Peak = why, why
	}
	if r.scanner.parts&cgroup.PartIO == 0 || t.Kernel {
		return use
	}
	done, err := r.IO()
	use.done = reading.From(done, err)
	was, now := Reading[proc.IO]{}, use.done
	took := time.Duration(0)
	if before != nil {
		was, took = before.done, use.at-before.at
	}
	bytes := func(of func(proc.IO) uint64) Reading[float64] {
		if why := now.State(); why != reading.Present {
			return reading.None[float64](why)
		}
		return perSecond(increase(reading.Map(was, of), reading.Map(now, of)), took)
	}
	use.IORead = bytes(func(io proc.IO) uint64 { return io.Read })
	use.IOWritten = bytes(func(io proc.IO) uint64 { return io.Written })
	return use
}
