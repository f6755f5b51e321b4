package spawn

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// call is a system call that the child makes.
type call struct {
	stage   string // What it is good for, in words of an error.
	nr      uintptr
	args    [6]uintptr
	chained bool    // The first argument is what the call before it returned.
	least   uintptr // A smaller result is a failure.
	may     errnos  // Errors that are no failure: the script goes on.
	goal    goals   // What has been reached once the call returned 0. A call is left out where its goal has been reached.
	unless  goals   // The call is left out where all these have been reached.
	told    *outcome
}

// outcome is what a call came to, in memory that parent and child share.
type outcome struct {
	value uintptr
	errno syscall.Errno
}

// restoreSignals stands in place of a system call's number. The child then sets the signals' handlers and mask to what the
// command is to have.
const restoreSignals = ^uintptr(0)

// goals is a set of what calls may bring about: for namespaces the CLONE_NEW flag of their type, and those below.
type goals uint64

const (
	grouped goals = 1 << (32 + iota) // The child is in its group of the v2 hierarchy.
	forked                           // This is the child of the second fork, not the one in between.
)

// errnos is a set of errors with numbers below 64.
type errnos uint64

const anyErrno = ^errnos(0)

func oneOf(list ...syscall.Errno) errnos {
	var set errnos
	for _, errno := range list {
		set |= 1 << errno
	}
	return set
}

// message is what the child tells its parent: which call failed with which errno, or one of the tidings below.
type message struct{ index, value int32 }

const messageSize = unsafe.Sizeof(message{})

const (
	tidingForked int32 = -1 - iota // The command is the process whose number is the value.
	tidingReady                    // The child waits until the parent has prepared its namespaces.
	tidingFiles                    // The message brings files.
)

// script is what the child does. The parent writes it; the child changes only its own copy of the memory.
type script struct {
	calls  []call
	done   goals
	report message // Where the child writes what it has to say.
	pipe   uintptr // The child's end of its connection with the parent.
	self   int32   // The child's number as it sees it itself; CLONE_CHILD_SETTID.
	kept   []any   // What the calls' arguments point to, so that it lives as long as the script.
	err    error   // The first that could not be written down.
}

// add appends a call. What it returns may be changed until the next one is added.
func (s *script) add(stage string, nr uintptr, args ...uintptr) *call {
	s.calls = append(s.calls, call{stage: stage, nr: nr})
	c := &s.calls[len(s.calls)-1]
	copy(c.args[:], args)
	return c
}

// pointer makes an argument of what p points to, which must have been allocated on its own.
func pointer[T any](s *script, p *T) uintptr {
	s.kept = append(s.kept, p)
	return uintptr(unsafe.Pointer(p))
}

// text makes an argument of a string.
func (s *script) text(text string) uintptr {
	p, err := syscall.BytePtrFromString(text)
	if err != nil {
		s.fail(fmt.Errorf("pass on %q: %w", text, err))
		return 0
	}
	return pointer(s, p)
}

// texts makes an argument of a list of strings.
func (s *script) texts(texts []string) uintptr {
	list, err := syscall.SlicePtrFromStrings(texts)
	if err != nil {
		s.fail(fmt.Errorf("pass on %q: %w", texts, err))
		return 0
	}
	s.kept = append(s.kept, list)
	return pointer(s, &list[0])
}

// file makes an argument of an open file.
func (s *script) file(f *os.File) uintptr {
	s.kept = append(s.kept, f)
	return f.Fd()
}

func (s *script) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
