package spawn

import (
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// terminal is the controlling terminal of this process, with a command that has the foreground in its place.
type terminal struct {
	fd     int
	group  int           // This process's group.
	given  bool          // The command has the foreground.
	ours   *unix.Termios // The terminal's modes while this process has it, and
	theirs *unix.Termios // while the command does; nil for what they are.
}

// foreground returns the terminal behind a descriptor if this process is in the foreground there, or else nil.
func foreground(stdin int) *terminal {
	group, err := unix.IoctlGetInt(stdin, unix.TIOCGPGRP)
	if err != nil || group != unix.Getpgrp() {
		return nil
	}
	modes, err := unix.IoctlGetTermios(stdin, unix.TCGETS)
	if err != nil {
		return nil
	}
	fd, err := unix.FcntlInt(uintptr(stdin), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil
	}
	return &terminal{fd: fd, group: group, given: true, ours: modes}
}

// lead adds the calls by which the child takes the foreground with a group of its own. While its signals are blocked, the
// kernel does not stop it for doing so from the background.
func (s *script) lead(tty int) {
	const stage = "take the terminal"
	s.add(stage, unix.SYS_SETPGID, 0, 0)
	s.add(stage, unix.SYS_IOCTL, uintptr(tty), unix.TIOCSPGRP, uintptr(unsafe.Pointer(&s.self)))
}

// take brings the foreground back to this process. Its errors tell of a terminal that has hung up.
func (t *terminal) take() {
	if !t.given {
		return
	}
	t.given = false
	t.theirs, _ = unix.IoctlGetTermios(t.fd, unix.TCGETS)
	t.put(t.group, t.ours)
}

// give hands the foreground over to the command if this process has it, and reports whether the command has it now.
func (t *terminal) give(group int) bool {
	now, err := unix.IoctlGetInt(t.fd, unix.TIOCGPGRP)
	if err != nil {
		return false
	}
	if now == t.group {
		t.ours, _ = unix.IoctlGetTermios(t.fd, unix.TCGETS)
		t.put(group, t.theirs)
		now = group
	}
	t.given = now == group
	return t.given
}

// put sets the foreground and, if they are known, the modes.
func (t *terminal) put(group int, modes *unix.Termios) {
	withoutStops(func() {
		_ = unix.IoctlSetPointerInt(t.fd, unix.TIOCSPGRP, group)
		if modes != nil {
			_ = unix.IoctlSetTermios(t.fd, unix.TCSETS, modes)
		}
	})
}

func (t *terminal) close() {
	t.take()
	_ = unix.Close(t.fd)
}

// withoutStops runs f while this thread blocks SIGTTOU, by which the kernel stops who changes the terminal from the
// background.
func withoutStops(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var stop, before unix.Sigset_t
	stop.Val[0] = 1 << (unix.SIGTTOU - 1)
	if unix.PthreadSigmask(unix.SIG_BLOCK, &stop, &before) != nil {
		return
	}
	f()
	_ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil)
}

// fromTerminal reports whether the terminal has most likely sent a signal, to the command as well. It sends to the whole
// foreground group, which both are in if the command has no group of its own.
func (p *Process) fromTerminal(s os.Signal) bool {
	if p.terminal != nil || s != unix.SIGINT && s != unix.SIGQUIT && s != unix.SIGWINCH {
		return false
	}
	tty, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(tty) //nolint:errcheck // Nothing was written.
	group, err := unix.IoctlGetInt(tty, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
