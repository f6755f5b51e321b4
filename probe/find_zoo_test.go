package probe_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// animal is one kind of those that keep namespaces alive, and what it keeps.
type animal struct {
	*child
	all  []held
	path string // Where it mounts one.
	want func(*testing.T, *probe.Snapshot, *probe.Findings, animal)
}

// cages are how the animals are started.
var cages = map[string]struct {
	flags  uintptr
	mounts bool
	want   func(*testing.T, *probe.Snapshot, *probe.Findings, animal)
}{
	"descriptor": {want: wantDescriptors},
	"mount":      {unix.CLONE_NEWNS, true, wantMount},
	"far-mount":  {0, true, wantFarMount},
	"socket":     {want: wantSocket},
	"thread":     {want: wantThread},
	"children":   {want: wantForChildren},
	"leaderless": {want: wantLeaderless},
	"kin":        {want: wantKin},
	"veth":       {want: wantVeth},
}

// startAnimal starts one that is a holder.
func startAnimal(t *testing.T, way string) animal {
	t.Helper()
	cage := cages[way]
	a := animal{want: cage.want}
	argument := way
	if cage.mounts {
		a.path = filepath.Join(tempDir(t), oddName)
		argument += " " + a.path
	}
	a.child, a.all = startHolder(t, argument, cage.flags)
	return a
}

// zoo starts one of every kind.
func zoo(t *testing.T) []animal {
	t.Helper()
	var all []animal
	for way := range cages {
		all = append(all, startAnimal(t, way))
	}
	return append(all, startNest(t), startZombie(t))
}

// rounds scans until those that are ending have ended, and searches once.
func rounds(t *testing.T, all []animal) (*probe.Snapshot, *probe.Findings) {
	t.Helper()
	request := probe.Request{Facts: probe.AllFacts}
	for _, a := range all {
		request.Watch = append(request.Watch, a.pid)
		request.Threads = append(request.Threads, a.pid)
	}
	var s *probe.Snapshot
	scanner := live(t)
	eventually(t, "all have come to rest", func() bool {
		s = scan(t, scanner, request)
		for _, a := range all {
			if task, ok := s.Task(a.pid); !ok || a.all == nil && !task.Zombie() || a.path == "" && len(a.all) == 10 && task.State != 'Z' {
				return false
			}
		}
		return true
	})
	return s, find(t, liveFinder(t), s)
}

// alone holds what was found of one animal against what is there, as root and as an ordinary user.
func alone(t *testing.T, way string) {
	t.Helper()
	asBoth(t, func(t *testing.T) {
		a := startAnimal(t, way)
		s, found := rounds(t, []animal{a})
		a.want(t, s, found, a)
	})
}

// TestZoo has all of them at once, with user and pid namespaces nested three deep, a zombie, and veth pairs across namespaces.
func TestZoo(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		all := zoo(t)
		s, found := rounds(t, all)
		for _, a := range all {
			a.want(t, s, found, a)
		}
	})
}

// An ordinary user does not see root's, but for what is mounted where he is, and is told so.
func TestZooOfRoot(t *testing.T) {
	if os.Geteuid() == 0 {
		zoo(t)
	}
	testhost.AsNobody(t, func(t *testing.T) {
		s, found := search(t)
		for _, n := range s.With(found).Namespaces {
			for _, k := range n.KeptBy {
				if task, ok := s.Task(k.Task.PID); ok && task.UID == reading.Of(uint32(0)) && k.Kind != probe.KeptByMount {
					t.Errorf("%s is kept by %+v, which may not be seen", n.NamespaceRef, k)
				}
			}
		}
		for _, where := range []string{"/proc/PID/ns", "/proc/PID/fd"} {
			told := 0
			for _, g := range append(s.Gaps, found.Gaps...) {
				if g.Where == where && strings.HasPrefix(g.Err, "permission denied") {
					told += g.Count
				}
			}
			if told < len(cages) {
				t.Errorf("%d gaps of %s are told, want one of each of root's processes at least", told, where)
			}
		}
	})
}

