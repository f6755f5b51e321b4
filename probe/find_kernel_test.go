package probe_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

func TestFindDescriptors(t *testing.T) { alone(t, "descriptor") }

func wantDescriptors(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	for _, h := range a.all {
		k := a.of(t, s, probe.KeptByDescriptor)
		k.FD = h.number
		wantKept(t, found, h.NamespaceRef, a.inode(s, probe.User), k)
	}
	if len(a.all) != 5 {
		t.Errorf("%d types were tried, want 5", len(a.all))
	}
}

// oddName is a path that a mountinfo cannot hold as it is.
const oddName = "a b\tc\\d#\xff"

func TestFindMount(t *testing.T) { alone(t, "mount") }

func wantMount(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	k := a.of(t, s, probe.KeptByMount)
	k.Path, k.Namespace = a.path, probe.NamespaceRef{Type: probe.Mnt, Inode: a.inode(s, probe.Mnt)}
	wantKept(t, found, a.all[0].NamespaceRef, a.inode(s, probe.User), k)
}

// tempDir returns a directory whose name holds nothing odd.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bulkhead-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFindMountWithoutProcesses(t *testing.T) { alone(t, "far-mount") }

func wantFarMount(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	net, mnt := a.all[0], a.all[1]
	k := a.of(t, s, probe.KeptByDescriptor)
	k.FD = mnt.number
	wantKept(t, found, mnt.NamespaceRef, a.inode(s, probe.User), k)
	if slices.ContainsFunc(found.Gaps, func(g probe.Gap) bool { return strings.Contains(g.Err, "needs Linux 6.11") }) {
		return // An older kernel does not list such mounts, and this is told.
	}
	want := []probe.Keeper{{Kind: probe.KeptByMount, Path: a.path, Namespace: mnt.NamespaceRef}}
	if diff := cmp.Diff(want, finding(t, found, net.NamespaceRef).KeptBy); diff != "" {
		t.Errorf("%s is kept by (-want +got):\n%s", net, diff)
	}
}

func TestFindSocket(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		c, all := startHolder(t, "socket", 0)
		s := scan(t, live(t), everything)
		finder := liveFinder(t)
		for range 3 { // The second time the socket is remembered.
			found := find(t, finder, s)
			k := c.of(t, s, probe.KeptBySocket)
			k.FD = all[0].number
			wantKept(t, found, all[0].NamespaceRef, c.inode(s, probe.User), k)
		}
	})
}

func TestFindThread(t *testing.T) { alone(t, "thread") }

func wantThread(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	for _, h := range a.all {
		i := slices.IndexFunc(s.ThreadsOf(a.pid), func(thread probe.Task) bool { return thread.TID == h.number })
		if i < 0 {
			t.Fatalf("thread %d is not in the snapshot", h.number)
		}
		thread := s.ThreadsOf(a.pid)[i]
		wantKept(t, found, h.NamespaceRef, a.inode(s, probe.User),
			probe.Keeper{Kind: probe.KeptByThread, Task: thread.TaskKey, Comm: thread.Comm})
	}
}

// A process need not see what is mounted where one of its threads is.
func TestFindMountOfThread(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		path := filepath.Join(tempDir(t), "net")
		c, all := startHolder(t, "thread-mount "+path, 0)
		_, found := search(t)
		mnt, net := all[0], all[1]
		kept := finding(t, found, net.NamespaceRef).KeptBy
		i := slices.IndexFunc(kept, func(k probe.Keeper) bool { return k.Kind == probe.KeptByMount })
		if i < 0 || kept[i].Task.PID != c.pid || kept[i].Task.TID != mnt.number || kept[i].Path != path || kept[i].Namespace != mnt.NamespaceRef {
			t.Fatalf("%s is kept by %+v, want the mount at %s that thread %d sees", net, kept, path, mnt.number)
		}
		file, ok := kept[i].File(probe.Live.Proc, net.Type)
		if info, err := os.Stat(file); !ok || err != nil || info.Sys().(*syscall.Stat_t).Ino != net.Inode {
			t.Errorf("it can be opened by %q (%v), which is %v, %v", file, ok, info, err)
		}
	})
}

func TestFindForChildren(t *testing.T) { alone(t, "children") }

func wantForChildren(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	for _, h := range a.all {
		wantKept(t, found, h.NamespaceRef, a.inode(s, probe.User), a.of(t, s, probe.KeptForChildren))
	}
}

func TestFindInProcessWithoutLeader(t *testing.T) { alone(t, "leaderless") }

func wantLeaderless(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	for i, h := range a.all {
		if h.Inode == a.inode(s, h.Type) {
			continue // It is the thread that the process is known by.
		}
		want := probe.Keeper{Kind: probe.KeptByDescriptor, Task: a.of(t, s, 0).Task, FD: h.number}
		if i >= len(a.all)/2 {
			want = probe.Keeper{Kind: probe.KeptByThread, Task: probe.TaskKey{PID: a.pid, TID: h.number}}
		}
		f := finding(t, found, h.NamespaceRef)
		f.KeptBy = slices.DeleteFunc(f.KeptBy, func(k probe.Keeper) bool { return k.Task.PID != a.pid })
		if len(f.KeptBy) != 1 || !same(f.KeptBy[0], want) || f.Info.Device == 0 {
			t.Errorf("%s is kept by %+v, want %+v", h, f.KeptBy, want)
		}
	}
	if len(a.all) != 10 {
		t.Errorf("%d namespaces, want 5 of a descriptor and 5 of a thread", len(a.all))
	}
}

// same reports whether two keepers are the same, but for what a thread was started at and is called.
func same(a, b probe.Keeper) bool {
	return a.Kind == b.Kind && a.Task.PID == b.Task.PID && a.Task.TID == b.Task.TID && a.FD == b.FD
}

