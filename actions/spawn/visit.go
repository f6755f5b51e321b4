package spawn

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/visit"
)

// stay is a child that goes through doors, asks and ends.
type stay struct {
	*launch
	doors  map[probe.NamespaceType]*outcome // Those that are not open anyway.
	asked  []asked
	places []int // The descriptors that the child puts the files in, and hands over.
	memory []byte
	used   int
}

// asked is a question as the child asks it.
type asked struct {
	visit.Question
	begun, done *outcome // Of opening and reading, or of the only call.
	text        []byte   // Where the child writes what it reads.
	place       int      // Index among the files that it hands over; -1 for none.
}

// Visit implements visit.Func: a child goes through the doors, asks and hands over what it was answered. It is in no pid or
// mount namespace but this process's own, executes no program and touches nothing.
func Visit(doors []visit.Door, questions []visit.Question) ([]visit.Answer, error) {
	l, err := newLaunch()
	if err != nil {
		return nil, err
	}
	defer l.close()
	s := &stay{launch: l, doors: map[probe.NamespaceType]*outcome{}}
	if err := s.share(len(doors), len(questions)); err != nil {
		return nil, err
	}
	defer unix.Munmap(s.memory) //nolint:errcheck // It was mapped above.
	l.births = []call{l.birth(0)}
	l.add("hide memory", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0) // Those inside must not trace it; see Enter.
	s.goThrough(doors)
	for _, q := range questions {
		s.ask(q)
	}
	s.handOver()
	if l.err != nil {
		return nil, l.err
	}
	child, err := l.fork()
	l.closeOpened()
	if err != nil {
		return nil, err
	}
	files, err := l.receive(len(s.places))
	reap(child)
	if err != nil {
		closeFiles(files)
		return nil, err
	}
	return s.answers(files), nil
}

