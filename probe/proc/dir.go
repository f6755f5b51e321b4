package proc

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"

	"golang.org/x/sys/unix"
)

// Dir is an open root of processes. Its methods may be called from several goroutines at once, Close excepted.
type Dir struct {
	fd     int
	path   string
	procfs bool // The owner of a process's directory is its user; elsewhere it is whoever made the directory.
}

// Entry is one process of a listing.
type Entry struct {
	// PID is the process's number in the pid namespace that the root was mounted in.
	PID int32
	// Inode is that of /proc/PID. Two listings that show the same PID and Inode show the same process. The inode
	// of a living process changes when the kernel drops its caches, so a change may also mean nothing.
	Inode uint64
}

// Open opens a root, such as "/proc". The root is read relative to this descriptor from then on; see proc(5).
func Open(path string) (*Dir, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	var fs unix.Statfs_t
	if err := unix.Fstatfs(fd, &fs); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("statfs %s: %w", path, err)
	}
	return &Dir{fd: fd, path: path, procfs: fs.Type == unix.PROC_SUPER_MAGIC}, nil
}

// Kernel reports whether the root is the kernel's own proc filesystem. What its links name can be opened; elsewhere they are
// but texts.
func (d *Dir) Kernel() bool { return d.procfs }

// Close closes the root. Its readers cannot open processes afterwards.
func (d *Dir) Close() error {
	if err := unix.Close(d.fd); err != nil {
		return fmt.Errorf("close %s: %w", d.path, err)
	}
	d.fd = -1
	return nil
}

// NewReader returns a reader of this root's processes, to be used by one goroutine at a time.
func (d *Dir) NewReader() *Reader {
	return &Reader{dir: d, fd: -1, buf: make([]byte, firstBuffer)}
}

// listBlock is how many bytes of directory entries are asked for at once. More is not faster.
const listBlock = 32 << 10

// List lists the processes, sorted by pid, into buf, which grows as needed; see getdents(2). Where /proc is mounted
// with hidepid=2 the processes of other users are missing without an error.
func (d *Dir) List(buf []Entry) ([]Entry, error) {
	found := buf[:0]
	err := list(d.fd, ".\x00", make([]byte, listBlock), func(pid int32, inode uint64) {
		found = append(found, Entry{PID: pid, Inode: inode})
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", d.path, err)
	}
	slices.SortFunc(found, func(a, b Entry) int { return cmp.Compare(a.PID, b.PID) })
	return found, nil
}

// list calls found for each numbered directory in a directory, using block as its buffer.
func list(dir int, path string, block []byte, found func(number int32, inode uint64)) error {
	fd, err := openat(false, dir, path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	for {
		n, err := unix.Getdents(fd, block)
		if err != nil || n == 0 {
			return err //nolint:wrapcheck // The callers name the directory.
		}
		for number, inode := range numbered(block[:n]) {
			found(number, inode)
		}
	}
}

// The layout of struct linux_dirent64; see getdents(2).
const (
	direntLength = 16
	direntType   = 18
	direntName   = 19
)

// numbered yields the numbered directories in a block of directory entries, with their inodes.
func numbered(block []byte) iter.Seq2[int32, uint64] {
	return func(yield func(int32, uint64) bool) {
		for entry := range entries(block) {
			number, ok := directoryNumber(entry)
			if ok && !yield(number, binary.NativeEndian.Uint64(entry)) {
				return
			}
		}
	}
}

// entries yields the entries in a block of them.
func entries(block []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(block) > direntName {
			length := int(binary.NativeEndian.Uint16(block[direntLength:]))
			if length <= direntName || length > len(block) || !yield(block[:length]) {
				return
			}
			block = block[length:]
		}
	}
}

// directoryNumber returns the number that names a directory, written as the kernel writes it: without leading zeros.
func directoryNumber(entry []byte) (int32, bool) {
	if entry[direntType] != unix.DT_DIR && entry[direntType] != unix.DT_UNKNOWN {
		return 0, false
	}
	name, _, _ := bytes.Cut(entry[direntName:], []byte{0})
	number, ok := parseNumber(name)
	return int32(number), ok && name[0] != '0' && number <= math.MaxInt32
}
