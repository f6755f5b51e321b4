package spawn

import (
	"os"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// Enter says which namespaces a command is started in. Namespaces that are not named stay this process's own. All files are
// opened by the caller, who keeps them open until the command has started.
type Enter struct {
	// PIDFD is an open process (pidfd_open(2)) whose namespaces, of the types in Flags, are joined in one call: since Linux
	// 5.8. Before, Namespaces must name those of the same types, and are joined in its place.
	//
	// Flags may not have CLONE_NEWUSER where it is this process's own, which cannot be joined; if Namespaces names all the
	// types, though, they are joined one by one and those that are this process's own are passed over.
	PIDFD *os.File
	Flags int
	// Namespaces are joined one by one: those of a thread, those that a bind mount holds. Those that this process is in
	// already are passed over. As in nsenter(1), the order finds itself: what this process has the rights to join is joined
	// before the user namespace, where it would lose them, and the rest after it, where it gains them.
	Namespaces []Join
	// Root and Cwd are the target's /proc/PID/root and cwd (open(2) with O_PATH); without Cwd it is Root. They belong to the
	// target's mount namespace and are taken after that was joined. Without Root it is the root of that namespace.
	Root, Cwd *os.File
	// UID and GID are what the command runs as, by the numbers of the joined user namespace. With GID it has no other
	// groups, unless setgroups(2) is denied there.
	UID, GID *uint32
	// Cgroups are open cgroup.procs files (O_WRONLY) of the groups that the command is in, one for each hierarchy. The
	// kernel asks for the rights of whoever opened them. In a frozen group the child freezes, and Enter waits for the thaw.
	Cgroups []*os.File
}

// Join is an open namespace, such as /proc/PID/ns/net or /run/netns/blue, and its type.
type Join struct {
	Type probe.NamespaceType
	File *os.File
}

// Enter starts the command in existing namespaces. It is a direct child of this process, also in a pid namespace. The error
// is an *Error or *ExecError for what the kernel refused.
func (c Command) Enter(e Enter) (*Process, error) {
	l, err := newLaunch()
	if err != nil {
		return nil, err
	}
	defer l.close()
	l.births = []call{l.birth(0)}
	// The child is a copy of this process until it becomes the command. Those inside may neither trace it nor reach this
	// program through its /proc/PID/exe; execve(2) sets this back.
	l.add("hide memory", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
	l.group(e.Cgroups)
	if e.join(&l.script)&unix.CLONE_NEWPID != 0 {
		l.forkAgain("fork into the pid namespace", 0)
	}
	l.changeRoot(e.Root, e.Cwd)
	l.become(e.UID, e.GID)
	return c.launch(l)
}

// join adds the calls that join the namespaces, and returns the flags of the types.
func (e Enter) join(s *script) int {
	joins, named := e.foreign()
	joined := 0
	if e.PIDFD != nil && e.Flags != 0 {
		c := s.add("setns "+typeNames(uintptr(e.Flags)), unix.SYS_SETNS, s.file(e.PIDFD), uintptr(e.Flags))
		c.goal = goals(e.Flags)
		if e.Flags&^named == 0 {
			c.may = oneOf(unix.EINVAL, unix.ENOSYS, unix.EBADF)
		}
		joined = e.Flags
	}
	var user, rest []Join
	for _, j := range joins {
		joined |= Flag(j.Type)
		if j.Type == probe.User {
			user = append(user, j)
		} else {
			rest = append(rest, j)
		}
	}
	if len(user) > 0 {
		setns(s, rest, anyErrno) // What fails here is tried again below.
	}
	setns(s, user, 0)
	setns(s, rest, 0)
	return joined
}

// setns adds calls that join what has not been joined by an earlier call.
func setns(s *script, joins []Join, may errnos) {
	for _, j := range joins {
		flag := uintptr(Flag(j.Type))
		c := s.add("setns "+j.Type.String(), unix.SYS_SETNS, s.file(j.File), flag)
		c.may, c.goal = may, goals(flag)
	}
}

// foreign returns the namespaces that this process is not in, and the flags of all that were named. Joining one's own is
// needless, and for a user namespace an error.
func (e Enter) foreign() (joins []Join, named int) {
	for _, j := range e.Namespaces {
		named |= Flag(j.Type)
		if !j.own() {
			joins = append(joins, j)
		}
	}
	return joins, named
}

// own reports whether children of this thread are in the namespace anyway.
func (j Join) own() bool {
	name := j.Type.String()
	if j.Type == probe.PID || j.Type == probe.Time {
		name += "_for_children"
	}
	var own, other unix.Stat_t
	return unix.Stat("/proc/thread-self/ns/"+name, &own) == nil && unix.Fstat(int(j.File.Fd()), &other) == nil &&
		own.Dev == other.Dev && own.Ino == other.Ino
}
