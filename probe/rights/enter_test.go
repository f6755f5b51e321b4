package rights_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// The namespaces of the made-up host: the initial user namespace, one that user 1000 has made, and what each owns.
const (
	initial = 4026531837
	made    = 4026532281
	hostNet = 4026531840
	madeNet = 4026532300
)

// facts are a made-up host with two tasks, to be changed by a test.
type facts struct {
	s    *probe.Snapshot
	a, b rights.Subject
}

func subject(pid int32, user, net uint64, id uint32, caps uint64) rights.Subject {
	task := &probe.Task{TaskKey: probe.TaskKey{PID: pid, TID: pid}, Program: &probe.Program{}, State: 'S', Namespaces: &probe.NamespaceSet{}}
	task.Namespaces.Inodes[probe.User] = reading.Of(user)
	task.Namespaces.Inodes[probe.Net] = reading.Of(net)
	ids := proc.IDs{Real: id, Effective: id, Saved: id, Filesystem: id}
	return rights.Subject{Task: task, Detail: probe.Detail{
		Status:   reading.Of(proc.Status{UID: ids, GID: ids, Effective: reading.Of(caps), Permitted: reading.Of(caps)}),
		Dumpable: reading.Of(true),
	}}
}

// newFacts has user 1000 on the host, and a process in what that user has made.
func newFacts() facts {
	self := &probe.Task{TaskKey: probe.TaskKey{PID: 9, TID: 9}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}}
	self.Namespaces.Inodes[probe.User] = reading.Of[uint64](initial)
	space := func(t probe.NamespaceType, inode, owner uint64) probe.Namespace {
		return probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: t, Inode: inode}, Owner: reading.Of(owner)}
	}
	first, below := probe.Namespace{Initial: true}, space(probe.User, made, initial)
	first.Type, first.Inode = probe.User, initial
	below.Parent, below.OwnerUID = reading.Of[uint64](initial), reading.Of[uint32](1000)
	return facts{
		s: &probe.Snapshot{
			Host: probe.Host{Self: 9}, Tasks: []probe.Task{*self},
			Namespaces: []probe.Namespace{below, first, space(probe.Net, hostNet, initial), space(probe.Net, madeNet, made)},
		},
		a: subject(10, initial, hostNet, 1000, 0),
		b: subject(20, made, madeNet, 1000, ^uint64(0)>>23),
	}
}

// sorted brings the namespaces into the order of a snapshot.
func (f *facts) sorted() {
	f.s.Namespaces[0], f.s.Namespaces[1] = f.s.Namespaces[1], f.s.Namespaces[0]
}

// withStatus changes the status of a task.
func withStatus(s *rights.Subject, change func(*proc.Status)) {
	was, _ := s.Detail.Status.Get()
	change(&was)
	s.Detail.Status = reading.Of(was)
}

