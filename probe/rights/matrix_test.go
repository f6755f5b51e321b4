package rights_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/rights"
)

// Users and groups whom nothing belongs to.
const (
	plain = 65533
	maker = 65534
)

// part is how an actor is started.
type part struct {
	name, role string
	attr       syscall.SysProcAttr
	without    []uint   // Capabilities that root does without.
	nests      []string // The names of a child of the actor, and of a child of that.
}

// parts are the actors of the matrix. Everyone enters everyone else.
func parts() []part {
	as := func(uid, gid uint32) syscall.SysProcAttr {
		return syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	mapped := syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: plain, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: plain, Size: 1}},
		Credential:  &syscall.Credential{NoSetGroups: true},
	}
	return []part{
		{name: "root", role: "plain"},
		{name: "root without chroot", role: "plain", without: []uint{unix.CAP_SYS_CHROOT}},
		{name: "root without admin", role: "plain", without: []uint{unix.CAP_SYS_ADMIN}},
		{name: "root without ptrace", role: "plain", without: []uint{unix.CAP_SYS_PTRACE}},
		{name: "root without rights", role: "plain", without: every()},
		{name: "plain", role: "plain", attr: as(plain, plain)},
		{name: "plain with a capability", role: "plain", attr: syscall.SysProcAttr{
			Credential: &syscall.Credential{Uid: plain, Gid: plain}, AmbientCaps: []uintptr{unix.CAP_NET_RAW},
		}},
		{name: "other group", role: "plain", attr: as(maker, plain)},
		{name: "hidden", role: hidden, attr: as(maker, maker)},
		{name: "contained", role: "plain", attr: syscall.SysProcAttr{Cloneflags: allTypes &^ unix.CLONE_NEWUSER}},
		{name: "mapped", role: "plain", attr: mapped},
		{name: "maker", role: "nested", attr: as(maker, maker), nests: []string{"rootless"}},
		{name: "same maker", role: "nest", attr: as(maker, maker), nests: []string{"outer", "nested"}},
	}
}

// every is all capabilities that this kernel may have.
func every() (all []uint) {
	for n := range uint(unix.CAP_LAST_CAP + 1) {
		all = append(all, n)
	}
	return all
}

// begin starts an actor, which ends with the test.
func begin(t *testing.T, p part) []*actor {
	t.Helper()
	// The path of the test's binary leads through directories of root alone; this one jumps over them.
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(os.Environ(), actorRole+"="+p.role, withoutName+"="+strings.Trim(fmt.Sprint(p.without), "[]"), "GOCOVERDIR=")
	cmd.SysProcAttr, cmd.Stderr = &p.attr, os.Stderr
	var actors []*actor
	var theirs []*os.File
	for _, name := range append([]string{p.name}, p.nests...) {
		in, toIn, err := os.Pipe()
		check(t, err)
		out, toOut, err := os.Pipe()
		check(t, err)
		actors = append(actors, &actor{name: name, in: toIn, out: bufio.NewScanner(out)})
		theirs = append(theirs, in, toOut)
		t.Cleanup(func() { _ = out.Close() })
	}
	cmd.Stdin, cmd.Stdout, cmd.ExtraFiles = theirs[0], theirs[1], theirs[2:]
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", p.name, err)
	}
	for _, f := range theirs {
		check(t, f.Close())
	}
	t.Cleanup(func() {
		for _, a := range actors { // The end of what they read is theirs.
			_ = a.in.Close()
		}
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("%s: %v", p.name, err)
		}
	})
	for _, a := range actors {
		a.hear(t)
	}
	return actors
}

// TestMatrix has everyone try to enter everyone else, in both ways and each type of namespace, and holds the verdicts to what
// the kernel answers.
func TestMatrix(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make namespaces and to be others")
	}
	var actors []*actor
	for _, p := range parts() {
		actors = append(actors, begin(t, p)...)
	}
	scanner, err := probe.Open(probe.Live)
	check(t, err)
	defer scanner.Close()
	s, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts &^ probe.FactGroups})
	check(t, err)
	subject := func(a *actor) rights.Subject {
		task, ok := s.Task(a.pid)
		if !ok {
			t.Fatalf("%s is not in sight", a.name)
		}
		return rights.Subject{Task: task, Detail: scanner.Detail(a.pid, a.pid)}
	}
	count := map[rights.Answer]int{}
	for _, d := range rights.MayEnter(s, subject(actors[0]), subject(named(t, actors, "rootless"))).Doors {
		if d.Same {
			t.Errorf("the rootless actor has no %s namespace of its own", d.Type)
		}
	}
	for _, a := range actors {
		for _, b := range actors {
			if a == b {
				continue
			}
			t.Run(a.name+" into "+b.name, func(t *testing.T) {
				judge(t, rights.MayEnter(s, subject(a), subject(b)), a.tries(t, b.pid), count)
			})
		}
	}
	t.Logf("%d verdicts were yes, %d no, %d unknown", count[rights.Yes], count[rights.No], count[rights.Unknown])
	if count[rights.Yes] < 100 || count[rights.No] < 100 {
		t.Error("the matrix is not worth its name")
	}
}

// named returns the actor of a name.
func named(t *testing.T, actors []*actor, name string) *actor {
	t.Helper()
	for _, a := range actors {
		if a.name == name {
			return a
		}
	}
	t.Fatalf("nobody is called %s", name)
	return nil
}

// judge compares the verdicts with what the kernel has answered.
func judge(t *testing.T, p rights.Passage, tried map[string]outcome, count map[rights.Answer]int) {
	t.Helper()
	compare := func(what string, v rights.Verdict, answer string) {
		count[v.Answer]++
		want := rights.Yes
		if answer != "" {
			want = rights.No
		}
		switch {
		case strings.HasPrefix(answer, "odd"):
			t.Errorf("%s: %s", what, answer)
		case v.Answer == rights.Unknown:
			if !strings.Contains(v.Why, "dumpable cannot be seen") {
				t.Errorf("%s: unknown: %s; the kernel says %q", what, v.Why, answer)
			}
		case v.Answer != want:
			t.Errorf("%s: the verdict is %s (%s), the kernel says %q", what, v.Answer, v.Why, answer)
		case v.Why == "":
			t.Errorf("%s: %s without a reason", what, v.Answer)
		}
	}
	for _, kind := range probe.NamespaceTypes {
		d, o := p.Doors[kind], tried[kind.String()]
		if o.Open != "" {
			compare(kind.String()+" opened", p.Open, o.Open)
			continue
		}
		if p.Open.Answer != rights.Yes {
			compare(kind.String()+" opened", p.Open, "")
			continue
		}
		if d.Same {
			continue
		}
		compare(kind.String()+" directly", d.Direct, o.Direct)
		if d.Through.Why != "" && o.Direct != "" { // Else a child goes the direct way, and the other is not tried.
			compare(kind.String()+" through user", d.Through, o.Through)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
