package actions

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// Watcher waits for an alarm that is set. The alarm ends with it.
type Watcher struct {
	kernel  Kernel
	step    Watch
	trigger int // The descriptor that has the trigger. It is no os.File: that would be waited for by epoll, and told no cause.
	wake    *os.File
	woken   *os.File // Readable once the watcher is closed.
	using   sync.Mutex
	closed  bool
}

// Watch sets an alarm. The error is of the kernel, in words where they are known: EACCES and EPERM where the group may not be
// written to, EOPNOTSUPP where no pressure is measured, EINVAL for a window that is not allowed.
func (k Kernel) Watch(w Watch) (*Watcher, error) {
	trigger, err := k.trigger(w)
	if err != nil {
		return nil, fmt.Errorf("set alarm on %s: %w", w.Group.GroupKey, w.explained(gone(err)))
	}
	woken, wake, err := os.Pipe()
	if err != nil {
		_ = unix.Close(trigger)
		return nil, fmt.Errorf("set alarm on %s: %w", w.Group.GroupKey, err)
	}
	return &Watcher{kernel: k, step: w, trigger: trigger, wake: wake, woken: woken}, nil
}

// trigger opens the file of pressure and writes the trigger to it.
func (k Kernel) trigger(w Watch) (int, error) {
	root, err := k.open(w.Group)
	if err != nil {
		return -1, err
	}
	defer root.Close() //nolint:errcheck // It was not written to.
	dir, err := root.Open(".")
	if err != nil {
		return -1, err //nolint:wrapcheck // The caller names the group.
	}
	defer dir.Close() //nolint:errcheck // It was not written to.
	fd, err := unix.Openat(int(dir.Fd()), w.Alarm.File(), unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: w.Group.file(w.Alarm.File()), Err: err}
	}
	// The kernel wants the whole line in one write, and takes the last byte for its end.
	if _, err := unix.Write(fd, append([]byte(w.Alarm.Line()), 0)); err != nil {
		_ = unix.Close(fd)
		return -1, &os.PathError{Op: "write", Path: w.Group.file(w.Alarm.File()), Err: err}
	}
	return fd, nil
}

// explained puts an error of the kernel into words.
func (w Watch) explained(err error) error {
	says := ""
	switch {
	case errors.Is(err, unix.EOPNOTSUPP):
		says = noPSI(w.Group, w.Alarm).Error()
	case errors.Is(err, unix.EBUSY):
		says = "this descriptor has a trigger already"
	case errors.Is(err, unix.EPERM):
		says = "before Linux 6.5 it takes CAP_SYS_RESOURCE"
	case errors.Is(err, unix.EACCES):
		says = "it takes the right to write " + w.Alarm.File() + ", which is the owner's of the group"
	case errors.Is(err, unix.EINVAL):
		says = fmt.Sprintf("the kernel takes no %q: without CAP_SYS_RESOURCE the window is a multiple of %s", w.Alarm.Line(), UnprivilegedWindow)
	default:
		return err
	}
	return fmt.Errorf("%s: %w", says, err)
}

// Alarm is what the watcher waits for, and Group where.
func (w *Watcher) Alarm() Alarm { return w.step.Alarm }

// Group returns the group that the alarm is set on.
func (w *Watcher) Group() Group { return w.step.Group }

// Next waits until the alarm goes off, which it does at most once in each window. It returns ErrGone once the group is removed,
// ErrUnmeasured once its pressure is no longer measured, and context.Canceled once the watcher is closed.
func (w *Watcher) Next() error {
	w.using.Lock()
	defer w.using.Unlock()
	for !w.closed {
		fds := []unix.PollFd{{Fd: int32(w.trigger), Events: unix.POLLPRI}, {Fd: int32(w.woken.Fd()), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, -1)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return fmt.Errorf("wait for the alarm: %w", err)
		case fds[1].Revents != 0:
			return fmt.Errorf("wait for the alarm: %w", context.Canceled)
		case fds[0].Revents&(unix.POLLERR|unix.POLLNVAL|unix.POLLHUP) != 0:
			return fmt.Errorf("wait for the alarm on %s: %w", w.step.Group.GroupKey, w.ended())
		case fds[0].Revents&unix.POLLPRI != 0:
			return nil
		}
	}
	return fmt.Errorf("wait for the alarm: %w", context.Canceled)
}

// ended says why the kernel took the trigger away: it does where the group is removed, and where 0 is written to its
// cgroup.pressure, since Linux 6.1. See "cgroup.pressure" in the kernel's cgroup-v2 document.
func (w *Watcher) ended() error {
	group := w.step.Group
	if err := w.kernel.stands(group); errors.Is(err, ErrReplaced) {
		return fmt.Errorf("%w: %w", ErrGone, err)
	} else if err != nil {
		return err
	}
	if w.kernel.roots.Knob(group.Dir(), w.step.Alarm.File()).State() == reading.Absent { // It goes before cgroup.pressure says 0.
		return fmt.Errorf("%w: %w", ErrUnmeasured, turnedOff(group))
	}
	return fmt.Errorf("%w: %w", ErrUnmeasured, refuse("it was turned off, and is on again").help("set the alarm anew"))
}

// stands returns no error where the group is still there. Its removal takes the files first and the directory at last, and keeps
// it locked meanwhile: to list the directory waits for that, and only then is it looked for.
func (k Kernel) stands(group Group) error {
	root, err := k.open(group)
	if err != nil {
		return err
	}
	_, _ = fs.ReadDir(root.FS(), ".") // What it says is of before the removal, or nothing.
	_ = root.Close()
	if root, err = k.open(group); err != nil {
		return err
	}
	return root.Close() //nolint:wrapcheck // The caller names the group.
}

// Close ends the alarm. It may be called while Next waits, which it ends, and more than once.
func (w *Watcher) Close() error {
	_, woke := w.wake.Write([]byte{0})
	w.using.Lock()
	defer w.using.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	if err := errors.Join(woke, unix.Close(w.trigger), w.wake.Close(), w.woken.Close()); err != nil {
		return fmt.Errorf("end the alarm: %w", err)
	}
	return nil
}
