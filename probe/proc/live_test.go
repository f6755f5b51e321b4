package proc_test

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

func TestListIsSortedAndHasSelf(t *testing.T) {
	dir, _ := openProc(t)
	child := startChild(t)
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries[1:] {
		if entries[i].PID >= entries[i+1].PID {
			t.Errorf("pid %d is listed before %d", entries[i].PID, entries[i+1].PID)
		}
	}
	for _, pid := range []int32{child, int32(os.Getpid())} {
		if !slices.ContainsFunc(entries, func(e proc.Entry) bool { return e.PID == pid && e.Inode != 0 }) {
			t.Errorf("pid %d is not listed with an inode", pid)
		}
	}
}

func TestSelf(t *testing.T) {
	_, r := openProc(t)
	open(t, r, int32(os.Getpid()))
	var s proc.Stat
	if err := r.Stat(&s); err != nil {
		t.Fatal(err)
	}
	if int(s.PID) != os.Getpid() || int(s.PPID) != os.Getppid() || s.Kernel() || s.RSS == 0 || s.Threads < 2 {
		t.Errorf("stat = %+v", s)
	}
	if uid, err := r.UID(); err != nil || int(uid) != os.Geteuid() {
		t.Errorf("uid = %d, %v, want %d", uid, err, os.Geteuid())
	}
	if got, err := r.Cmdline(""); err != nil || got != strings.Join(os.Args, " ") {
		t.Errorf("cmdline = %q, %v, want %q", got, err, strings.Join(os.Args, " "))
	}
	exe, _ := os.Executable()
	if got := r.Exe(); got != reading.Of(exe) {
		t.Errorf("exe = %v, want %s", got, exe)
	}
	cwd, _ := os.Getwd()
	if got := r.Cwd(); got != reading.Of(cwd) {
		t.Errorf("cwd = %v, want %s", got, cwd)
	}
	if got := r.Root(); got != reading.Of("/") {
		t.Errorf("root = %v, want /", got)
	}
}

func TestThreads(t *testing.T) {
	_, r := openProc(t)
	self := int32(os.Getpid())
	open(t, r, self)
	tids, err := r.Threads(nil)
	if err != nil || !slices.Contains(tids, self) || len(tids) < 2 {
		t.Fatalf("threads = %v, %v, want %d and others", tids, err, self)
	}
	for _, tid := range tids {
		var s proc.Stat
		if err := errors.Join(r.OpenThread(self, tid), r.Stat(&s)); err != nil || s.PID != tid {
			t.Errorf("thread %d: stat of %d, %v", tid, s.PID, err)
		}
		if uid, err := r.UID(); err != nil || int(uid) != os.Geteuid() {
			t.Errorf("thread %d: uid %d, %v", tid, uid, err)
		}
		status, err := r.Status()
		if err != nil || !slices.Equal(status.NSpid.Or(nil)[:1], []int32{tid}) || !slices.Equal(status.NStgid.Or(nil)[:1], []int32{self}) {
			t.Errorf("thread %d: NSpid %v, NStgid %v, %v", tid, status.NSpid, status.NStgid, err)
		}
	}
	if err := r.OpenThread(self, startChild(t)); !errors.Is(err, proc.ErrGone) {
		t.Errorf("a thread of another process: %v, want %v", err, proc.ErrGone)
	}
}

func TestZombie(t *testing.T) {
	_, r := openProc(t)
	startZombie(t, r)
	var links proc.Links
	if err := r.AllLinks(&links); err != nil {
		t.Fatal(err)
	}
	for i, link := range links {
		want := reading.Absent
		if kind := proc.NamespaceType(i); kind == proc.User || kind == proc.PID {
			want = reading.Present
		}
		if link.State() != want {
			t.Errorf("link %v: %v, want %v", proc.NamespaceType(i), link.State(), want)
		}
	}
	if got, err := r.Cmdline("before"); got != "" || err != nil {
		t.Errorf("cmdline = %q, %v, want none", got, err)
	}
	if text, err := r.Cgroup(); err != nil || len(text) == 0 {
		t.Errorf("cgroup = %q, %v", text, err)
	}
	if got := r.Exe().State(); got != reading.Absent {
		t.Errorf("exe is %v, want absent", got)
	}
	if status, err := r.Status(); err != nil || status.Umask.State() != reading.Absent || status.Threads != 1 {
		t.Errorf("status: umask %v, %d threads, %v, want absent, 1", status.Umask, status.Threads, err)
	}
}

