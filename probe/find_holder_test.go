package probe_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// held is a namespace that a holder keeps, and the number that it says with it: of a descriptor or a thread.
type held struct {
	probe.NamespaceRef
	number int32
}

// startHolder starts a holder, in new namespaces, and returns what it holds. A user who is not root needs a user namespace for it.
func startHolder(t *testing.T, argument string, flags uintptr) (*child, []held) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childRole+"=holder "+argument)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	c := start(t, cmd)
	var all []held
	for {
		line := c.line(t)
		if line == "done" {
			return c, all
		}
		words := strings.Fields(line)
		kind, inode, err := proc.ParseNamespaceLink(words[0])
		if err != nil {
			t.Fatalf("%s: %s", argument, line)
		}
		h := held{NamespaceRef: probe.NamespaceRef{Type: typeOf(t, kind), Inode: inode}}
		if len(words) > 1 {
			number, err := strconv.ParseInt(words[1], 10, 32)
			if err != nil {
				t.Fatalf("%s: %s", argument, line)
			}
			h.number = int32(number)
		}
		all = append(all, h)
	}
}

func typeOf(t *testing.T, kind string) probe.NamespaceType {
	t.Helper()
	for _, known := range probe.NamespaceTypes {
		if known.String() == kind {
			return known
		}
	}
	t.Fatalf("unknown type of namespace %q", kind)
	return 0
}

func liveFinder(t *testing.T) *probe.Finder {
	t.Helper()
	f, err := probe.OpenFinder(probe.Live)
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

func find(t *testing.T, f *probe.Finder, s *probe.Snapshot) *probe.Findings {
	t.Helper()
	found, err := f.Find(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Iterates(), s.Host.Source == probe.SourceBPF; got != want {
		t.Errorf("the iterator of files is used: %v, of tasks: %v", got, want)
	}
	return found
}

// search scans and finds once.
func search(t *testing.T) (*probe.Snapshot, *probe.Findings) {
	t.Helper()
	s := scan(t, live(t), everything)
	return s, find(t, liveFinder(t), s)
}

func finding(t *testing.T, f *probe.Findings, ref probe.NamespaceRef) probe.Finding {
	t.Helper()
	i := slices.IndexFunc(f.Namespaces, func(n probe.Finding) bool { return n.NamespaceRef == ref })
	if i < 0 {
		t.Errorf("%s was not found; gaps %+v", ref, f.Gaps)
		return probe.Finding{}
	}
	return f.Namespaces[i]
}

// wantKept holds what keeps a namespace against what should. That it said of itself who owns it is wanted too.
func wantKept(t *testing.T, f *probe.Findings, ref probe.NamespaceRef, owner uint64, want ...probe.Keeper) {
	t.Helper()
	got := finding(t, f, ref)
	got.KeptBy = slices.DeleteFunc(got.KeptBy, func(k probe.Keeper) bool { return passing(k, want) })
	if diff := cmp.Diff(want, got.KeptBy); diff != "" && len(want)+len(got.KeptBy) > 0 {
		t.Errorf("%s is kept by (-want +got):\n%s", ref, diff)
	}
	if got.Info.Inode != ref.Inode || got.Info.Device == 0 || got.Info.Owner != reading.Of(owner) {
		t.Errorf("%s says of itself %+v, want the owner %d", ref, got.Info, owner)
	}
}

// passing reports whether a keeper is a descriptor of a process that a test has nothing to do with: of one that looks at namespaces
// at the same time as the tests.
func passing(k probe.Keeper, want []probe.Keeper) bool {
	return (k.Kind == probe.KeptByDescriptor || k.Kind == probe.KeptBySocket) &&
		!slices.ContainsFunc(want, func(w probe.Keeper) bool { return w.Task == k.Task })
}

// of returns a keeper that is the holder.
func (c *child) of(t *testing.T, s *probe.Snapshot, kind probe.KeeperKind) probe.Keeper {
	t.Helper()
	task, ok := s.Task(c.pid)
	if !ok {
		t.Fatalf("holder %d is not in the snapshot", c.pid)
	}
	return probe.Keeper{Kind: kind, Task: task.TaskKey, Comm: task.Comm}
}

// inode returns the number of a namespace of the holder.
func (c *child) inode(s *probe.Snapshot, kind probe.NamespaceType) uint64 {
	task, ok := s.Task(c.pid)
	if !ok {
		return 0
	}
	return task.Namespaces.Inodes[kind].Or(0)
}

// asBoth runs a test as root and as an ordinary user, who can do all that it takes in a user namespace of his own.
func asBoth(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Run("root", test)
		t.Run("root, by the iterators", func(t *testing.T) {
			t.Setenv(testSource, probe.SourceBPF.String())
			test(t)
		})
	}
	t.Run("nobody", func(t *testing.T) { testhost.AsNobody(t, test) })
}
