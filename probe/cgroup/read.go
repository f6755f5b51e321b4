package cgroup

import (
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// maxFile is the size beyond which no control file is believed.
const maxFile = 1 << 20

// open opens a control file. Should a fixture have a pipe or a device in its place, it must not block.
func open(dir int, path []byte) (int, error) {
	return openat(dir, path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
}

// readFile reads a file of a group into the tree's buffer; the bytes are valid until the next call. The kernel hands out
// such a file in one piece, so that a reading shorter than the buffer was all of it.
func (t *Tree) readFile(dir int, path []byte) ([]byte, error) {
	fd, err := open(dir, path)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	for total := 0; total < maxFile; {
		n, err := unix.Read(fd, t.buf[total:])
		if err != nil {
			return nil, err
		}
		total += n
		if n == 0 || total < len(t.buf) {
			return t.buf[:total], nil
		}
		t.buf = slices.Grow(t.buf, len(t.buf))[:2*len(t.buf)]
	}
	return nil, unix.EFBIG
}

// Procs returns the processes in a group, from cgroup.procs, in the kernel's order, which is not sorted in version 2 and
// may name a process twice. A process outside the reader's pid namespace is 0. In a threaded group of version 2 the file
// answers EOPNOTSUPP: unsupported. It is for hierarchies whose members /proc/PID/cgroup does not tell, and for groups
// that hold threads without the leading thread of their process: version 1 lists such a process, like any other.
func (t *Tree) Procs(path string) reading.Reading[[]int32] { return t.pids(path, "cgroup.procs\x00") }

// Threads returns the threads in a group, in no order: from tasks of version 1, from cgroup.threads (since Linux 4.14) of
// version 2. A thread outside the reader's pid namespace is 0.
func (t *Tree) Threads(path string) reading.Reading[[]int32] {
	if t.mount.Version == 1 {
		return t.pids(path, "tasks\x00")
	}
	return t.pids(path, "cgroup.threads\x00")
}

// pids reads a file of numbers, which ends with a NUL.
func (t *Tree) pids(path, file string) reading.Reading[[]int32] {
	dir, err := t.openGroup(path)
	if err != nil {
		return reading.None[[]int32](reading.Why(err))
	}
	defer unix.Close(dir) //nolint:errcheck // Nothing was written.
	fd, err := open(dir, []byte(file))
	if err != nil {
		return reading.None[[]int32](reading.Why(err))
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	var list pidList
	for {
		n, err := unix.Read(fd, t.buf)
		if err != nil {
			return reading.None[[]int32](reading.Why(err))
		}
		if n == 0 {
			list.end() // The kernel ends the last line, an editor may not.
			return reading.Of(list.pids)
		}
		list.add(t.buf[:n])
	}
}

// pidList collects numbers, one on a line, of a text that comes in pieces.
type pidList struct {
	pids    []int32
	number  int32
	started bool // A digit of the number was there.
}

func (l *pidList) add(text []byte) {
	for _, c := range text {
		if c < '0' || c > '9' {
			l.end()
			continue
		}
		l.number, l.started = l.number*10+int32(c-'0'), true
	}
}

// end ends a number.
func (l *pidList) end() {
	if l.started {
		l.pids = append(l.pids, l.number)
	}
	l.number, l.started = 0, false
}
