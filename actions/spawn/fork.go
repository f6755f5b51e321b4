package spawn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The runtime keeps these three for package syscall, which calls them around its own fork. They block all signals, so that
// no handler runs in the child; undo that in the parent; and set the child's handlers and mask back to the original ones.

//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

//go:linkname afterForkInChild syscall.runtime_AfterForkInChild
func afterForkInChild()

// fork makes a child by the given call, clone(2) or clone3(2), which must not share memory with it, and returns its process
// number. In the child it goes through the script and never returns.
//
// The child has a copy of this thread alone. Other threads may have held any lock at the time of the fork, so that the
// child's part must not allocate, lock or grow the stack; all that it calls are functions in assembly or marked nosplit. It
// stores no pointer either, since the garbage collector may have been running.
//
//go:noinline
//go:norace
//go:nocheckptr
func fork(birth *call, s *script) (pid int, errno syscall.Errno) {
	beforeFork()
	r, _, errno := syscall.RawSyscall6(birth.nr,
		birth.args[0], birth.args[1], birth.args[2], birth.args[3], birth.args[4], birth.args[5])
	if errno != 0 || r != 0 {
		afterFork()
		return int(r), errno
	}
	s.done |= birth.goal
	last := uintptr(0)
	for i := range s.calls {
		c := &s.calls[i]
		if (c.goal != 0 && s.done&c.goal == c.goal) || (c.unless != 0 && s.done&c.unless == c.unless) {
			continue
		}
		if c.nr == restoreSignals {
			afterForkInChild()
			continue
		}
		first := c.args[0]
		if c.chained {
			first = last
		}
		last, _, errno = syscall.RawSyscall6(c.nr, first, c.args[1], c.args[2], c.args[3], c.args[4], c.args[5])
		if c.told != nil {
			c.told.value, c.told.errno = last, errno
		}
		if errno == 0 && last < c.least {
			errno = syscall.EPIPE
		}
		if errno != 0 && c.may>>errno&1 == 0 {
			s.report.index = int32(i)
			break
		}
		if last == 0 {
			s.done |= c.goal
		}
	}
	s.report.value = int32(errno)
	_, _, _ = syscall.RawSyscall6(unix.SYS_WRITE, s.pipe, uintptr(unsafe.Pointer(&s.report)), messageSize, 0, 0, 0)
	for {
		_, _, _ = syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 1, 0, 0, 0, 0, 0)
	}
}

// birth is the call by which fork makes a child in the new namespaces that flags name.
func (s *script) birth(flags uintptr) call {
	c := call{stage: newStage("clone", flags), nr: unix.SYS_CLONE}
	self := uintptr(unsafe.Pointer(&s.self))
	// The last two parameters are in a different order on amd64 and arm64. One is the thread's local storage, which is left
	// as it is without CLONE_SETTLS; so both get the other's value.
	c.args = [6]uintptr{flags | unix.CLONE_CHILD_SETTID | uintptr(unix.SIGCHLD), 0, 0, self, self}
	return c
}

// birthInto is birth into a group of the v2 hierarchy, given by its directory. CLONE_INTO_CGROUP, since Linux 5.7.
func (s *script) birthInto(flags, group uintptr) call {
	args := &[11]uint64{ // struct clone_args as of Linux 5.7: flags, child_tid, exit_signal and cgroup.
		0:  uint64(flags) | unix.CLONE_CHILD_SETTID | unix.CLONE_INTO_CGROUP,
		2:  uint64(uintptr(unsafe.Pointer(&s.self))),
		4:  uint64(unix.SIGCHLD),
		10: uint64(group),
	}
	return call{
		stage: newStage("clone into the group", flags), nr: unix.SYS_CLONE3,
		args: [6]uintptr{pointer(s, args), unsafe.Sizeof(*args)},
		may:  oneOf(unix.ENOSYS, unix.EINVAL, unix.E2BIG), goal: grouped,
	}
}

// forkAgain has the child fork once more, so that the new one is in the pid namespace that the first one has joined, or
// where flags say so in a new one. It is born as a sibling (CLONE_PARENT), so that the calling process, and not the one in
// between, waits for it. The one in between says its number, as the caller sees it, and ends.
func (s *script) forkAgain(stage string, flags uintptr) {
	tiding := &message{index: tidingForked}
	at := pointer(s, tiding)
	c := s.birth(flags | unix.CLONE_PARENT | unix.CLONE_PARENT_SETTID)
	c.stage, c.goal = stage, forked
	c.args[2] = at + unsafe.Offsetof(tiding.value)
	s.calls = append(s.calls, c)
	s.add(stage, unix.SYS_WRITE, s.pipe, at, messageSize).goal = forked
	s.add(stage, unix.SYS_EXIT_GROUP, 0).goal = forked
}
