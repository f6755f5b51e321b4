package proc

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"golang.org/x/sys/unix"
)

// Descriptors calls found for each open descriptor whose link in /proc/PID/fd is of the form KIND:[INODE], as those of
// namespaces (net:[4026531840]), sockets and pipes are; see proc_pid_fd(5). The kind is valid until found returns. A descriptor
// that is closed meanwhile is passed over. The answer tells how many descriptors were looked at, of whatever kind, and whether
// there are more than the given most, which were left.
//
// It takes the right to trace the process, PTRACE_MODE_READ_FSCREDS in ptrace(2), without which it answers EACCES. Of a
// zombie there are none.
func (r *Reader) Descriptors(most int, found func(fd int32, kind []byte, inode uint64)) (looked int, more bool, err error) {
	dir, err := openat(r.dir.procfs, r.fd, fdFile, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return 0, false, r.failed(fdFile, err)
	}
	defer shut(r.dir.procfs, dir)
	if len(r.block) == 0 {
		r.block = make([]byte, firstBuffer)
	}
	for {
		n, err := unix.Getdents(dir, r.block)
		if err != nil {
			return looked, false, r.failed(fdFile, err)
		}
		if n == 0 {
			return looked, false, nil
		}
		for entry := range entries(r.block[:n]) {
			fd, name, ok := descriptorName(entry)
			if !ok {
				continue
			}
			if looked >= most {
				return looked, true, nil
			}
			looked++
			if err := r.descriptor(dir, fd, name, found); err != nil {
				return looked, false, r.failed(fdFile, err)
			}
		}
	}
}

// Descriptor calls found where the link of one descriptor is of the form KIND:[INODE]; see Descriptors.
func (r *Reader) Descriptor(fd int32, found func(fd int32, kind []byte, inode uint64)) error {
	name := append(strconv.AppendInt([]byte("fd/"), int64(fd), 10), 0)
	if err := r.descriptor(r.fd, fd, name, found); err != nil {
		return r.failed(fdFile, err)
	}
	return nil
}

// descriptorName returns the number that a directory entry names, and the name with the NUL behind it. The directory itself, and
// the one above, are none.
func descriptorName(entry []byte) (fd int32, name []byte, ok bool) {
	name = entry[direntName:]
	name = name[:bytes.IndexByte(name, 0)+1]
	if len(name) == 0 {
		return 0, nil, false
	}
	number, ok := parseNumber(name[:len(name)-1])
	return int32(number), name, ok && number <= math.MaxInt32
}

// descriptor reads the link of a descriptor.
func (r *Reader) descriptor(dir int, fd int32, name []byte, found func(fd int32, kind []byte, inode uint64)) error {
	text, err := readlinkat(r.dir.procfs, dir, borrow(name), r.buf)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.EINVAL): // It was closed, or is no link.
		return nil
	case err != nil:
		return err
	}
	if kind, inode, ok := cutNamespace(text); ok {
		found(fd, kind, inode)
	}
	return nil
}

const fdFile = "fd\x00"
