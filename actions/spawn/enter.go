package spawn

import (
	"os"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// Enter says which namespaces a command is started in. Namespaces that are not named stay this process's own. All files are
// opened by the caller, who keeps them open until the command has started.
type Enter struct {
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

// join adds the calls that join the namespaces, and returns the flags of those that are not this process's own.
func (e Enter) join(s *script) int {
	joined := 0
	var user, rest []Join
	for _, j := range e.Namespaces {
		switch {
		case j.own():
			continue // It is needless, and for a user namespace an error.
		case j.Type == probe.User:
			user = append(user, j)
		default:
			rest = append(rest, j)
		}
		joined |= Flag(j.Type)
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
