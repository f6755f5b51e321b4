package spawn

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Run says which new namespaces a command is started in, and what is set up in them before it begins.
type Run struct {
	// Flags are the CLONE_NEW flags of the types that are to be new.
	Flags int
	// Unshare has the child make the namespaces by unshare(2), in place of being born in them by clone(2). Then the command
	// itself stays outside of a new pid namespace, and its first child becomes pid 1 there. The same holds for a time
	// namespace before Linux 6.1; since then a program enters it by execve(2).
	Unshare bool
	// UIDMap and GIDMap number the users and groups of a new user namespace; see user_namespaces(7). Without the right to do
	// otherwise they have one line that maps one's own number, and DenySetgroups must be set.
	UIDMap, GIDMap []IDMap
	MapHelpers     bool // Have newuidmap(1) and newgidmap(1) write them, which know the ranges of /etc/subuid and /etc/subgid.
	DenySetgroups  bool // Forbid setgroups(2) in the new user namespace.
	// UID and GID are what the command runs as, by the numbers of the new user namespace if there is one.
	UID, GID  *uint32
	MountProc bool          // Mount a new /proc; with a new mnt namespace, and if it is to show that, a new pid namespace.
	Hostname  string        // Set in the new uts namespace.
	Loopback  bool          // Set the interface lo up in the new net namespace.
	Monotonic time.Duration // What the clocks of the new time namespace are ahead of those outside. CLOCK_MONOTONIC,
	Boottime  time.Duration // and CLOCK_BOOTTIME.
	// CgroupV2 is the directory of a group of the v2 hierarchy in which the command is born: clone3(2), since Linux 5.7.
	// Before, and with Unshare, it is the first thing that the child does to move there.
	CgroupV2 *os.File
	// Cgroups are as in Enter. A new cgroup namespace has all these groups as its root.
	Cgroups []*os.File
}

// errUnfit is returned for a set-up that would change the namespace that this process is in.
var errUnfit = errors.New("needs a new namespace of that type")

// Run starts the command in new namespaces. It is a direct child of this process. The error is an *Error or *ExecError for
// what the kernel refused.
func (c Command) Run(r Run) (*Process, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	l, err := newLaunch()
	if err != nil {
		return nil, err
	}
	defer l.close()
	atBirth, later, atLast := r.stages()
	l.births = []call{l.birth(atBirth)}
	if r.CgroupV2 != nil {
		l.bearInto(r.CgroupV2, atBirth)
	}
	l.group(r.Cgroups)
	if later != 0 {
		l.add(newStage("unshare", later), unix.SYS_UNSHARE, later)
	}
	if r.prepared() {
		l.await(r.prepare)
	}
	if !r.Unshare && later&unix.CLONE_NEWTIME != 0 {
		l.forkAgain(newStage("clone", atLast), atLast)
	}
	r.setUp(&l.script)
	l.become(r.UID, r.GID)
	return c.launch(l)
}

// stages parts the new namespaces into those that the child is born in, those that it makes afterwards, and those that a
// second child is born in.
//
// A cgroup namespace has the groups of its maker as its root, so that the child first moves to the right ones. The clocks of
// a time namespace can be set only before anyone is in it, so that clone3(2) is of no use; and since the one to enter it is
// then a second child, that is also the one to be pid 1.
func (r Run) stages() (atBirth, later, atLast uintptr) {
	all := uintptr(r.Flags)
	if r.Unshare {
		return 0, all, 0
	}
	later = all & (unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME)
	if later&unix.CLONE_NEWTIME != 0 {
		atLast = all & unix.CLONE_NEWPID
	}
	return all &^ later &^ atLast, later, atLast
}

// check finds what would be done to this process's own namespaces.
func (r Run) check() error {
	for _, need := range []struct {
		asked bool
		what  string
		flag  int
	}{
		{r.UIDMap != nil || r.GIDMap != nil || r.DenySetgroups, "map users", unix.CLONE_NEWUSER},
		{r.MountProc, "mount proc", unix.CLONE_NEWNS},
		{r.Hostname != "", "set hostname", unix.CLONE_NEWUTS},
		{r.Loopback, "set lo up", unix.CLONE_NEWNET},
		{r.Monotonic != 0 || r.Boottime != 0, "set clocks", unix.CLONE_NEWTIME},
	} {
		if need.asked && r.Flags&need.flag == 0 {
			return fmt.Errorf("%s: %w: %s", need.what, errUnfit, typeNames(uintptr(need.flag)))
		}
	}
	return nil
}

// bearInto has the child be born in a group of the v2 hierarchy or else move into it.
func (l *launch) bearInto(group *os.File, flags uintptr) {
	fd, err := unix.Openat(int(l.file(group)), "cgroup.procs", unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		l.fail(fmt.Errorf("open %s/cgroup.procs: %w", group.Name(), err))
		return
	}
	l.opened = append(l.opened, fd)
	l.births = append([]call{l.birthInto(flags, group.Fd())}, l.births...)
	l.add("move into "+group.Name(), unix.SYS_WRITE, uintptr(fd), l.text("0"), 1).goal = grouped
}
