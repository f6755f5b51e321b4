package spawn_test

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/probe/visit"
)

// furnished starts a shell in new namespaces of all types that sets itself up in them and waits, and returns its pid.
func furnished(t *testing.T, script string) int {
	t.Helper()
	stdin, hold, err := os.Pipe()
	check(t, err)
	ready, stdout, err := os.Pipe()
	check(t, err)
	c := shell(script + "; echo ready; read end")
	c.Stdin, c.Stdout, c.Stderr = stdin, stdout, os.Stderr
	uid, gid := uint32(os.Geteuid()), uint32(os.Getegid())
	zero := uint32(0)
	p, err := c.Run(spawn.Run{
		Flags: allTypes, Hostname: "inside", Loopback: true, DenySetgroups: true, UID: &zero, GID: &zero,
		UIDMap: []spawn.IDMap{{Inside: 0, Outside: uid, Count: 1}}, GIDMap: []spawn.IDMap{{Inside: 0, Outside: gid, Count: 1}},
	})
	check(t, err)
	_, _ = stdin.Close(), stdout.Close()
	t.Cleanup(func() {
		_ = hold.Close()
		_, _ = p.Wait()
		_ = ready.Close()
	})
	line := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(ready, line); err != nil {
		t.Fatalf("the target does not get ready: %v", err)
	}
	return p.PID()
}

func doors(t *testing.T, pid int) []visit.Door {
	t.Helper()
	var all []visit.Door
	for _, kind := range []probe.NamespaceType{probe.User, probe.Net, probe.UTS, probe.IPC, probe.Cgroup} {
		all = append(all, visit.Door(join(t, proc(pid), kind)))
	}
	return all
}

// questions are of every kind, and some that have no answer.
var questions = []visit.Question{
	{In: probe.UTS, Kind: visit.SystemNames},
	{In: probe.IPC, Kind: visit.ReadText, Path: "/proc/sys/kernel/msgmni"},
	{In: probe.IPC, Kind: visit.OpenFile, Path: "/proc/sysvipc/shm"},
	{In: probe.Net, Kind: visit.OpenFile, Path: "/proc/thread-self/net/dev"},
	{In: probe.Net, Kind: visit.RouteSocket},
	{In: probe.Net, Kind: visit.OpenFile, Path: "/proc/none"},
	{In: probe.Net, Kind: visit.ReadText, Path: "/proc/none"},
}

func expectAnswers(t *testing.T, answers []visit.Answer) {
	t.Helper()
	host, _, err := visit.Names(answers[0].Text)
	if host != "inside" || err != nil || answers[0].Err != nil {
		t.Errorf("host name %q (%v, %v), want that of inside", host, err, answers[0].Err)
	}
	if got := string(answers[1].Text); got != "77\n" {
		t.Errorf("msgmni is %q (%v), want that which was set inside", got, answers[1].Err)
	}
	for i, want := range map[int]string{2: "shmid", 3: " lo:"} {
		if answers[i].Err != nil {
			t.Errorf("%s: %v", questions[i].Path, answers[i].Err)
			continue
		}
		text, err := io.ReadAll(answers[i].File)
		if err != nil || !strings.Contains(string(text), want) || strings.Count(string(text), ":")-strings.Count(string(text), " lo:") > 0 {
			t.Errorf("%s is %q (%v), want that of inside", questions[i].Path, text, err)
		}
	}
	if answers[4].Err != nil {
		t.Errorf("socket: %v", answers[4].Err)
	} else if _, err := unix.Getsockname(int(answers[4].File.Fd())); err != nil {
		t.Errorf("the socket is none: %v", err)
	}
	for _, i := range []int{5, 6} {
		if !errors.Is(answers[i].Err, os.ErrNotExist) || answers[i].File != nil {
			t.Errorf("%s: %v, want that it is not there", questions[i].Path, answers[i].Err)
		}
	}
}

// TestVisit asks inside of namespaces that root and that an ordinary user has made, and leaves nothing open.
func TestVisit(t *testing.T) {
	t.Run("root", func(t *testing.T) {
		needRoot(t)
		visitTwice(t)
	})
	t.Run("nobody", func(t *testing.T) { testhost.AsNobody(t, visitTwice) })
}

func visitTwice(t *testing.T) {
	pid := furnished(t, "echo 77 > /proc/sys/kernel/msgmni")
	inside := doors(t, pid)
	ask := func() {
		answers, err := spawn.Visit(inside, questions)
		check(t, err)
		expectAnswers(t, answers)
		visit.Close(answers)
	}
	ask()
	before, ours := descriptors(t), threadLinks(t)
	ask()
	if after := descriptors(t); !slices.Equal(before, after) {
		t.Errorf("open descriptors were %q and are %q", before, after)
	}
	if now := threadLinks(t); len(ours) != 1 || !maps.Equal(ours, now) {
		t.Errorf("namespaces of this process's threads were %v and are %v", ours, now)
	}
	expectOneChild(t, pid)
}

// TestVisitAtHome asks where this process is anyway.
func TestVisitAtHome(t *testing.T) {
	answers, err := spawn.Visit(doors(t, os.Getpid()), questions[:1])
	check(t, err)
	host, _, err := visit.Names(answers[0].Text)
	if want, _ := os.Hostname(); host != want || err != nil {
		t.Errorf("host name %q (%v), want %q", host, err, want)
	}
	if answers, err := spawn.Visit(nil, nil); err != nil || len(answers) != 0 {
		t.Errorf("no question: %v, %v", answers, err)
	}
}

// TestVisitDenied never answers with what is outside where a door is closed: an ordinary user has no rights in the namespaces
// that he made without entering the user namespace first.
func TestVisitDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		closed := doors(t, furnished(t, ":"))[1:]
		answers, err := spawn.Visit(closed, questions)
		check(t, err)
		defer visit.Close(answers)
		for i, a := range answers {
			var refused *spawn.Error
			if !errors.As(a.Err, &refused) || !errors.Is(a.Err, unix.EPERM) || a.Text != nil || a.File != nil {
				t.Errorf("question %d: %v, %q, %v, want that nobody may not go there", i, a.Err, a.Text, a.File)
			}
		}
	})
}
