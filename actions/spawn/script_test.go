package spawn

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestStages(t *testing.T) {
	const pid, time, group, net = unix.CLONE_NEWPID, unix.CLONE_NEWTIME, unix.CLONE_NEWCGROUP, unix.CLONE_NEWNET
	for name, test := range map[string]struct {
		run                    Run
		atBirth, later, atLast uintptr
	}{
		"none":    {},
		"clone":   {Run{Flags: pid | net}, pid | net, 0, 0},
		"group":   {Run{Flags: pid | group}, pid, group, 0},
		"time":    {Run{Flags: pid | net | time}, net, time, pid},
		"unshare": {Run{Flags: pid | net | time | group, Unshare: true}, 0, pid | net | time | group, 0},
	} {
		atBirth, later, atLast := test.run.stages()
		if atBirth != test.atBirth || later != test.later || atLast != test.atLast {
			t.Errorf("%s: got %s; %s; %s", name, typeNames(atBirth), typeNames(later), typeNames(atLast))
		}
	}
}

func TestOffset(t *testing.T) {
	for by, want := range map[time.Duration]string{
		0:                        "c 0 0\n",
		90 * time.Second:         "c 90 0\n",
		1500 * time.Millisecond:  "c 1 500000000\n",
		-1500 * time.Millisecond: "c -2 500000000\n",
		-2 * time.Second:         "c -2 0\n",
		-1:                       "c -1 999999999\n",
	} {
		if got := offset("c", by); got != want {
			t.Errorf("%s: got %q, want %q", by, got, want)
		}
	}
}

func TestCandidates(t *testing.T) {
	for name, test := range map[string]struct {
		command string
		env     []string
		want    []string
	}{
		"path":             {"./sh", []string{"PATH=/bin"}, []string{"./sh"}},
		"search":           {"sh", []string{"PATH=/bin:/usr/bin/"}, []string{"/bin/sh", "/usr/bin/sh"}},
		"the last counts":  {"sh", []string{"PATH=/a", "PATH=/b"}, []string{"/b/sh"}},
		"only from a root": {"sh", []string{"PATH=:.:bin:/b"}, []string{"/b/sh"}},
		"none":             {"sh", []string{"PATH="}, nil},
	} {
		if got := candidates(test.command, test.env); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got := candidates("sh", nil); len(got) != 6 {
		t.Errorf("without PATH: %q", got)
	}
}

// TestErrnos checks that all that calls may answer fits.
func TestErrnos(t *testing.T) {
	set := oneOf(unix.EPERM, unix.ENOSYS)
	for errno, want := range map[syscall.Errno]bool{unix.EPERM: true, unix.ENOSYS: true, unix.EACCES: false, unix.EUSERS: false} {
		if got := set>>errno&1 == 1; got != want {
			t.Errorf("%v: %v, want %v", errno, got, want)
		}
	}
}

// TestBirths makes the child in the second way where the kernel does not know the first, and leaves calls out whose goal has
// been reached.
func TestBirths(t *testing.T) {
	const unknown = 1 << 20 // No system call has this number.
	for name, test := range map[string]struct {
		first call
		want  string
	}{
		"unknown": {call{nr: unknown, may: oneOf(unix.ENOSYS), goal: grouped}, "0"},
		"known":   {call{nr: unix.SYS_CLONE, args: [6]uintptr{uintptr(unix.SIGCHLD)}, goal: grouped}, ""},
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "cgroup.procs"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := newLaunch()
		if err != nil {
			t.Fatal(err)
		}
		l.births = []call{test.first, l.birth(0)}
		l.add("move", unix.SYS_WRITE, l.file(f), l.text("0"), 1).goal = grouped
		p, err := Command{Path: "true"}.launch(l)
		l.close()
		if err != nil {
			t.Fatal(err)
		}
		if code, err := p.Wait(); code != 0 || err != nil {
			t.Errorf("%s: code %d, %v", name, code, err)
		}
		if got, err := os.ReadFile(f.Name()); string(got) != test.want || err != nil {
			t.Errorf("%s: wrote %q (%v), want %q", name, got, err, test.want)
		}
		_ = f.Close()
	}
}
