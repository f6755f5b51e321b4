package taskiter_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// stranger is no user of anything else.
const stranger = 54321

// TestKernelInspect: what is told of the namespaces of all processes is what their files answer.
func TestKernelInspect(t *testing.T) {
	it := open(t)
	if !haveIDs(t) {
		if _, err := it.Inspect(nil, nil); err == nil {
			t.Error("the kernel gives namespaces no ids")
		}
		return
	}
	startRole(t, "nest more")
	startRole(t, "apart")
	c := startRole(t, "end")
	startRole(t, "nest", func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: stranger, Gid: stranger}}
	})
	pids := append(pidsOf(t), c.pid, 1<<30)
	told, err := it.Inspect(pids, make([]taskiter.Namespaces, 1))
	if err != nil || len(told) != 1+len(pids) || told[0] != (taskiter.Namespaces{}) {
		t.Fatalf("told of %d processes, want %d behind what there was: %v", len(told), len(pids), err)
	}
	told = told[1:]
	if got := told[len(told)-1]; got != (taskiter.Namespaces{}) {
		t.Errorf("of a process that there is not: %+v", got)
	}
	held := map[string]int{}
	for i, pid := range pids {
		for kind, got := range told[i] {
			kind := proc.NamespaceType(kind) //nolint:gosec // There are eight.
			count(held, kind.String(), holdAgainstFile(t, it, pid, kind, got))
		}
	}
	for _, what := range []string{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time", "nested user", "nested pid", "a stranger's"} {
		if held[what] == 0 {
			t.Errorf("nothing was held against a file: %s", what)
		}
	}
	t.Log(held)
}

// count counts what was held against a file.
func count(held map[string]int, kind string, n taskiter.Namespace) {
	if n.Inode == 0 {
		return
	}
	held[kind]++
	if n.Parent != 0 {
		held["nested "+kind]++
	}
	if n.OwnerUID == stranger {
		held["a stranger's"]++
	}
}

// holdAgainstFile holds what was told of a namespace against what the file of the process answers. Where they differ the process may
// have moved on, into another one with the same number at that: both are asked again.
func holdAgainstFile(t *testing.T, it *taskiter.Iterator, pid int32, kind proc.NamespaceType, got taskiter.Namespace) (held taskiter.Namespace) {
	t.Helper()
	for tries := 0; ; tries++ {
		want, err := answers(pid, kind)
		switch {
		case err != nil || got.Inode == 0 || got.Inode != want.Inode:
			return held // It is gone, or elsewhere, or kept from everybody.
		case got == want:
			return got
		case tries == 3:
			t.Errorf("%s of %d: told %+v, its file answers %+v", kind, pid, got, want)
			return held
		}
		again, err := it.Inspect([]int32{pid}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got = again[0][kind]
	}
}

// answers is what the file of a namespace answers.
func answers(pid int32, kind proc.NamespaceType) (n taskiter.Namespace, err error) {
	f, err := nsfs.Open(unix.AT_FDCWD, fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
	if err != nil {
		return n, err
	}
	defer f.Close() //nolint:errcheck // It was only asked.
	info := f.Inspect(nsfs.Nested(kind.String()))
	return taskiter.Namespace{
		ID: info.ID.Or(0), Inode: uint32(info.Inode), Owner: uint32(info.Owner.Or(0)), OwnerUID: info.OwnerUID.Or(0),
		Parent: uint32(info.Parent.Or(0)),
	}, nil
}

// pidsOf lists the processes.
func pidsOf(t *testing.T) (pids []int32) {
	t.Helper()
	dir, err := proc.Open("/proc")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		pids = append(pids, e.PID)
	}
	if !slices.Contains(pids, int32(os.Getpid())) {
		t.Fatal("the own process is not listed")
	}
	return pids
}

// haveIDs reports whether the kernel gives namespaces ids.
func haveIDs(t *testing.T) bool {
	t.Helper()
	f, err := nsfs.Open(unix.AT_FDCWD, "/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // It was only asked.
	return f.ID().State() == reading.Present
}
