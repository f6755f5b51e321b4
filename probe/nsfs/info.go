package nsfs

import (
	"fmt"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// Info is what a namespace says of itself.
type Info struct {
	// Device and Inode are those of the namespace's file; together they identify it while it lives. The inode is the
	// number in the link text of /proc/PID/ns/TYPE. Both are 0 where not even fstat(2) was answered.
	Device, Inode uint64
	// ID is the number that is never given to another namespace until the next boot. NS_GET_ID, since Linux 6.18.
	ID reading.Reading[uint64]
	// Owner is the inode of the owning user namespace; for a user namespace that of its parent. NS_GET_USERNS, since
	// Linux 4.9. Denied for the initial user namespace, which has none, and where the owner is out of the caller's scope.
	Owner reading.Reading[uint64]
	// OwnerUID is the effective user id of whoever made the owning user namespace, and for a user namespace of whoever
	// made that itself, as the caller's user namespace has it (65534 where it has no such user). NS_GET_OWNER_UID,
	// since Linux 4.11.
	OwnerUID reading.Reading[uint32]
	// Parent is the inode of the parent of a user or pid namespace, absent for other types. NS_GET_PARENT, since Linux
	// 4.9. Denied for the initial namespaces (see InitialUser, InitialPID), which have none, and where it is out of scope.
	Parent reading.Reading[uint64]
}

// Inspect asks a namespace everything; nested is what Nested says of its type, and spares the others a question. It
// takes 6 system calls, and 10 for a pid namespace. See ioctl_ns(2).
func (f File) Inspect(nested bool) Info {
	info := Info{ID: f.ID()}
	info.Device, info.Inode, _ = f.Stat() // It fails for closed files only.
	var uid reading.Reading[uint32]
	if nested {
		uid = f.makerUID()
	}
	if uid.State() == reading.Present { // Only user namespaces answer.
		info.OwnerUID = uid
		info.Owner = f.inode(unix.NS_GET_USERNS)
		info.Parent = info.Owner // To the kernel they are one and the same.
		return info
	}
	info.Owner, info.OwnerUID = f.owner()
	if nested {
		info.Parent = f.inode(unix.NS_GET_PARENT)
	}
	return info
}

// ID returns the number that is never given to another namespace until the next boot, of any type. NS_GET_ID, since
// Linux 6.18; unsupported before.
func (f File) ID() reading.Reading[uint64] { return reading.From(ask[uint64](f, unix.NS_GET_ID)) }

// makerUID returns who made a user namespace; EINVAL for other types, so that they are unsupported.
func (f File) makerUID() reading.Reading[uint32] {
	return reading.From(ask[uint32](f, unix.NS_GET_OWNER_UID))
}

// owner returns the inode of the owning user namespace and who made that.
func (f File) owner() (reading.Reading[uint64], reading.Reading[uint32]) {
	fd, err := unix.IoctlRetInt(f.fd, unix.NS_GET_USERNS)
	if err != nil {
		why := reading.Why(err)
		return reading.None[uint64](why), reading.None[uint32](why)
	}
	owner := File{fd}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	_, inode, err := owner.Stat()
	return reading.From(inode, err), owner.makerUID()
}

// inode returns the inode of a related namespace.
func (f File) inode(request uint) reading.Reading[uint64] {
	fd, err := unix.IoctlRetInt(f.fd, request)
	if err != nil {
		return reading.None[uint64](reading.Why(err))
	}
	_, inode, err := File{fd}.Stat()
	_ = unix.Close(fd) // Nothing was written.
	return reading.From(inode, err)
}

// Stat returns the device and inode of the namespace's file; see Info.
func (f File) Stat() (device, inode uint64, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(f.fd, &st); err != nil {
		return 0, 0, fmt.Errorf("stat namespace: %w", err)
	}
	return uint64(st.Dev), uint64(st.Ino), nil //nolint:unconvert // They are narrower on some architectures.
}
