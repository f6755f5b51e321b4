package nsfs_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
)

func TestChildInUserNamespace(t *testing.T) {
	child := start(t, unix.CLONE_NEWUSER|unix.CLONE_NEWNET, "sleep", "1000")
	user := open(t, child+"/user")
	info := user.Inspect(true)
	ours := ownInode(t, "user")
	if info.Inode == ours {
		t.Fatal("the child shares our user namespace")
	}
	if info.Owner.Or(0) != ours || info.Parent.Or(0) != ours {
		t.Errorf("owner %v and parent %v, want our user namespace %d twice", info.Owner, info.Parent, ours)
	}
	if uid, ok := info.OwnerUID.Get(); !ok || uid != uint32(os.Geteuid()) {
		t.Errorf("its owner has the uid %v, want ours, %d", info.OwnerUID, os.Geteuid())
	}
	net := open(t, child+"/net").Inspect(false)
	if net.Owner.Or(0) != info.Inode || net.OwnerUID != info.OwnerUID {
		t.Errorf("its net namespace is owned by %v, uid %v; want its user namespace %d, uid %v",
			net.Owner, net.OwnerUID, info.Inode, info.OwnerUID)
	}
	for what, open := range map[string]func() (nsfs.File, error){"owner": user.Owner, "parent": user.Parent} {
		if got := inode(t, follow(t, open)); got != ours {
			t.Errorf("its %s, opened, is %d, want %d", what, got, ours)
		}
	}
}

func TestChildInPIDNamespace(t *testing.T) {
	child := start(t, unix.CLONE_NEWUSER|unix.CLONE_NEWPID, "sleep", "1000")
	info := open(t, child+"/pid").Inspect(true)
	if got, want := info.Parent.Or(0), ownInode(t, "pid"); got != want || info.Inode == want {
		t.Errorf("the pid namespace %d has the parent %d, want ours, %d", info.Inode, got, want)
	}
	if got, want := info.Owner.Or(0), inode(t, open(t, child+"/user")); got != want {
		t.Errorf("it is owned by %d, want %d", got, want)
	}
}

// TestWalkUp climbs from a grandchild's user namespace to ours, through one that has no process in it.
func TestWalkUp(t *testing.T) {
	child := start(t, unix.CLONE_NEWUSER, "unshare", "--user", "sleep", "1000")
	waitFor(t, "unshare(1) to have become sleep", func() bool {
		comm, err := os.ReadFile(strings.TrimSuffix(child, "ns") + "comm")
		return err == nil && string(comm) == "sleep\n"
	})
	user := open(t, child+"/user")
	middle := follow(t, user.Parent)
	top := follow(t, middle.Parent)
	ours := ownInode(t, "user")
	if got := inode(t, top); got != ours {
		t.Errorf("two steps up is %d, want our user namespace %d", got, ours)
	}
	if got := inode(t, middle); got == ours || got == inode(t, user) {
		t.Errorf("one step up is %d, which is an end of the walk", got)
	}
}

// start runs a command in new namespaces until the test ends, and returns its /proc/PID/ns.
func start(t *testing.T, flags uintptr, command string, args ...string) string {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: flags, Pdeathsig: unix.SIGKILL,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s in new namespaces: %v; the kernel must allow user namespaces", command, err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Errorf("kill the child: %v", err)
		}
		_ = cmd.Wait() // It says "killed".
	})
	return fmt.Sprintf("/proc/%d/ns", cmd.Process.Pid)
}

func waitFor(t *testing.T, what string, met func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !met(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func open(t *testing.T, path string) nsfs.File {
	t.Helper()
	return follow(t, func() (nsfs.File, error) { return nsfs.Open(unix.AT_FDCWD, path) })
}

// follow opens a namespace and closes it when the test ends.
func follow(t *testing.T, open func() (nsfs.File, error)) nsfs.File {
	t.Helper()
	f, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func inode(t *testing.T, f nsfs.File) uint64 {
	t.Helper()
	_, inode, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return inode
}

func ownInode(t *testing.T, kind string) uint64 {
	t.Helper()
	return inode(t, open(t, "/proc/self/ns/"+kind))
}

func readlink(t *testing.T, path string) string {
	t.Helper()
	text, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// atLeast reports whether the running kernel is of a version or a later one.
func atLeast(t *testing.T, major, minor int) bool {
	t.Helper()
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		t.Fatal(err)
	}
	var x, y int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(uts.Release[:]), "%d.%d", &x, &y); err != nil {
		t.Fatal(err)
	}
	return x > major || (x == major && y >= minor)
}
