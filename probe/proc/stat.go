package proc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Stat is what /proc/PID/stat tells of a process, or /proc/PID/task/TID/stat of a thread; see proc_pid_stat(5).
type Stat struct {
	PID   int32  // Field 1, in the pid namespace that /proc was mounted in; the thread's own number for a thread.
	Comm  string // Field 2, raw: at most 15 bytes (63 for a kernel worker), any byte but NUL among them.
	State byte   // Field 3: one of RSDZTtXIP.
	PPID  int32  // Field 4; 0 where the parent is outside of the pid namespace.
	Flags uint32 // Field 9: the PF_ bits of linux/sched.h; see Kernel.

	// User and System are fields 14 and 15: the CPU time used in user mode and in the kernel, in steps of 10 ms
	// (the kernel's USER_HZ is 100). Time of threads that have ended is counted for the process.
	User, System time.Duration

	Threads int32  // Field 20: the threads of the process, those of a zombie included. Never 0.
	Start   uint64 // Field 22: ticks of 10 ms from boot, as the reader's time namespace sees it, to its start.
	RSS     uint64 // Field 24, in bytes: memory in RAM, approximate by up to some dozen pages per CPU.
	PSR     int32  // Field 39: the CPU it ran on last; a sleeper may since have been forbidden to run there.
}

// tick is the unit of times in stat: 1/USER_HZ seconds.
const tick = time.Second / 100

// flagKernel is PF_KTHREAD.
const flagKernel = 0x00200000

// Kernel reports whether this is a kernel thread.
func (s *Stat) Kernel() bool { return s.Flags&flagKernel != 0 }

const statFile = "stat\x00"

// errStat is returned for a stat line that is cut or malformed.
var errStat = errors.New("malformed stat line")

// Stat reads /proc/PID/stat into a record. A Comm that is there already and has not changed is kept, so that reading
// into the record of the previous scan allocates nothing. On error the record is as it was.
func (r *Reader) Stat(into *Stat) error {
	text, err := r.read(statFile)
	if err != nil {
		return err
	}
	return r.takeStat(text, into)
}

// StatOf is Stat for a process that need not be open, for two thirds of what opening it first would cost. It closes what
// was open before. Whether it is still the same process, its Start tells.
func (r *Reader) StatOf(pid int32, into *Stat) error {
	r.Close()
	r.pid, r.tid = pid, 0
	r.path = append(appendPath(r.path[:0], pid, 0), "/stat\x00"...)
	text, err := r.slurp(r.dir.procfs, r.dir.fd, string(r.path))
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ESRCH):
		return r.gone()
	case err != nil:
		return fmt.Errorf("read %s: %w", r.name(statFile), err)
	}
	return r.takeStat(text, into)
}

// takeStat reads a stat line into a record.
func (r *Reader) takeStat(text []byte, into *Stat) error {
	if err := into.parse(text); err != nil {
		return fmt.Errorf("read %s: %w", r.name(statFile), err)
	}
	if into.Threads == 0 {
		return r.gone()
	}
	return nil
}

// ParseStat reads a stat line, as proc_pid_stat(5) has it.
func ParseStat(line []byte) (Stat, error) {
	var s Stat
	err := s.parse(line)
	return s, err
}

// parse reads a stat line. The name may hold spaces, parentheses and newlines, so it ends at the last parenthesis.
//
// The kernel writes 0 threads, and 0 as parent and CPU time, for a process that is just being reaped: no process has
// 0 threads.
func (s *Stat) parse(line []byte) error {
	begin, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if begin < 0 || end < begin || line[len(line)-1] != '\n' {
		return errStat
	}
	head, f := fields{rest: line[:begin]}, fields{rest: line[end+1:]}
	next := Stat{PID: head.int32(), Comm: s.Comm}
	state := f.word()
	next.PPID = f.int32()
	f.skip(4) // pgrp, session, tty_nr, tpgid
	next.Flags = f.uint32()
	f.skip(4) // minflt, cminflt, majflt, cmajflt
	next.User = time.Duration(f.uint64()) * tick
	next.System = time.Duration(f.uint64()) * tick
	f.skip(4) // cutime, cstime, priority, nice
	next.Threads = f.int32()
	f.skip(1) // itrealvalue
	next.Start = f.uint64()
	f.skip(1) // vsize
	next.RSS = f.uint64() * uint64(os.Getpagesize())
	f.skip(14) // from rsslim to exit_signal
	next.PSR = f.int32()
	if head.bad || f.bad || len(state) != 1 {
		return errStat
	}
	next.State = state[0]
	if comm := line[begin+1 : end]; string(comm) != s.Comm {
		next.Comm = string(comm)
	}
	*s = next
	return nil
}
