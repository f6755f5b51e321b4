package spawn

import (
	"fmt"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// launch is a start of a command, as the parent sees it.
type launch struct {
	script
	births  []call          // Ways to make the child, the best first.
	prepare func(int) error // What is done to the child, of the given number, once it waits for it.
	control int             // The parent's end of its connection with the child.
	opened  []int           // Descriptors to be closed when all is done.
	exec    int             // The index of the first call that starts the command.
	path    string          // The command, for errors.
}

// newLaunch makes a launch with an empty script, which close frees.
func newLaunch() (*launch, error) {
	// Each message on this kind of socket stays one, and reading says that all other ends are closed.
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("connect with the child: %w", err)
	}
	l := &launch{control: ends[0], opened: []int{ends[1]}}
	l.pipe = uintptr(l.above(ends[1]))
	// The child must hold no copy of the parent's end, or it would not see the parent die.
	l.add("close the parent's end", unix.SYS_CLOSE, uintptr(l.control))
	return l, nil
}

// above returns a copy of a descriptor that the three of the command will not replace.
func (l *launch) above(fd int) int {
	const least = 3
	copied, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, least)
	if err != nil {
		l.fail(fmt.Errorf("copy descriptor %d: %w", fd, err))
		return -1
	}
	l.opened = append(l.opened, copied)
	return copied
}

// close frees what the parent had to open.
func (l *launch) close() {
	l.closeOpened()
	_ = unix.Close(l.control) // Nothing that was written can be lost here or above.
}

func (l *launch) closeOpened() {
	for _, fd := range l.opened {
		_ = unix.Close(fd)
	}
	l.opened = nil
}

// await has the child wait until the parent has prepared it.
func (l *launch) await(prepare func(pid int) error) {
	l.prepare = prepare
	const stage = "wait for the parent"
	l.add(stage, unix.SYS_WRITE, l.pipe, pointer(&l.script, &message{index: tidingReady}), messageSize)
	// At the end of the connection, because the parent has died, it reads 0.
	l.add(stage, unix.SYS_READ, l.pipe, pointer(&l.script, new(byte)), 1).least = 1
}

// start forks and stays in touch with the child until it has become the command.
func (l *launch) start() (pid int, err error) {
	if l.err != nil {
		return 0, l.err
	}
	pid, err = l.fork()
	l.closeOpened() // Above all the child's end, so that reading ends with the child.
	if err != nil {
		return 0, err
	}
	return l.follow(pid)
}

// fork makes the child in the first way that the kernel knows.
func (l *launch) fork() (pid int, err error) {
	l.report.index = int32(len(l.calls)) // For when all calls have failed as they may.
	// As for any fork: nobody else may be about to mark a new descriptor as not to be passed on.
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
	for _, birth := range l.births {
		var errno syscall.Errno
		pid, errno = fork(&birth, &l.script)
		if errno == 0 {
			runtime.KeepAlive(l)
			return pid, nil
		}
		err = &Error{birth.stage, errno}
		if birth.may>>errno&1 == 0 {
			break
		}
	}
	return 0, err
}
