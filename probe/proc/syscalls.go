package proc

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The functions of package unix copy every path into fresh memory to end it with a NUL. The ones here take a path
// that ends with a NUL already, and refuse any other, so that the kernel never reads beyond it. This is the one file
// of the package that uses unsafe: each conversion stands in the argument list of the call, which keeps the memory
// alive and in place until the call returns (rule 4 of package unsafe).
//
// A prompt call is one that the kernel answers without waiting for anybody, as procfs does. Go's scheduler is not told
// of it, which takes a tenth off the cost of a scan. A call that may wait must not be made that way: the collector
// would wait with it, and the whole program for the collector.

// terminated reports whether a path may be handed to the kernel.
func terminated(path string) bool { return len(path) > 0 && path[len(path)-1] == 0 }

// borrow returns bytes as a string without a copy: good for one call, while nobody writes to them.
func borrow(path []byte) string { return unsafe.String(unsafe.SliceData(path), len(path)) }

// openat opens a path relative to a directory; see openat(2).
func openat(prompt bool, dir int, path string, flags int) (int, error) {
	if !terminated(path) {
		return -1, unix.EINVAL
	}
	var fd uintptr
	var errno unix.Errno
	if flags |= unix.O_CLOEXEC; prompt {
		fd, _, errno = unix.RawSyscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
			uintptr(flags), 0, 0, 0)
	} else {
		fd, _, errno = unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
			uintptr(flags), 0, 0, 0)
	}
	if errno != 0 {
		return -1, errno //nolint:wrapcheck // The callers name the file, here and below.
	}
	return int(fd), nil
}

// readlinkat reads a symbolic link relative to a directory into buf; see readlinkat(2).
func readlinkat(prompt bool, dir int, path string, buf []byte) ([]byte, error) {
	if !terminated(path) || len(buf) == 0 {
		return nil, unix.EINVAL
	}
	var n uintptr
	var errno unix.Errno
	if prompt {
		n, _, errno = unix.RawSyscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0, 0)
	} else {
		n, _, errno = unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.StringData(path))),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0, 0)
	}
	if errno != 0 {
		return nil, errno //nolint:wrapcheck // As above.
	}
	return buf[:n], nil
}

// read reads from a descriptor into buf; see read(2).
func read(prompt bool, fd int, buf []byte) (int, error) {
	if !prompt {
		return unix.Read(fd, buf) //nolint:wrapcheck // As above.
	}
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)))
	if errno != 0 {
		return 0, errno //nolint:wrapcheck // As above.
	}
	return int(n), nil
}

// shut closes a descriptor that was only read from, which cannot fail; see close(2).
func shut(prompt bool, fd int) {
	if prompt {
		_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
		return
	}
	_ = unix.Close(fd)
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