// share maps the memory that the child writes its outcomes and texts to: unlike all other, it is not its own copy.
func (s *stay) share(doors, questions int) (err error) {
	size := (doors+2*questions)*int(unsafe.Sizeof(outcome{})) + questions*visit.MaxText
	s.memory, err = unix.Mmap(-1, 0, max(size, 1), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	if err != nil {
		return fmt.Errorf("share memory with the child: %w", err)
	}
	return nil
}

// outcome returns a place for an outcome; until the child writes it, it says that the child never came so far.
func (s *stay) outcome() *outcome {
	o := (*outcome)(unsafe.Pointer(&s.memory[s.used]))
	s.used += int(unsafe.Sizeof(outcome{}))
	o.errno = unix.ECHILD
	return o
}

// goThrough adds the calls that join the namespaces. What the rights of this process suffice for is joined before the user
// namespace, and that only where something is left: inside it, users would be numbered as it numbers them.
func (s *stay) goThrough(doors []visit.Door) {
	var user, rest []Join
	var all goals
	for _, d := range doors {
		j := Join(d)
		switch {
		case j.own():
		case j.Type == probe.User:
			user = append(user, j)
		default:
			rest = append(rest, j)
			all |= goals(Flag(j.Type))
			s.doors[j.Type] = nil
		}
	}
	for t := range s.doors {
		s.doors[t] = s.outcome()
	}
	s.tryJoins(rest)
	if len(user) == 0 {
		return
	}
	c := s.add("setns user", unix.SYS_SETNS, s.file(user[0].File), unix.CLONE_NEWUSER)
	c.may, c.unless = anyErrno, all
	s.tryJoins(rest)
}

func (s *stay) tryJoins(joins []Join) {
	for _, j := range joins {
		flag := uintptr(Flag(j.Type))
		c := s.add("setns "+j.Type.String(), unix.SYS_SETNS, s.file(j.File), flag)
		c.may, c.goal, c.told = anyErrno, goals(flag), s.doors[j.Type]
	}
}

// ask adds the calls of a question.
func (s *stay) ask(q visit.Question) {
	a := asked{Question: q, begun: s.outcome(), place: -1}
	a.done = a.begun
	add := func(told *outcome, nr uintptr, args ...uintptr) *call {
		c := s.add("ask inside", nr, args...)
		c.may, c.told = anyErrno, told
		return c
	}
	at := unix.AT_FDCWD
	switch q.Kind {
	case visit.OpenFile:
		add(a.begun, unix.SYS_OPENAT, uintptr(at), s.text(q.Path), unix.O_RDONLY|unix.O_CLOEXEC)
		a.place = s.keep()
	case visit.RouteSocket:
		add(a.begun, unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
		a.place = s.keep()
	case visit.ReadText:
		a.done, a.text = s.outcome(), s.room(visit.MaxText)
		add(a.begun, unix.SYS_OPENAT, uintptr(at), s.text(q.Path), unix.O_RDONLY|unix.O_CLOEXEC)
		add(a.done, unix.SYS_READ, 0, uintptr(unsafe.Pointer(&a.text[0])), uintptr(len(a.text))).chained = true
	case visit.SystemNames:
		a.text = s.room(visit.NamesLength)
		add(a.begun, unix.SYS_UNAME, uintptr(unsafe.Pointer(&a.text[0])))
	}
	s.asked = append(s.asked, a)
}

// room takes some of the shared memory, from its end.
func (s *stay) room(length int) []byte {
	end := len(s.memory)
	for i := range s.asked {
		end -= cap(s.asked[i].text)
	}
	return s.memory[end-length : end : end]
}

// keep adds the call that puts what was just opened in a place whose number is known beforehand. Until then, and where it was
// not opened, that is /dev/null.
func (s *stay) keep() int {
	place := s.standard(nil)
	c := s.add("keep what was opened", unix.SYS_DUP3, 0, uintptr(place), unix.O_CLOEXEC)
	c.chained, c.may = true, anyErrno
	s.places = append(s.places, place)
	return len(s.places) - 1
}

// handOver adds the call that sends all files to the parent (SCM_RIGHTS, unix(7)).
func (s *stay) handOver() {
	if len(s.places) == 0 || s.err != nil {
		return
	}
	tiding := &message{index: tidingFiles}
	vector := &unix.Iovec{Base: (*byte)(unsafe.Pointer(tiding)), Len: uint64(messageSize)}
	rights := unix.UnixRights(s.places...)
	header := &unix.Msghdr{Iov: vector, Iovlen: 1, Control: &rights[0]}
	header.SetControllen(len(rights))
	s.kept = append(s.kept, tiding, vector, rights)
	s.add("hand over", unix.SYS_SENDMSG, s.pipe, pointer(&s.script, header), 0)
}

// receive takes the files that the child hands over, until it has ended.
func (l *launch) receive(most int) (files []*os.File, failed error) {
	control := make([]byte, unix.CmsgSpace(4*most))
	var m message
	for {
		n, length, _, _, err := unix.Recvmsg(l.control, (*[messageSize]byte)(unsafe.Pointer(&m))[:], control, unix.MSG_CMSG_CLOEXEC)
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNRESET) {
			continue
		}
		if err != nil {
			return files, fmt.Errorf("listen to the child: %w", err)
		}
		if n <= 0 {
			return files, failed
		}
		if m.index >= 0 && int(m.index) < len(l.calls) {
			failed = &Error{l.calls[m.index].stage, syscall.Errno(m.value)}
		}
		if length > 0 {
			files = append(files, filesOf(control[:length])...)
		}
	}
}

// filesOf returns the files of a control message.
func filesOf(control []byte) (files []*os.File) {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return nil
	}
	for i := range messages {
		fds, _ := unix.ParseUnixRights(&messages[i]) // Of other messages there are none.
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "from inside"))
		}
	}
	return files
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		_ = f.Close() // Nothing was written.
	}
}

// answers sorts out what the child was answered.
func (s *stay) answers(files []*os.File) []visit.Answer {
	answers := make([]visit.Answer, len(s.asked))
	for i := range s.asked {
		a := &s.asked[i]
		var file *os.File
		if a.place >= 0 && a.place < len(files) {
			file = files[a.place]
		}
		answers[i] = s.answer(a, file)
		if file != nil && answers[i].File == nil {
			_ = file.Close() // It is /dev/null, or from outside.
		}
	}
	return answers
}

func (s *stay) answer(a *asked, file *os.File) visit.Answer {
	if door := s.doors[a.In]; door != nil && door.errno != 0 {
		return visit.Answer{Err: &Error{"setns " + a.In.String(), door.failure()}}
	}
	for _, o := range []*outcome{a.begun, a.done} {
		if o.errno != 0 {
			return visit.Answer{Err: &Error{a.stage(), o.failure()}}
		}
	}
	switch {
	case a.Kind == visit.SystemNames:
		return visit.Answer{Text: append([]byte{}, a.text...)}
	case a.text != nil:
		return visit.Answer{Text: append([]byte{}, a.text[:min(a.done.value, uintptr(len(a.text)))]...)}
	case file == nil:
		return visit.Answer{Err: &Error{a.stage(), errVanished}}
	}
	return visit.Answer{File: file}
}

// failure is the error of an outcome.
func (o *outcome) failure() error {
	if o.errno == unix.ECHILD {
		return errVanished
	}
	return o.errno
}

// stage says what a question was about.
func (a *asked) stage() string {
	switch a.Kind {
	case visit.SystemNames:
		return "uname"
	case visit.RouteSocket:
		return "open netlink socket"
	case visit.OpenFile, visit.ReadText:
	}
	return "read " + a.Path
}
