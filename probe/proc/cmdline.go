package proc

import (
	"bytes"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// maxCmdline bounds a command line, in bytes. Longer ones are cut.
const maxCmdline = 4 << 10

// Cmdline reads /proc/PID/cmdline: the arguments, joined by one blank and raw otherwise, at most 4 KiB of them. It is
// empty for a zombie and for a kernel thread. If it has not changed, previous itself is returned, and nothing
// allocated. See proc_pid_cmdline(5).
//
// The text is in memory of the process, which may write what it likes there. The kernel locks that memory to read it:
// the call hangs as long as the process itself hangs with the lock held, and only the calling goroutine hangs with it.
func (r *Reader) Cmdline(previous string) (string, error) {
	r.calls++
	fd, err := openat(r.dir.procfs, r.fd, cmdlineFile, unix.O_RDONLY)
	if err != nil {
		return "", r.failed(cmdlineFile, err)
	}
	r.calls += 2 // To read it and to close it.
	defer shut(r.dir.procfs, fd)
	n, err := unix.Read(fd, r.buf[:maxCmdline])
	if err != nil {
		return "", r.failed(cmdlineFile, err)
	}
	text := joinArguments(r.buf[:n])
	if string(text) == previous {
		return previous, nil
	}
	return string(text), nil
}

const cmdlineFile = "cmdline\x00"

// joinArguments puts a blank in place of each NUL that ends an argument, in place, and drops those at the end.
func joinArguments(text []byte) []byte {
	text = bytes.TrimRight(text, "\x00")
	for i, b := range text {
		if b == 0 {
			text[i] = ' '
		}
	}
	return text
}

// Exe reads the link /proc/PID/exe: the path of the program, with " (deleted)" behind it if it was removed. It is
// Absent for a kernel thread, a zombie and a process that is gone, and Denied without the right to trace the process
// (PTRACE_MODE_READ_FSCREDS in ptrace(2)). The path is as seen from the reader's root. See proc_pid_exe(5).
func (r *Reader) Exe() reading.Reading[string] { return r.target("exe\x00") }

// Root reads the link /proc/PID/root: the root directory, as chroot(2) or a container sets it, seen from the
// reader's root; "/" also stands for a root in another mount namespace. It fails like Exe does. See proc_pid_root(5).
func (r *Reader) Root() reading.Reading[string] { return r.target("root\x00") }

// Cwd reads the link /proc/PID/cwd: the working directory, as seen from the reader's root. It fails like Exe does.
// See proc_pid_cwd(5).
func (r *Reader) Cwd() reading.Reading[string] { return r.target("cwd\x00") }

// target reads a link to a path.
func (r *Reader) target(file string) reading.Reading[string] {
	text, err := readlinkat(r.dir.procfs, r.fd, file, r.buf)
	if err != nil && !r.alive() {
		return reading.None[string](reading.Absent)
	}
	return reading.From(string(text), err)
}