func TestGone(t *testing.T) {
	_, r := openProc(t)
	child := startChildren(t, 1, nil)[0]
	pid := int32(child.Process.Pid)
	open(t, r, pid)
	if err := errors.Join(child.Process.Kill(), ignoreExit(child.Wait())); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() error{
		"stat":     func() error { return r.Stat(&proc.Stat{}) },
		"uid":      func() error { _, err := r.UID(); return err },
		"links":    func() error { return r.Links(&proc.Links{}) },
		"allLinks": func() error { return r.AllLinks(&proc.Links{}) },
		"cgroup":   func() error { _, err := r.Cgroup(); return err },
		"cmdline":  func() error { _, err := r.Cmdline(""); return err },
		"status":   func() error { _, err := r.Status(); return err },
		"threads":  func() error { _, err := r.Threads(nil); return err },
		"uid_map":  func() error { _, err := r.UIDMap(); return err },
		"gid_map":  func() error { _, err := r.GIDMap(); return err },
	} {
		if err := read(); !errors.Is(err, proc.ErrGone) {
			t.Errorf("%s: %v, want %v", name, err, proc.ErrGone)
		}
	}
	if got := r.Cwd().State(); got != reading.Absent {
		t.Errorf("cwd is %v, want absent", got)
	}
	if err := r.Open(pid); !errors.Is(err, proc.ErrGone) {
		t.Errorf("open: %v, want %v", err, proc.ErrGone)
	}
}

func ignoreExit(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil
	}
	return err
}

func TestNamespacesOfAChild(t *testing.T) {
	_, r := openProc(t)
	child := startChildren(t, 1, func(c *exec.Cmd) {
		c.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
		}
	})[0]
	var own, other proc.Links
	open(t, r, int32(os.Getpid()))
	if err := r.AllLinks(&own); err != nil {
		t.Fatal(err)
	}
	open(t, r, int32(child.Process.Pid))
	if err := r.AllLinks(&other); err != nil {
		t.Fatal(err)
	}
	for i := range own {
		name := proc.NamespaceType(i).String()
		fresh := name == "user" || name == "net" || strings.HasPrefix(name, "pid")
		if a, b := own[i].Or(0), other[i].Or(0); a == 0 || b == 0 || (a != b) != fresh {
			t.Errorf("%s: own %d, child's %d, want a fresh one: %v", name, a, b, fresh)
		}
	}
	if status, err := r.Status(); err != nil || len(status.NSpid.Or(nil)) < 2 {
		t.Errorf("NSpid = %v, %v, want two numbers", status.NSpid, err)
	}
	want := []proc.IDMap{{Inside: 0, Outside: uint32(os.Geteuid()), Count: 1}}
	if maps, err := r.UIDMap(); err != nil || !slices.Equal(maps, want) {
		t.Errorf("uid_map = %v, %v, want %v", maps, err, want)
	}
}

// A reader holds one descriptor at most, and none after Close, whatever it was asked for.
func TestNoDescriptorIsLeft(t *testing.T) {
	dir, r := openProc(t)
	child := startChild(t)
	before := descriptors(t)
	for range 20 {
		open(t, r, child)
		_, err := dir.List(nil)
		_, err1 := r.Threads(nil)
		_, err2 := r.Cmdline("")
		if err := errors.Join(err, err1, err2, r.AllLinks(&proc.Links{}), r.OpenThread(child, child), r.Stat(&proc.Stat{})); err != nil {
			t.Fatal(err)
		}
	}
	if got := descriptors(t); got != before+1 {
		t.Errorf("%d descriptors with a process open, want %d", got, before+1)
	}
	if err := r.OpenThread(child, 1); !errors.Is(err, proc.ErrGone) {
		t.Errorf("thread 1 of the child: %v, want %v", err, proc.ErrGone)
	}
	if got := descriptors(t); got != before {
		t.Errorf("%d descriptors after a failed open, want %d", got, before)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// initialPID is the inode number of the first pid namespace on every kernel (PROC_PID_INIT_INO).
const initialPID = 4026531836

func TestKernelThread(t *testing.T) {
	_, r := openProc(t)
	var links proc.Links
	open(t, r, int32(os.Getpid()))
	if err := r.Links(&links); err != nil {
		t.Fatal(err)
	}
	if links[proc.PID].Or(0) != initialPID {
		t.Skip("kernel threads can be seen only in the initial pid namespace, which this is not")
	}
	open(t, r, 2)
	s := proc.Stat{Comm: "before"}
	if err := r.Stat(&s); err != nil || s.Comm != "kthreadd" || !s.Kernel() || s.PPID != 0 || s.RSS != 0 {
		t.Errorf("stat of pid 2 = %+v, %v", s, err)
	}
	if got, err := r.Cmdline("before"); got != "" || err != nil {
		t.Errorf("cmdline of pid 2 = %q, %v, want none", got, err)
	}
	if got := r.Exe().State(); os.Geteuid() == 0 && got != reading.Absent {
		t.Errorf("exe of pid 2 is %v, want absent", got)
	}
}
