package spawn

import (
	"os"

	"golang.org/x/sys/unix"
)

// restoreLimit gives the command the soft limit of open files that this process was started with. The runtime raises its
// own to one below the hard limit, and keeps the former one for package syscall alone. It was inherited from the parent,
// which still has it, unless that is a Go program too; or may not be asked, and then it stays raised.
func (l *launch) restoreLimit() {
	var own unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &own) != nil || own.Cur != own.Max-1 {
		return
	}
	limit := new(unix.Rlimit)
	if unix.Prlimit(os.Getppid(), unix.RLIMIT_NOFILE, nil, limit) != nil || limit.Max != own.Max || limit.Cur > own.Cur {
		return
	}
	l.add("limit open files", unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, pointer(&l.script, limit)).may = anyErrno
}
