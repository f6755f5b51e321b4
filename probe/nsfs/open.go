package nsfs

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// OpenLink opens a namespace by a link that may by now name something else, such as a device; one like "fd/3" below an open
// /proc/PID. Nothing but a namespace is opened, for opening others may do something.
func OpenLink(dir int, path string) (File, error) {
	fd, err := unix.Openat(dir, path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return File{-1}, fmt.Errorf("open namespace %s: %w", path, err)
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	return reopen(fd, path)
}

// OpenMounted opens a namespace by where it is mounted, as it stands in a mountinfo, below a directory that is taken as the
// root. It follows no link, for there is none in a mountinfo, leaves the root nowhere, and mounts nothing by itself: it fails
// with EAGAIN where the kernel would have to ask a server or an automounter. It takes openat2(2), since Linux 5.6.
//
// Before Linux 5.12 the kernel cannot be held back from mounting by itself (RESOLVE_CACHED). There it is EINVAL, unless the
// caller knows that there is nothing to fear.
func OpenMounted(root int, path string, fearless bool) (File, error) {
	how := unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_SYMLINKS | resolveCached,
	}
	fd, err := unix.Openat2(root, path, &how)
	// The kernel gives up as well where somebody mounts something at that moment.
	for again := 0; errors.Is(err, unix.EAGAIN) && again < 16; again++ {
		fd, err = unix.Openat2(root, path, &how)
	}
	if errors.Is(err, unix.EINVAL) && fearless {
		how.Resolve &^= resolveCached
		fd, err = unix.Openat2(root, path, &how)
	}
	if err != nil {
		return File{-1}, fmt.Errorf("open namespace at %s: %w", path, err)
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	return reopen(fd, path)
}

// resolveCached is RESOLVE_CACHED of include/uapi/linux/openat2.h.
const resolveCached = 0x20

// reopen opens the namespace that a descriptor opened with O_PATH stands for.
func reopen(fd int, path string) (File, error) {
	var fs unix.Statfs_t
	err := unix.Fstatfs(fd, &fs)
	if err == nil && fs.Type != unix.NSFS_MAGIC {
		err = ErrNotNamespace
	}
	if err != nil {
		return File{-1}, fmt.Errorf("open namespace %s: %w", path, err)
	}
	return Open(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", fd))
}

// The form of a file handle of a namespace: struct nsfs_file_handle of include/uapi/linux/nsfs.h, and FILEID_NSFS.
const (
	handleType   = 0xf1
	handleLength = 16
)

// OpenID opens a namespace by the number that File.ID tells; see open_by_handle_at(2) with FD_NSFS_ROOT. It takes Linux 6.19;
// with the type and the inode as well, which else are empty and 0, Linux 6.18.
//
// It answers EPERM for one that the caller is not in, unless the caller may see all namespaces: CAP_SYS_ADMIN in the first
// user and pid namespace; and ESTALE for one that is gone.
func OpenID(id uint64, kind string, inode uint64) (File, error) {
	handle := make([]byte, handleLength)
	binary.NativeEndian.PutUint64(handle, id)
	for flag, name := range kinds {
		if name == kind {
			binary.NativeEndian.PutUint32(handle[8:], uint32(flag))
		}
	}
	binary.NativeEndian.PutUint32(handle[12:], uint32(inode))
	fd, err := unix.OpenByHandleAt(unix.FD_NSFS_ROOT, unix.NewFileHandle(handleType, handle), unix.O_RDONLY|unix.O_CLOEXEC)
	if err != nil {
		return File{-1}, fmt.Errorf("open namespace with id %d: %w", id, err)
	}
	return File{fd}, nil
}

// OfSocket opens the network namespace that a socket was made in. SIOCGSKNS, since Linux 4.10. It answers EPERM without
// CAP_NET_ADMIN in the user namespace that owns it, and ENOTTY for what is no socket.
func OfSocket(fd int) (File, error) {
	ns, err := unix.IoctlRetInt(fd, unix.SIOCGSKNS)
	if err != nil {
		return File{-1}, fmt.Errorf("open network namespace of socket: %w", err)
	}
	return File{ns}, nil
}

// kinds are the names of the types by their clone(2) flags.
var kinds = map[int]string{
	unix.CLONE_NEWUSER: "user", unix.CLONE_NEWNS: "mnt", unix.CLONE_NEWPID: "pid", unix.CLONE_NEWNET: "net",
	unix.CLONE_NEWUTS: "uts", unix.CLONE_NEWIPC: "ipc", unix.CLONE_NEWCGROUP: "cgroup", unix.CLONE_NEWTIME: "time",
}

// Kind returns the type of a namespace, such as "net", empty for one that is not known here. NS_GET_NSTYPE, since Linux 4.11.
func (f File) Kind() (string, error) {
	flag, err := unix.IoctlRetInt(f.fd, unix.NS_GET_NSTYPE)
	if err != nil {
		return "", fmt.Errorf("ask for the type of a namespace: %w", err)
	}
	return kinds[flag], nil
}
