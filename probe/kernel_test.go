package probe_test

import (
	"os"
	"os/exec"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// needRoot ends the test of a user who may not make namespaces: as root none of these tests is skipped.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make namespaces of all types")
	}
}

// testSource names the variable that says which source the tasks of a test are from; see TestKernelByIterator.
const testSource = "BULKHEAD_TEST_SOURCE"

func live(t *testing.T) *probe.Scanner {
	t.Helper()
	source, ok := probe.ParseSource(os.Getenv(testSource))
	if !ok {
		source = probe.SourceProc
	}
	return lasting(t, source)
}

func scan(t *testing.T, s *probe.Scanner, request probe.Request) *probe.Snapshot {
	t.Helper()
	snapshot, err := s.Scan(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

var everything = probe.Request{Facts: probe.AllFacts}

// unshared starts a process in a namespace of its own of each type, and returns it: the child of unshare, which is the
// first in the new pid namespace.
func unshared(t *testing.T) int32 {
	t.Helper()
	c := start(t, exec.Command("unshare", "-UmpnuiCT", "--map-root-user", "--fork", "--kill-child", "sh", "-c", "echo ready; read line"))
	c.line(t)
	var pid int32
	s := live(t)
	eventually(t, "the child of unshare appears", func() bool {
		for _, task := range scan(t, s, everything).Tasks {
			if task.PPID == c.pid {
				pid = task.PID
			}
		}
		return pid != 0
	})
	return pid
}

func TestKernelAllEightTypesAreOneWorld(t *testing.T) {
	needRoot(t)
	pid := unshared(t)
	snapshot := scan(t, live(t), everything)
	task, ok := snapshot.Task(pid)
	if !ok {
		t.Fatalf("process %d is not in the snapshot", pid)
	}
	world, ok := snapshot.World(probe.WorldKey(task.Namespaces.Inodes))
	if !ok || world.Leader != pid || world.Processes != 1 {
		t.Fatalf("world %+v, want one led by %d with 1 process", world, pid)
	}
	for _, kind := range probe.NamespaceTypes {
		// The parent, unshare itself, stays in the pid and time namespace it came from, and shares the others.
		want := probe.CellShared
		if kind == probe.PID || kind == probe.Time {
			want = probe.CellOwn
		}
		if got := world.Cells[kind].Kind; got != want {
			t.Errorf("%s: cell %+v, want kind %v", kind, world.Cells[kind], want)
		}
	}
	user, _ := world.Ref(probe.User)
	wantNamespace(t, snapshot, user, snapshot.Host.Reference.Key[probe.User], snapshot.Host.Reference.Key[probe.User])
	inner, _ := world.Ref(probe.PID)
	wantNamespace(t, snapshot, inner, task.Namespaces.Inodes[probe.User], snapshot.Host.Reference.Key[probe.PID])
	net, _ := world.Ref(probe.Net)
	wantNamespace(t, snapshot, net, task.Namespaces.Inodes[probe.User], probe.Reading[uint64]{})
}

func wantNamespace(t *testing.T, s *probe.Snapshot, ref probe.NamespaceRef, owner, parent probe.Reading[uint64]) {
	t.Helper()
	n, ok := s.Namespace(ref)
	if !ok {
		t.Fatalf("no namespace %s", ref)
	}
	if n.Initial || n.Host {
		t.Errorf("%s: initial %v, host %v, want neither", ref, n.Initial, n.Host)
	}
	if n.Owner != owner {
		t.Errorf("%s: owner %v, want %v", ref, n.Owner, owner)
	}
	if n.OwnerUID != reading.Of(uint32(os.Geteuid())) { //nolint:gosec // A uid is not negative.
		t.Errorf("%s: owner uid %v, want ours", ref, n.OwnerUID)
	}
	if n.Parent != parent {
		t.Errorf("%s: parent %v, want %v", ref, n.Parent, parent)
	}
}

func TestKernelLeaderGoneThreadsAlive(t *testing.T) {
	needRoot(t)
	c := startRole(t, "leaderless")
	tid := c.thread(t)
	s := live(t)
	var task *probe.Task
	eventually(t, "the leader has ended", func() bool {
		task, _ = scan(t, s, probe.Request{Facts: probe.AllFacts, Watch: []int32{c.pid}}).Task(c.pid)
		return task != nil && task.State == 'Z'
	})
	if task.Zombie() {
		t.Errorf("process %d with a living thread %d counts as a zombie: %+v", c.pid, tid, task)
	}
	if inode, ok := task.Namespaces.Inodes[probe.Net].Get(); !ok || inode == 0 {
		t.Errorf("its net namespace was not read from a living thread: %+v", task.Namespaces)
	}
}

func TestKernelZombieStaysInItsParentsWorld(t *testing.T) {
	c := start(t, exec.Command("sh", "-c", "echo ready"))
	c.line(t)
	s := live(t)
	var snapshot *probe.Snapshot
	var task *probe.Task
	eventually(t, "the child is a zombie", func() bool {
		snapshot = scan(t, s, everything)
		task, _ = snapshot.Task(c.pid)
		return task != nil && task.Zombie()
	})
	if state := task.Namespaces.Inodes[probe.Net].State(); state != reading.Absent {
		t.Errorf("net namespace of a zombie: %v, want absent", state)
	}
	if _, ok := snapshot.World(probe.WorldKey(task.Namespaces.Inodes)); ok {
		t.Error("the zombie has a world of its own")
	}
	if task.Cmdline.State() != reading.Absent {
		t.Errorf("command line of a zombie: %v, want absent", task.Cmdline)
	}
}

func TestKernelLooseThread(t *testing.T) {
	needRoot(t)
	c := startRole(t, "loose")
	tid := c.thread(t)
	snapshot := scan(t, live(t), probe.Request{Facts: probe.AllFacts, Threads: []int32{c.pid}})
	process, _ := snapshot.Task(c.pid)
	found := false
	for _, thread := range snapshot.ThreadsOf(c.pid) {
		if thread.TID != tid {
			continue
		}
		found = true
		if thread.Namespaces.Inodes[probe.Net] == process.Namespaces.Inodes[probe.Net] {
			t.Errorf("thread %d is in its process's net namespace, want its own", tid)
		}
		if !thread.Thread() || thread.Allowed.State() != reading.Present {
			t.Errorf("thread %+v: want a thread with its allowed CPUs", thread)
		}
	}
	if !found {
		t.Errorf("thread %d is not among %d threads", tid, len(snapshot.ThreadsOf(c.pid)))
	}
}

func TestKernelUnshareInARunningProcessIsSeen(t *testing.T) {
	needRoot(t)
	c := startRole(t, "unsharer")
	s := live(t)
	before := scan(t, s, everything)
	c.write("go\n")
	if line := c.line(t); line[:14] != "unshared <nil>" {
		t.Fatalf("child: %q", line)
	}
	// It is nobody's selected row: it must be seen within the bound all the same.
	for range probe.StaleScans {
		after := scan(t, s, everything)
		for _, event := range probe.Diff(before, after) {
			if event.Kind == probe.TaskEntered && event.Task.PID == c.pid && event.Namespace.Type == probe.UTS {
				return
			}
		}
		before = after
	}
	t.Errorf("not seen in %d scans", probe.StaleScans)
}

func TestKernelSelf(t *testing.T) {
	s := live(t)
	snapshot := scan(t, s, everything)
	self, ok := snapshot.Task(int32(os.Getpid())) //nolint:gosec // A pid fits.
	if !ok || snapshot.Host.Self != self.PID {
		t.Fatalf("own process is not in the snapshot; self is %d", snapshot.Host.Self)
	}
	if self.UID != reading.Of(uint32(os.Geteuid())) { //nolint:gosec // A uid is not negative.
		t.Errorf("own uid %v, want %d", self.UID, os.Geteuid())
	}
	d := s.Detail(self.PID, self.PID)
	if d.Start != self.Start {
		t.Errorf("detail is of start time %d, the process of %d", d.Start, self.Start)
	}
	exe, _ := os.Executable()
	if d.Exe.Or("") != exe {
		t.Errorf("exe %q, want %q", d.Exe.Or(""), exe)
	}
	if limits, ok := d.Limits.Get(); !ok || len(limits) != 16 {
		t.Errorf("limits %v, want the kernel's 16", d.Limits)
	}
}