// reasons are what is changed about the host of newFacts, and the verdict on the net namespace then.
var reasons = map[string]struct {
	change func(*facts)
	want   rights.Verdict
}{
	"the maker": {func(*facts) {}, rights.Verdict{
		Answer: rights.Yes, Why: "through its user namespace: by CAP_SYS_ADMIN in user:[4026532281]",
	}},
	"back": {func(f *facts) { f.a, f.b = f.b, f.a }, rights.Verdict{
		Answer: rights.No,
		Why: "may not open /proc/10/ns: A is in another user namespace; needs CAP_SYS_PTRACE in user:[4026531837], that of B: " +
			"A has it in user:[4026532281] alone, which is not above",
	}},
	"into what the host owns": {func(f *facts) {
		withStatus(&f.a, func(s *proc.Status) { s.Effective = reading.Of[uint64](1 << unix.CAP_SYS_PTRACE) })
		f.b.Task.Namespaces.Inodes[probe.User] = reading.Of[uint64](initial)
	}, rights.Verdict{
		Answer: rights.No, Why: "needs CAP_SYS_ADMIN in user:[4026531837], its own user namespace: A has not got it",
	}},
	"permitted only": {func(f *facts) {
		f.b.Task.Namespaces.Inodes[probe.User] = reading.Of[uint64](initial)
		withStatus(&f.a, func(s *proc.Status) {
			s.Effective, s.Permitted = reading.Of[uint64](1<<unix.CAP_SYS_PTRACE), reading.Of[uint64](1<<unix.CAP_SYS_ADMIN)
		})
	}, rights.Verdict{
		Answer: rights.No,
		Why:    "needs CAP_SYS_ADMIN in user:[4026531837], its own user namespace: A is permitted it, but has not got it in effect",
	}},
	"no status of A": {func(f *facts) { f.a.Detail.Status = reading.None[proc.Status](reading.Denied) }, rights.Verdict{
		Answer: rights.Unknown, Why: "the status of A could not be read",
	}},
	"no status of B": {func(f *facts) {
		withStatus(&f.a, func(s *proc.Status) { s.UID.Effective = 1001 })
		f.b.Detail.Status = reading.None[proc.Status](reading.Denied)
	}, rights.Verdict{Answer: rights.Unknown, Why: "the status of B could not be read"}},
	"no owner": {func(f *facts) { f.s.Namespaces[3].Owner = reading.None[uint64](reading.Unsupported) }, rights.Verdict{
		Answer: rights.Unknown, Why: "the owner of net:[4026532300] could not be read",
	}},
	"no maker": {func(f *facts) { f.s.Namespaces[1].OwnerUID = reading.None[uint32](reading.Unsupported) }, rights.Verdict{
		Answer: rights.Unknown, Why: "who made user:[4026532281] could not be read",
	}},
	"no parent": {func(f *facts) { f.s.Namespaces[1].Parent = reading.None[uint64](reading.Denied) }, rights.Verdict{
		Answer: rights.Unknown, Why: "the parent of user:[4026532281] could not be read",
	}},
	"ids without numbers": {func(f *facts) {
		withStatus(&f.a, func(s *proc.Status) { s.UID.Effective = 65534 })
		f.s.Namespaces[1].OwnerUID, f.s.Host.Self = reading.Of[uint32](65534), 0
	}, rights.Verdict{
		Answer: rights.Unknown, Why: "the maker of user:[4026532281] has no number in the reader's user namespace",
	}},
	"a link that may not be read": {func(f *facts) {
		f.b.Task.Namespaces.Inodes[probe.Net] = reading.None[uint64](reading.Denied)
	}, rights.Verdict{Answer: rights.Unknown, Why: "it could not be read"}},
	"a zombie": {func(f *facts) { f.b.Task.Namespaces.Inodes[probe.Net] = reading.Reading[uint64]{} }, rights.Verdict{
		Answer: rights.No, Why: "B has none: it is a zombie, or the kernel is older",
	}},
	"strict seccomp": {func(f *facts) {
		withStatus(&f.a, func(s *proc.Status) { s.Seccomp = reading.Of(proc.SeccompStrict) })
	}, rights.Verdict{Answer: rights.No, Why: "seccomp lets A read, write and exit, and nothing else"}},
}

func TestReasons(t *testing.T) {
	for name, test := range reasons {
		t.Run(name, func(t *testing.T) {
			f := newFacts()
			f.sorted()
			test.change(&f)
			p := rights.MayEnter(f.s, f.a, f.b)
			if got := p.Doors[probe.Net].Verdict(); got != test.want {
				t.Errorf("the verdict is %s: %s\nwant %s: %s", got.Answer, got.Why, test.want.Answer, test.want.Why)
			}
		})
	}
}

func TestAll(t *testing.T) {
	f := newFacts()
	f.sorted()
	p := rights.MayEnter(f.s, f.a, f.b)
	if got := p.All(); got.Answer != rights.Yes {
		t.Errorf("all: %+v, want yes", got)
	}
	f.b.Task.Namespaces.Inodes[probe.IPC] = reading.None[uint64](reading.Denied)
	p = rights.MayEnter(f.s, f.a, f.b)
	if got := p.All(); got.Answer != rights.Unknown {
		t.Errorf("all with one that is denied: %+v, want unknown", got)
	}
	p = rights.MayEnter(f.s, f.a, f.a)
	for _, kind := range []probe.NamespaceType{probe.User, probe.Net} {
		if got := p.Doors[kind]; !got.Same || got.Verdict().Answer != rights.Yes {
			t.Errorf("one's own %s: %+v", kind, got)
		}
	}
}
