package proc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	firstBuffer = 4 << 10 // Holds every file of most processes, and the longest path that a link may have.
	lastBuffer  = 4 << 20 // The longest file, status with 65,536 groups, stays below 1 MiB.
)

// errTooLong is returned for a file that no kernel writes.
var errTooLong = errors.New("longer than 4 MiB")

// Reader reads the files of one process or thread at a time. It is made by Dir.NewReader.
type Reader struct {
	dir      *Dir
	fd       int    // The directory of the process or thread, or -1.
	pid, tid int32  // What fd is; tid is 0 for a process.
	path     []byte // Scratch for the path of fd.
	buf      []byte // Scratch for the content of files.
	block    []byte // Scratch for directory entries and lines, where buf is in use.
	calls    int    // How many system calls it made for the facts that a scan reads.
}

// Open opens /proc/PID, and closes what was open before.
func (r *Reader) Open(pid int32) error { return r.open(pid, 0) }

// OpenThread opens /proc/PID/task/TID, and closes what was open before. Every method then speaks of the thread alone:
// of its CPU time, its namespaces, its groups.
func (r *Reader) OpenThread(pid, tid int32) error { return r.open(pid, tid) }

func (r *Reader) open(pid, tid int32) error {
	r.Close()
	r.pid, r.tid = pid, tid
	r.calls++
	r.path = append(appendPath(r.path[:0], pid, tid), 0)
	fd, err := openat(r.dir.procfs, r.dir.fd, string(r.path), unix.O_PATH|unix.O_DIRECTORY)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ESRCH):
		return r.gone()
	case err != nil:
		return fmt.Errorf("open %s: %w", r.name(""), err)
	}
	r.fd = fd
	return nil
}

// FD returns the descriptor of the open directory, which was opened with O_PATH, for opening what lies below it. It is the
// reader's: good until it opens another one or is closed, and -1 where none is open.
func (r *Reader) FD() int { return r.fd }

// Calls returns how many system calls the reader has made so far for the facts that a scan reads: stat, schedstat, cgroup,
// cmdline, the user and the namespaces. What is unchanged should cost none, and that is how it is known.
func (r *Reader) Calls() int { return r.calls }

// appendPath appends the path of a process or thread below the root.
func appendPath(path []byte, pid, tid int32) []byte {
	path = strconv.AppendInt(path, int64(pid), 10)
	if tid != 0 {
		path = append(path, "/task/"...)
		path = strconv.AppendInt(path, int64(tid), 10)
	}
	return path
}

// Close closes the process or thread, if one is open. The reader can open the next one.
func (r *Reader) Close() {
	if r.fd >= 0 {
		r.calls++
		shut(r.dir.procfs, r.fd)
	}
	r.fd = -1
}

// name returns the path of a file of the process, for messages.
func (r *Reader) name(file string) string {
	path := r.dir.path + "/" + string(appendPath(nil, r.pid, r.tid))
	if file == "" {
		return path
	}
	return path + "/" + strings.TrimSuffix(file, "\x00")
}

// gone returns ErrGone with the name of the process.
func (r *Reader) gone() error { return fmt.Errorf("%s: %w", r.name(""), ErrGone) }

// failed returns what an error met at a file means: that the process is gone, or the error with the file's name.
func (r *Reader) failed(file string, err error) error {
	if !r.alive() {
		return r.gone()
	}
	return fmt.Errorf("read %s: %w", r.name(file), err)
}

// alive reports whether the process was not yet reaped. It must be asked after each failure, since the kernel has
// many answers for a process that is gone: ESRCH, ENOENT, and EACCES for a link in ns.
func (r *Reader) alive() bool {
	r.calls++
	err := exists(r.fd, statFile)
	return !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ESRCH)
}

// read reads a whole file of the open process, one that the kernel writes without waiting for anybody. The bytes are valid
// until the next call of any method.
func (r *Reader) read(file string) ([]byte, error) {
	text, err := r.slurp(r.dir.procfs, r.fd, file)
	if err != nil {
		return nil, r.failed(file, err)
	}
	return text, nil
}

// slurp reads a whole file by its path from a directory.
func (r *Reader) slurp(prompt bool, dir int, path string) ([]byte, error) {
	r.calls++
	fd, err := openat(prompt, dir, path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	r.calls++
	defer shut(prompt, fd)
	length := 0
	for {
		r.calls++
		n, err := read(prompt, fd, r.buf[length:])
		if err != nil {
			return nil, err
		}
		// The kernel writes each of these files in one go, so that a read that leaves room has read all.
		if length += n; length < len(r.buf) {
			return r.buf[:length], nil
		}
		if len(r.buf) >= lastBuffer {
			return nil, errTooLong
		}
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
}
