package spawn

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// errVanished is returned where the child was killed on the way.
var errVanished = errors.New("killed before the command began")

// follow reads what the child has to say, until there is nobody left to say anything: the command does not have the
// connection. It returns the command's number, which is not the child's if that has forked once more.
func (l *launch) follow(child int) (pid int, err error) {
	pid = child
	for {
		m, open, readErr := l.read()
		if readErr != nil {
			err = readErr
			_ = unix.Kill(child, unix.SIGKILL)
		}
		if !open {
			break
		}
		switch m.index {
		case tidingForked:
			pid = int(m.value)
		case tidingReady:
			if err = l.answer(child); err != nil {
				_ = unix.Kill(child, unix.SIGKILL)
			}
		default:
			err = l.failure(m)
		}
	}
	return l.settle(child, pid, err)
}

// settle waits for what is not the command: the child in between, and all if something went wrong.
func (l *launch) settle(child, pid int, err error) (int, error) {
	if err == nil && l.forksAgain() && pid == child {
		err = &Error{"fork again", errVanished}
	}
	if pid != child || err != nil {
		reap(child)
	}
	if pid != child && err != nil {
		reap(pid)
	}
	return pid, err
}

func (l *launch) forksAgain() bool {
	for i := range l.calls {
		if l.calls[i].goal == forked {
			return true
		}
	}
	return false
}

// answer prepares the child and lets it go on.
func (l *launch) answer(child int) error {
	if err := l.prepare(child); err != nil {
		return err
	}
	if _, err := unix.Write(l.control, []byte{0}); err != nil {
		return fmt.Errorf("let the child go on: %w", err)
	}
	return nil
}

// read returns the child's next message; open is false after the last.
func (l *launch) read() (m message, open bool, err error) {
	buf := (*[messageSize]byte)(unsafe.Pointer(&m))
	for {
		n, err := unix.Read(l.control, buf[:])
		// The reset tells of a child that ended without reading an answer; what it had to say comes after that.
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNRESET) {
			continue
		}
		if err != nil {
			return m, false, fmt.Errorf("listen to the child: %w", err)
		}
		return m, n > 0, nil
	}
}

// failure makes an error of the child's last message.
func (l *launch) failure(m message) error {
	errno := syscall.Errno(m.value)
	if int(m.index) >= l.exec {
		return &ExecError{l.path, errno}
	}
	return &Error{l.calls[m.index].stage, errno}
}

// reap waits for a child that ends by itself.
func reap(pid int) {
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
