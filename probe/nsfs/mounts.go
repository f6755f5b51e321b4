package nsfs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// MountID returns the number by which Mounts takes a mount namespace. NS_GET_MNTNS_ID, since Linux 6.11; unsupported before.
func (f File) MountID() reading.Reading[uint64] {
	return reading.From(ask[uint64](f, unix.NS_GET_MNTNS_ID))
}

// Mounted is a namespace that is mounted somewhere.
type Mounted struct {
	Root       string // Such as net:[4026531840].
	MountPoint string // Relative to the root of the mount namespace; any bytes.
}

// mountRequest is struct mnt_id_req of include/uapi/linux/mount.h.
type mountRequest struct {
	size, spare uint32
	mount       uint64
	param       uint64 // For listmount(2) the last mount that is known, for statmount(2) what is wanted.
	namespace   uint64
}

const (
	requestSize   = 32                 // MNT_ID_REQ_SIZE_VER1
	rootMount     = 0xffffffffffffffff // LSMT_ROOT
	mountsAtATime = 512

	statSuper = 0x01 // STATMOUNT_SB_BASIC
	statRoot  = 0x08 // STATMOUNT_MNT_ROOT
	statPoint = 0x10 // STATMOUNT_MNT_POINT
	statSize  = 16 << 10

	// The layout of struct statmount.
	statMagic   = 24
	statRootAt  = 104
	statPointAt = 108
	statStrings = 512
)

// Mounts returns the namespaces that are mounted in a mount namespace, and needs no process in it; see listmount(2) and
// statmount(2). Only the latest of those mounted on top of each other can be opened. It takes Linux 6.11, before which it answers
// ENOSYS or EINVAL, and CAP_SYS_ADMIN in the user namespace that owns the mount namespace, without which it answers ENOENT or EPERM.
func Mounts(id uint64) ([]Mounted, error) {
	var all []Mounted
	mounts := make([]uint64, mountsAtATime)
	answer := make([]byte, statSize)
	request := mountRequest{size: requestSize, mount: rootMount, namespace: id}
	for {
		n, err := mountCall(unix.SYS_LISTMOUNT, &request, unsafe.Pointer(unsafe.SliceData(mounts)), len(mounts))
		if err != nil {
			return all, fmt.Errorf("list mounts of mount namespace with id %d: %w", id, err)
		}
		for _, mount := range mounts[:n] {
			// One that was unmounted meanwhile is passed over, as is any other that is not told.
			if m, ok := statMount(id, mount, answer); ok {
				all = append(all, m)
			}
		}
		if n < len(mounts) {
			return all, nil
		}
		request.param = mounts[n-1]
	}
}

// statMount returns what a mount shows, where that is a namespace.
func statMount(namespace, mount uint64, answer []byte) (Mounted, bool) {
	request := mountRequest{size: requestSize, mount: mount, param: statSuper, namespace: namespace}
	if !request.stat(answer) || binary.NativeEndian.Uint64(answer[statMagic:]) != unix.NSFS_MAGIC {
		return Mounted{}, false
	}
	request.param = statRoot | statPoint
	if !request.stat(answer) {
		return Mounted{}, false
	}
	return Mounted{Root: stringAt(answer, statRootAt), MountPoint: stringAt(answer, statPointAt)}, true
}

// stat asks for a mount. It reports whether all that is wanted was answered.
func (r *mountRequest) stat(answer []byte) bool {
	clear(answer[:statStrings])
	_, err := mountCall(unix.SYS_STATMOUNT, r, unsafe.Pointer(unsafe.SliceData(answer)), len(answer))
	return err == nil && binary.NativeEndian.Uint64(answer[8:])&r.param == r.param
}

// stringAt returns the string whose place stands at a place of the answer.
func stringAt(answer []byte, at int) string {
	offset := statStrings + int(binary.NativeEndian.Uint32(answer[at:]))
	if offset >= len(answer) {
		return ""
	}
	text, _, _ := bytes.Cut(answer[offset:], []byte{0})
	return string(text)
}

// mountCall makes one of the two calls, which share their form.
func mountCall(number uintptr, request *mountRequest, answer unsafe.Pointer, size int) (int, error) {
	n, _, errno := unix.Syscall6(number, uintptr(unsafe.Pointer(request)), uintptr(answer), uintptr(size), 0, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
