package proc

import (
	"errors"
	"fmt"
)

// Schedstat is what /proc/PID/schedstat tells of the thread that leads a process, or /proc/PID/task/TID/schedstat of a
// thread; see scheduler/sched-stats in the kernel's documents. Since Linux 2.6.9.
//
// A thread of which the same Known figures are read twice has not run in between: they are exact, unlike
// the CPU time of Stat, which is in steps of 10 ms. What only the thread itself can change is then as it was.
type Schedstat struct {
	Run    uint64 // Time on a CPU, in nanoseconds.
	Slices uint64 // How often it was put onto a CPU.
}

// Known reports whether the kernel keeps count (CONFIG_SCHED_INFO): every thread has run once.
func (s Schedstat) Known() bool { return s.Run > 0 && s.Slices > 0 }

const schedstatFile = "schedstat\x00"

// errSchedstat is returned for a schedstat file that is malformed.
var errSchedstat = errors.New("malformed schedstat line")

// Schedstat reads /proc/PID/schedstat.
func (r *Reader) Schedstat() (Schedstat, error) {
	text, err := r.read(schedstatFile)
	if err != nil {
		return Schedstat{}, err
	}
	f := fields{rest: text}
	s := Schedstat{Run: f.uint64()}
	f.skip(1) // How long it waited for a CPU.
	s.Slices = f.uint64()
	if f.bad {
		return Schedstat{}, fmt.Errorf("read %s: %w", r.name(schedstatFile), errSchedstat)
	}
	return s, nil
}
