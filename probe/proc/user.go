package proc

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// errNoUser is returned for a status file without a user.
var errNoUser = errors.New("no effective user in the Uid line")

// UID returns the effective user id, as seen from the reader's user namespace: 65534 where that has no number for it.
//
// In procfs this is the owner of the directory /proc/PID. The kernel shows the effective user there even of a process
// that is not dumpable, unlike at the files within; see "/proc/PID" in proc(5). In any other root it is the second
// number of the Uid line of PID/status.
func (r *Reader) UID() (uint32, error) {
	if !r.dir.procfs {
		return r.statusUID()
	}
	r.calls++
	var stat unix.Stat_t
	if err := unix.Fstat(r.fd, &stat); err != nil {
		return 0, r.failed("", err)
	}
	// The kernel also says that root owns the directory of a process that is gone.
	if stat.Uid == 0 && !r.alive() {
		return 0, r.gone()
	}
	return stat.Uid, nil
}

func (r *Reader) statusUID() (uint32, error) {
	text, err := r.read(statusFile)
	if err != nil {
		return 0, err
	}
	_, line, _ := bytes.Cut(text, []byte("\nUid:"))
	f := fields{rest: line}
	f.skip(1) // real
	uid := f.uint32()
	if f.bad {
		return 0, fmt.Errorf("read %s: %w", r.name(statusFile), errNoUser)
	}
	return uid, nil
}

// Owner returns the user and group that the files in /proc/PID belong to: the effective ones of a process that is dumpable,
// else the root of its user namespace; see "/proc/PID" in proc(5). Of a zombie it is root. Outside of procfs the answer says
// nothing: ErrOwner.
func (r *Reader) Owner() (uid, gid uint32, err error) {
	if !r.dir.procfs {
		return 0, 0, ErrOwner
	}
	var stat unix.Stat_t
	if err := unix.Fstatat(r.fd, "status", &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return 0, 0, r.failed(statusFile, err)
	}
	return stat.Uid, stat.Gid, nil
}

// ErrOwner is returned where files are not the kernel's own, so that their owner tells nothing.
var ErrOwner = errors.New("not in procfs")