func TestFindKin(t *testing.T) { alone(t, "kin") }

func wantKin(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	k := a.of(t, s, probe.KeptByDescriptor)
	k.FD = a.all[0].number
	wantKept(t, found, a.all[0].NamespaceRef, a.all[1].Inode, k)
	kept := probe.KeptByKin(together(s, found))
	owned := probe.Keeper{Kind: probe.KeptByOwned, Namespace: a.all[0].NamespaceRef}
	for i, user := range a.all[1:] {
		owner := a.inode(s, probe.User)
		if i+2 < len(a.all) {
			owner = a.all[i+2].Inode
		}
		wantKept(t, found, user.NamespaceRef, owner)
		if diff := cmp.Diff([]probe.Keeper{owned}, kept[user.NamespaceRef]); diff != "" {
			t.Errorf("%s is kept by (-want +got):\n%s", user, diff)
		}
		owned = probe.Keeper{Kind: probe.KeptByChild, Namespace: user.NamespaceRef}
	}
	if len(a.all) != 4 {
		t.Errorf("%d namespaces, want a network namespace and three user namespaces", len(a.all))
	}
}

// together returns the namespaces of a snapshot and those that were found.
func together(s *probe.Snapshot, found *probe.Findings) []probe.Namespace {
	all := slices.Clone(s.Namespaces)
	for _, f := range found.Namespaces {
		if _, known := s.Namespace(f.NamespaceRef); !known {
			all = append(all, probe.Namespace{NamespaceRef: f.NamespaceRef, ID: f.Info.ID, Owner: f.Info.Owner, Parent: f.Info.Parent})
		}
	}
	return all
}

// A zombie is in its pid and user namespace still, which nothing else may keep.
func TestFindLeavesAZombieToTheScanner(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		cmd := exec.Command("true")
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID}
		c := start(t, cmd)
		var task *probe.Task
		var s *probe.Snapshot
		scanner := live(t)
		eventually(t, "the child is a zombie", func() bool {
			s = scan(t, scanner, probe.Request{Facts: probe.AllFacts, Watch: []int32{c.pid}})
			task, _ = s.Task(c.pid)
			return task != nil && task.Zombie()
		})
		find(t, liveFinder(t), s)
		for _, kind := range []probe.NamespaceType{probe.User, probe.PID} {
			if _, ok := s.Namespace(probe.NamespaceRef{Type: kind, Inode: c.inode(s, kind)}); !ok {
				t.Errorf("the %s namespace of the zombie is not known", kind)
			}
		}
	})
}

func TestFindTellsWhatIsNotPermitted(t *testing.T) {
	if os.Geteuid() == 0 {
		startHolder(t, "descriptor", 0)
	}
	testhost.AsNobody(t, func(t *testing.T) {
		startSocketHolder(t)
		s, found := search(t)
		for where, right := range map[string]string{
			"/proc/PID/fd":                      "CAP_SYS_PTRACE",
			"the network namespaces of sockets": "CAP_NET_ADMIN",
		} {
			i := slices.IndexFunc(found.Gaps, func(g probe.Gap) bool { return g.Where == where })
			if i < 0 || !strings.Contains(found.Gaps[i].Err, right) || found.Gaps[i].Count == 0 {
				t.Errorf("gaps %+v, want one of %s that names %s", found.Gaps, where, right)
			}
		}
		for _, f := range found.Namespaces {
			for _, k := range f.KeptBy {
				if task, ok := s.Task(k.Task.PID); k.Kind == probe.KeptByDescriptor && ok && task.UID == reading.Of(uint32(0)) {
					t.Errorf("%s is kept by %+v, which may not be seen", f.NamespaceRef, k)
				}
			}
		}
	})
}

// startSocketHolder starts a process with a socket of the network namespace that it is in itself.
func startSocketHolder(t *testing.T) *child {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[1])
	socket := os.NewFile(uintptr(pair[0]), "socket")
	defer socket.Close()
	cmd := exec.Command("sh", "-c", "echo ready; read line")
	cmd.ExtraFiles = []*os.File{socket}
	c := start(t, cmd)
	c.line(t)
	return c
}

// What this program holds open itself keeps nothing.
func TestFindPassesOverItself(t *testing.T) {
	file, err := os.Open("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, found := search(t)
	for _, f := range found.Namespaces {
		for _, k := range f.KeptBy {
			if int(k.Task.PID) == os.Getpid() && k.Kind == probe.KeptByDescriptor {
				t.Errorf("%s is kept by %+v", f.NamespaceRef, k)
			}
		}
	}
}

// Of namespaces mounted on top of each other only the last one can be opened; of the others the number is known.
func TestFindMountedOver(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		path := filepath.Join(tempDir(t), "net")
		c, all := startHolder(t, "mount-over "+path, unix.CLONE_NEWNS)
		s, found := search(t)
		below, above := all[0], all[1]
		k := c.of(t, s, probe.KeptByMount)
		k.Path, k.Namespace = path, probe.NamespaceRef{Type: probe.Mnt, Inode: c.inode(s, probe.Mnt)}
		wantKept(t, found, above.NamespaceRef, c.inode(s, probe.User), k)
		f := finding(t, found, below.NamespaceRef)
		if diff := cmp.Diff([]probe.Keeper{k}, f.KeptBy); diff != "" {
			t.Errorf("%s is kept by (-want +got):\n%s", below, diff)
		}
		if f.Info.Device != 0 || f.Info.Inode != below.Inode {
			t.Errorf("%s, which nothing leads to, says of itself %+v", below, f.Info)
		}
	})
}
