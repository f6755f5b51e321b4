package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// process is a process that is held: its directory in /proc stays its own, and answers ESRCH or ENOENT once it is gone,
// whoever gets its number then. To pidfd_send_signal(2) such a descriptor is as good as one of pidfd_open(2), since
// Linux 5.1, and it can be had of a host that is laid out elsewhere.
type process struct {
	dir *os.Root
	key probe.TaskKey
}

// hold opens a task, and refuses one that is not the one that was seen.
func (k Kernel) hold(key probe.TaskKey) (process, error) {
	path := filepath.Join(k.roots.Proc, decimal(key.PID))
	if key.TID != key.PID {
		path = filepath.Join(path, "task", decimal(key.TID))
	}
	dir, err := os.OpenRoot(path)
	if err != nil {
		return process{}, fmt.Errorf("open process %d: %w", key.TID, gone(err))
	}
	p := process{dir, key}
	start, err := p.start()
	if err == nil && start != key.Start {
		err = ErrReplaced
	}
	if err != nil {
		_ = dir.Close()
		return process{}, fmt.Errorf("process %d: %w", key.TID, err)
	}
	return p, nil
}

// start reads when the process started. It fails once the process is gone.
func (p process) start() (uint64, error) {
	text, err := readKnob(p.dir, "stat")
	if err != nil {
		if errors.Is(err, syscall.ESRCH) {
			err = fmt.Errorf("%w: %w", ErrGone, err)
		}
		return 0, gone(err)
	}
	stat, err := proc.ParseStat([]byte(text + "\n"))
	if err != nil {
		return 0, fmt.Errorf("read stat: %w", err)
	}
	return stat.Start, nil
}

// holdAny opens the process that has a pid now.
func (k Kernel) holdAny(pid int32) (process, error) {
	dir, err := os.OpenRoot(filepath.Join(k.roots.Proc, decimal(pid)))
	if err != nil {
		return process{}, fmt.Errorf("open process %d: %w", pid, gone(err))
	}
	p := process{dir, probe.TaskKey{PID: pid, TID: pid}}
	if p.key.Start, err = p.start(); err != nil {
		p.close()
		return process{}, err
	}
	return p, nil
}

// close lets go of the process. It was only read from.
func (p process) close() { _ = p.dir.Close() }

// send sends a signal to the held process, and to no other.
func (p process) send(s unix.Signal) error {
	dir, err := p.dir.Open(".")
	if err != nil {
		return fmt.Errorf("open process %d: %w", p.key.PID, gone(err))
	}
	defer dir.Close() //nolint:errcheck // It was only held.
	if err := unix.PidfdSendSignal(int(dir.Fd()), s, nil, 0); err != nil {
		return fmt.Errorf("signal process %d: %w", p.key.PID, err)
	}
	return nil
}

// retries is how often a move is tried again that the kernel refuses because the task is still being made.
const (
	retries    = 5
	retryPause = 30 * time.Millisecond
)

// move writes a task's number into its new group. It looks before and after whether the number is still the task's: in
// between it cannot have been given away and come back.
func (k Kernel) move(ctx context.Context, m Move) (Done, error) {
	p, err := k.hold(m.Task)
	if err != nil {
		return Done{}, err
	}
	defer p.close()
	if err := p.in(m.From.GroupKey); err != nil {
		return Done{}, err
	}
	dir, err := k.open(m.To)
	if err != nil {
		return Done{}, err
	}
	defer dir.Close() //nolint:errcheck // What was written to is closed already.
	for try := 0; ; try++ {
		err = writeKnob(dir, m.File, decimal(m.number()))
		if try == retries || !errors.Is(err, syscall.EINVAL) {
			break
		}
		select {
		case <-ctx.Done():
			return Done{}, context.Cause(ctx)
		case <-time.After(retryPause):
		}
	}
	if err != nil {
		return Done{}, err
	}
	k.react(m)
	done := Done{Step: m, Inverse: m.Inverse(), Says: fmt.Sprintf("%s is in %s", m.subject(), m.To.GroupKey)}
	if _, err := p.start(); err != nil {
		done.Inverse = nil
		return done, fmt.Errorf("%s ended meanwhile, so that another process of this number may have been moved: %w", m.subject(), err)
	}
	return done, nil
}

// in refuses a task that is in another group by now than the plan has it in.
func (p process) in(group probe.GroupKey) error {
	text, err := readKnob(p.dir, "cgroup")
	if err != nil {
		return gone(err)
	}
	memberships, err := proc.ParseCgroup([]byte(text + "\n"))
	if err != nil {
		return fmt.Errorf("read cgroup: %w", err)
	}
	for i := range memberships {
		m := &memberships[i]
		if probe.HierarchyLabel(m) == group.Hierarchy && m.Path != group.Path {
			return fmt.Errorf("%w: %s %d is in %s by now", ErrStale, p.kind(), p.key.TID, probe.GroupKey{Hierarchy: group.Hierarchy, Path: m.Path})
		}
	}
	return nil
}

// kind names what is held.
func (p process) kind() string {
	if p.key.TID != p.key.PID {
		return "thread"
	}
	return "process"
}

// subject names what moves.
func (m Move) subject() string {
	if m.File == fileProcs {
		return fmt.Sprintf("process %d", m.Task.PID)
	}
	return fmt.Sprintf("thread %d", m.Task.TID)
}

// signal sends a signal through the held process, so that no other can get it.
func (k Kernel) signal(s Signal) (Done, error) {
	p, err := k.hold(s.Task)
	if err != nil {
		return Done{}, err
	}
	defer p.close()
	if err := p.send(s.Signal); err != nil {
		return Done{}, err
	}
	return Done{Step: s, Inverse: s.Inverse(), Says: fmt.Sprintf("SIG%s sent to %d", signalName(s.Signal), s.Task.PID)}, nil
}
