package spawn

import (
	"bytes"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// suspend stops this process since the command was stopped. It does as ctrl-Z: all of its group stops, so that the shell
// sees the whole job stopped, also where it is a script that has started this program. Once that is continued, resume
// follows.
//
// Nothing here waits for the stop: it comes soon, and whoever continues the group sends SIGCONT in any case, even if that
// comes first.
func (p *Process) suspend() {
	p.terminal.take()
	if !stops() {
		p.resume()
		return
	}
	_ = unix.Kill(0, unix.SIGTSTP) // It may always signal itself.
}

// resume continues the command, in the foreground if the shell has put this process there.
func (p *Process) resume() {
	t := p.terminal
	if had := t.given; t.give(p.pid) && had {
		return // It runs there already.
	}
	_ = unix.Kill(-p.pid, unix.SIGCONT)
}

// stops reports whether SIGTSTP stops this process. Nothing else than the default action does; and where nobody would ever
// continue the group again, the kernel drops the signal.
func stops() bool {
	var action [4]uintptr // struct sigaction of the kernel, on amd64 and arm64 alike; the handler comes first.
	const maskSize = 8
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGTSTP), 0,
		uintptr(unsafe.Pointer(&action)), maskSize, 0, 0)
	const byDefault = 0
	return errno == 0 && action[0] == byDefault && !orphaned()
}

// orphaned reports whether this process's group is out of the hands of any shell; see setpgid(2). A shell is a parent in
// another group of the same session: that of this process or of one that is further up in the group.
func orphaned() bool {
	for parent := os.Getppid(); parent > 0; parent = parentOf(parent) {
		if session, err := unix.Getsid(parent); err != nil || session != ownSession() {
			return true
		}
		if group, err := unix.Getpgid(parent); err != nil || group != unix.Getpgrp() {
			return err != nil
		}
	}
	return true
}

func ownSession() int {
	session, _ := unix.Getsid(0) // It never fails for oneself.
	return session
}

// parentOf reads the parent of a process from /proc/PID/stat, whose second field ends with the last bracket; 0 if it is
// gone.
func parentOf(pid int) int {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(string(fields[1])) // The kernel wrote a number.
	return parent
}