// startNest starts three user and three pid namespaces, one inside the other. It says the innermost ones.
func startNest(t *testing.T) animal {
	t.Helper()
	c := start(t, exec.Command("unshare", "-Urpf", "unshare", "-Urpf", "unshare", "-Urpf", "sh", "-c",
		`user=$(readlink /proc/self/ns/user); pid=$(readlink /proc/self/ns/pid); echo "$user"; echo "$pid"; read line`)) // It is alone.
	a := animal{child: c, want: wantNest}
	for range 2 {
		ref, ok := probe.ParseNamespaceRef(c.line(t))
		if !ok {
			t.Fatal("the nest does not say where it is")
		}
		a.all = append(a.all, held{NamespaceRef: ref})
	}
	return a
}

// wantNest follows the nest from the innermost process outwards. Each pid namespace has one process, and is kept as well by that
// which has its children there; each user namespace is inside the next one.
func wantNest(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	user, pid := a.all[0].NamespaceRef, a.all[1].NamespaceRef
	depth := 0
	for ; depth < 4; depth++ {
		members := s.Members(pid)
		n, ok := s.Namespace(pid)
		if !ok || len(members) != 1 || n.Leader != members[0].PID {
			break
		}
		parent, ok := s.Task(members[0].PPID)
		if !ok {
			t.Fatalf("the parent of %d is not in the snapshot", members[0].PID)
		}
		if owner, _ := s.Namespace(user); owner == nil || owner.Processes == 0 || n.Owner.Or(0) != user.Inode {
			t.Errorf("%s is owned by %v, want %s, which processes are in", pid, n.Owner, user)
		}
		wantKept(t, found, pid, user.Inode, probe.Keeper{Kind: probe.KeptForChildren, Task: parent.TaskKey, Comm: parent.Comm})
		up, ok := s.Namespace(user)
		if !ok || parent.PID == a.pid {
			depth++
			break
		}
		user.Inode, pid.Inode = up.Parent.Or(0), n.Parent.Or(0)
	}
	if depth != 3 {
		t.Errorf("the nest is %d deep, want 3", depth)
	}
	if outer, ok := s.Task(a.pid); !ok || outer.Namespaces.Inodes[probe.User].Or(0) != user.Inode {
		t.Errorf("the outermost is %s, want the user namespace of process %d", user, a.pid)
	}
}

// startZombie starts a process that ends at once, in a user and a pid namespace of its own.
func startZombie(t *testing.T) animal {
	t.Helper()
	cmd := exec.Command("true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID}
	return animal{child: start(t, cmd), want: wantZombie}
}

func wantZombie(t *testing.T, s *probe.Snapshot, _ *probe.Findings, a animal) {
	for _, kind := range []probe.NamespaceType{probe.User, probe.PID} {
		if n, ok := s.Namespace(probe.NamespaceRef{Type: kind, Inode: a.inode(s, kind)}); !ok || n.Leader != a.pid {
			t.Errorf("the %s namespace of the zombie %d is %+v", kind, a.pid, n)
		}
	}
}

func wantSocket(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	k := a.of(t, s, probe.KeptBySocket)
	k.FD = a.all[0].number
	wantKept(t, found, a.all[0].NamespaceRef, a.inode(s, probe.User), k)
}

// wantVeth wants two network namespaces that are tied to each other, each held open.
func wantVeth(t *testing.T, s *probe.Snapshot, found *probe.Findings, a animal) {
	if len(a.all) != 2 {
		t.Fatalf("%d namespaces, want the two ends", len(a.all))
	}
	for _, h := range a.all {
		k := a.of(t, s, probe.KeptByDescriptor)
		k.FD = h.number
		wantKept(t, found, h.NamespaceRef, a.inode(s, probe.User), k)
	}
}
