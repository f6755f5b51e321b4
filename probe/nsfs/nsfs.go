// Package nsfs asks open namespaces about themselves: their identity, their owner and their parent.
//
// A descriptor of /proc/PID/ns/TYPE, or of a bind mount of one such as /run/netns/blue, answers the calls of
// ioctl_ns(2). Nothing here enters a namespace. Who holds a File keeps the namespace alive, and so its inode number
// from being given to another one.
package nsfs

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The inode numbers of the namespaces that the system booted with, on every kernel since Linux 3.8, and since 4.6 and 5.6
// for the types that came then; see include/uapi/linux/nsfs.h. The first mnt and net namespace have their number on new
// kernels only (6.18 has it, 6.1 has not); none but them has it on any.
const (
	InitialIPC    uint64 = 0xEFFFFFFF
	InitialUTS    uint64 = 0xEFFFFFFE
	InitialUser   uint64 = 0xEFFFFFFD
	InitialPID    uint64 = 0xEFFFFFFC
	InitialCgroup uint64 = 0xEFFFFFFB
	InitialTime   uint64 = 0xEFFFFFFA
	InitialNet    uint64 = 0xEFFFFFF9
	InitialMnt    uint64 = 0xEFFFFFF8
)

// ErrNotNamespace is returned by Open for a file that is no namespace.
var ErrNotNamespace = errors.New("not a namespace")

// File is an open namespace. It is a plain descriptor that no finalizer closes: whoever opened it calls Close.
type File struct{ fd int }

// Nested reports whether namespaces of a type, such as "net", have parents. Only user and pid namespaces do.
func Nested(kind string) bool { return kind == "user" || kind == "pid" }

// Open opens a namespace, such as "20553/ns/net" below an open /proc, or any path with unix.AT_FDCWD. The links of
// another user's process answer EACCES, and those that a process does not have, such as most of a zombie's, ENOENT.
func Open(dir int, path string) (File, error) {
	// A path that is not what it should be may be a pipe or a device, which O_NONBLOCK keeps from blocking.
	fd, err := unix.Openat(dir, path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return File{-1}, fmt.Errorf("open namespace %s: %w", path, err)
	}
	f := File{fd}
	var fs unix.Statfs_t
	if err = unix.Fstatfs(fd, &fs); err == nil && fs.Type != unix.NSFS_MAGIC {
		err = ErrNotNamespace
	}
	if err != nil {
		_ = f.Close()
		return File{-1}, fmt.Errorf("open namespace %s: %w", path, err)
	}
	return f, nil
}

// Close closes the namespace.
func (f File) Close() error {
	if err := unix.Close(f.fd); err != nil {
		return fmt.Errorf("close namespace: %w", err)
	}
	return nil
}

// Owner opens the user namespace that owns this one; for a user namespace that is its parent. NS_GET_USERNS, since
// Linux 4.9. It answers EPERM for the initial user namespace, and where the owner lies outside the caller's own user
// namespace and those below it.
func (f File) Owner() (File, error) { return f.related(unix.NS_GET_USERNS, "owner") }

// Parent opens the parent of a user or pid namespace. NS_GET_PARENT, since Linux 4.9. It answers EPERM for the initial
// namespaces, and where the parent lies outside the caller's own namespace and those below it; EINVAL for other types.
func (f File) Parent() (File, error) { return f.related(unix.NS_GET_PARENT, "parent") }

func (f File) related(request uint, what string) (File, error) {
	fd, err := unix.IoctlRetInt(f.fd, request)
	if err != nil {
		return File{-1}, fmt.Errorf("open %s of namespace: %w", what, err)
	}
	return File{fd}, nil
}

// ask has the kernel write the answer to a request into answer, which must be of the size that the request encodes.
func ask[T uint32 | uint64](f File, request uint) (T, error) {
	var answer T
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(f.fd), uintptr(request), uintptr(unsafe.Pointer(&answer)))
	if errno != 0 {
		return 0, errno
	}
	return answer, nil
}

// Detach returns the namespace as a file that is the caller's to close in place of this one.
func (f File) Detach(name string) *os.File { return os.NewFile(uintptr(f.fd), name) }
