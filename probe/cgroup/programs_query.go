package cgroup

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// queryEffective asks for all programs that run for a group, those attached to groups above among them: BPF_F_QUERY_EFFECTIVE,
// since Linux 4.15.
const queryEffective = 1

// mostPrograms is how many programs of a kind are asked for at first: the kernel lets up to 64 be attached to a group.
const mostPrograms = 64

// programQuery is the part of union bpf_attr in linux/bpf.h that BPF_PROG_QUERY takes. The package ebpf asks the same, but does
// not tell the flags.
type programQuery struct {
	target, attach, flags, attachFlags uint32
	ids                                uint64 // An address, as all pointers in a bpf_attr are: of 64 bits everywhere.
	count, _                           uint32
	programFlags                       uint64 // The same; since Linux 6.0.
}

// The lengths of programQuery that kernels know.
const (
	queryBefore60 = unsafe.Offsetof(programQuery{}.programFlags)
	queryWhole    = unsafe.Sizeof(programQuery{})
)

// queryPrograms asks which programs are attached to a group and with which flags; see bpf(2). Of those of the security modules
// the kernel tells the flags one by one, and insists on it: these are all "multi".
func queryPrograms(dir int, point ebpf.AttachType, flags uint32) (ids []uint32, attachFlags uint32, err error) {
	for size := mostPrograms; ; size *= 2 {
		ids, each := make([]uint32, size), make([]uint32, size)
		var pinned runtime.Pinner
		q := programQuery{target: uint32(dir), attach: uint32(point), flags: flags, ids: address(&pinned, ids), count: uint32(size)}
		length := queryBefore60
		if point == ebpf.AttachLSMCgroup && flags == 0 {
			q.programFlags, length = address(&pinned, each), queryWhole
		}
		_, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_QUERY, uintptr(unsafe.Pointer(&q)), length)
		pinned.Unpin()
		switch {
		case errors.Is(errno, unix.ENOSPC) && size < 1<<16:
			continue
		case errno != 0:
			return nil, 0, errno
		}
		ids = ids[:min(int(q.count), size)]
		if q.programFlags != 0 && len(ids) > 0 {
			q.attachFlags = each[0]
		}
		return ids, q.attachFlags, nil
	}
}

// address returns where numbers lie, and keeps them there while they are pinned.
func address(pinned *runtime.Pinner, numbers []uint32) uint64 {
	pinned.Pin(&numbers[0])
	return uint64(uintptr(unsafe.Pointer(&numbers[0])))
}
