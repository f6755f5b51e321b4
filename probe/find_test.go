package probe_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// findOn scans a host and looks for what is beyond.
func findOn(t *testing.T, roots probe.Roots) *probe.Findings {
	t.Helper()
	s := scanHost(t, roots)
	f, err := probe.OpenFinder(roots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return find(t, f, s)
}

// described writes findings as lines.
func described(f *probe.Findings) string {
	var b strings.Builder
	for _, n := range f.Namespaces {
		fmt.Fprintln(&b, n.NamespaceRef)
		for _, k := range n.KeptBy {
			fmt.Fprintf(&b, "\t%s by %d/%d %d %q fd %d path %q in %s\n",
				k.Kind, k.Task.PID, k.Task.TID, k.Task.Start, k.Comm, k.FD, k.Path, k.Namespace)
		}
	}
	for _, g := range f.Gaps {
		fmt.Fprintf(&b, "gap %s: %s: %d, first %s\n", g.Where, g.Err, g.Count, g.First)
	}
	return b.String()
}

func TestFindOnFixture(t *testing.T) {
	host := testhost.Load(t, "testdata/find/kept.txtar")
	got := described(findOn(t, probe.Roots{Proc: host.Proc, Sys: host.Sys}))
	const golden = "testdata/find/kept.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestFindDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		archive, err := os.ReadFile("testdata/find/kept.txtar")
		if err != nil {
			t.Fatal(err)
		}
		host := testhost.Parse(t, string(archive)+"-- denied --\nproc/1/fd\nproc/21/mountinfo\n")
		found := findOn(t, probe.Roots{Proc: host.Proc, Sys: host.Sys})
		const right = "permission denied: needs the right to trace the process: its own user, or CAP_SYS_PTRACE"
		for _, want := range []probe.Gap{
			{Where: "/proc/PID/fd", Err: right, Count: 1, First: "/proc/1/fd"},
			{Where: "/proc/PID/mountinfo", Err: right, Count: 1, First: "/proc/21/mountinfo"},
		} {
			if !strings.Contains(described(found), fmt.Sprintf("gap %s: %s: %d, first %s\n", want.Where, want.Err, want.Count, want.First)) {
				t.Errorf("gaps %+v, want %+v among them", found.Gaps, want)
			}
		}
	})
}

func TestFindEndsWithItsContext(t *testing.T) {
	host := testhost.Load(t, "testdata/find/kept.txtar")
	roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
	s := scanHost(t, roots)
	f, err := probe.OpenFinder(roots)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // It was only read from.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found, err := f.Find(ctx, s); found != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("found %v, error %v, want none and %v", found, err, context.Canceled)
	}
}

func TestOpenFinderWithoutProc(t *testing.T) {
	if _, err := probe.OpenFinder(probe.Roots{Proc: "/nowhere/proc"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want %v", err, os.ErrNotExist)
	}
}

func TestKeptByKin(t *testing.T) {
	ns := func(kind probe.NamespaceType, inode uint64, processes int, owner, parent uint64) probe.Namespace {
		n := probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: kind, Inode: inode}, Processes: processes}
		if owner != 0 {
			n.Owner = reading.Of(owner)
		}
		if parent != 0 {
			n.Parent = reading.Of(parent)
		}
		return n
	}
	all := []probe.Namespace{
		ns(probe.User, 1, 9, 0, 0),  // Has processes: nothing else need keep it.
		ns(probe.User, 2, 0, 1, 1),  // Kept by its child, and by what it owns.
		ns(probe.User, 3, 1, 2, 2),  // Not kept.
		ns(probe.Net, 2, 0, 2, 0),   // The number is that of a user namespace too.
		ns(probe.PID, 4, 0, 1, 0),   // Kept by its child.
		ns(probe.PID, 5, 1, 3, 4),   // Not kept.
		ns(probe.User, 6, 0, 77, 0), // Its owner is not known; nothing keeps it.
	}
	keeper := func(kind probe.KeeperKind, t probe.NamespaceType, inode uint64) probe.Keeper {
		return probe.Keeper{Kind: kind, Namespace: probe.NamespaceRef{Type: t, Inode: inode}}
	}
	want := map[probe.NamespaceRef][]probe.Keeper{
		{Type: probe.User, Inode: 2}: {keeper(probe.KeptByChild, probe.User, 3), keeper(probe.KeptByOwned, probe.Net, 2)},
		{Type: probe.PID, Inode: 4}:  {keeper(probe.KeptByChild, probe.PID, 5)},
	}
	if diff := cmp.Diff(want, probe.KeptByKin(all)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}
