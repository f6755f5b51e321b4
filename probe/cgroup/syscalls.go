package cgroup

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The functions of package unix copy every path into fresh memory to end it with a NUL. The ones here take a path that
// ends with a NUL already, and refuse any other. This is the one file of the package that uses unsafe: each conversion
// stands in the argument list of the call, which keeps the memory alive and in place until the call returns.

// terminated reports whether a path may be handed to the kernel.
func terminated(path []byte) bool { return len(path) > 0 && path[len(path)-1] == 0 }

// openat opens a path relative to a directory; see openat(2).
func openat(dir int, path []byte, flags int) (int, error) {
	if !terminated(path) {
		return -1, unix.EINVAL
	}
	fd, _, errno := unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.SliceData(path))),
		uintptr(flags|unix.O_CLOEXEC), 0, 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// wanted are the facts that statx is asked for.
const wanted = unix.STATX_TYPE | unix.STATX_INO | unix.STATX_NLINK

// statx asks for the facts of a file relative to a directory, without following a symbolic link; see statx(2), which is
// the same call on every architecture. Since Linux 4.11.
func statx(dir int, path []byte, st *unix.Statx_t) error {
	if !terminated(path) {
		return unix.EINVAL
	}
	_, _, errno := unix.Syscall6(unix.SYS_STATX, uintptr(dir), uintptr(unsafe.Pointer(unsafe.SliceData(path))),
		unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, wanted, uintptr(unsafe.Pointer(st)), 0)
	if errno != 0 {
		return errno
	}
	return nil
}
