package proc

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The functions of package unix copy every path into fresh memory to end it with a NUL. The ones here take a path
// that ends with a NUL already, and refuse any other, so that the kernel never reads beyond it. This is the one file
// of the package that uses unsafe: each conversion stands in the argument list of the call, which keeps the memory
// alive and in place until the call returns (rule 4 of package unsafe).

// terminated reports whether a path may be handed to the kernel.
func terminated(path string) bool { return len(path) > 0 && path[len(path)-1] == 0 }

// openat opens a path relative to a directory; see openat(2).
func openat(dir int, path string, flags int) (int, error) {
	if !terminated(path) {
		return -1, unix.EINVAL
	}
	fd, _, errno := unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
		uintptr(flags|unix.O_CLOEXEC), 0, 0, 0)
	if errno != 0 {
		return -1, errno //nolint:wrapcheck // The callers name the file, here and below.
	}
	return int(fd), nil
}

// readlinkat reads a symbolic link relative to a directory into buf; see readlinkat(2).
func readlinkat(dir int, path string, buf []byte) ([]byte, error) {
	if !terminated(path) || len(buf) == 0 {
		return nil, unix.EINVAL
	}
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
		uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0, 0)
	if errno != 0 {
		return nil, errno //nolint:wrapcheck // As above.
	}
	return buf[:n], nil
}

// exists asks for a file relative to a directory; see faccessat(2) with F_OK.
func exists(dir int, path string) error {
	if !terminated(path) {
		return unix.EINVAL
	}
	_, _, errno := unix.Syscall(unix.SYS_FACCESSAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))), unix.F_OK)
	if errno != 0 {
		return errno //nolint:wrapcheck // As above.
	}
	return nil
}
