package spawn

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ErrMapHelper is returned where newuidmap(1) or newgidmap(1) was started and did not map the ids.
var ErrMapHelper = errors.New("the ids are not mapped")

// Error says on which stage of the way to the command the kernel refused, as in "setns net: operation not permitted".
type Error struct {
	Stage string
	Err   error // A syscall.Errno.
}

// Error returns the stage and the kernel's word.
func (e *Error) Error() string { return e.Stage + ": " + e.Err.Error() }

// Unwrap returns the kernel's error.
func (e *Error) Unwrap() error { return e.Err }

// ExecError says that everything was ready but the command could not be started.
type ExecError struct {
	Path string // As given, even where it was looked for in the directories of PATH.
	Err  error  // A syscall.Errno; ENOENT as well for a program whose interpreter or dynamic linker is missing.
}

// Error names the command and the kernel's word.
func (e *ExecError) Error() string { return "exec " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the kernel's error.
func (e *ExecError) Unwrap() error { return e.Err }

// Code returns the exit code by which shells tell this error: 127 for a command that is not there, 126 for any other.
func (e *ExecError) Code() int {
	if errors.Is(e.Err, unix.ENOENT) || errors.Is(e.Err, unix.ENOTDIR) {
		return 127
	}
	return 126
}
