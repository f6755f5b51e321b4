package probe_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/prometheus/procfs"

	"bulkhead/probe"
)

// everywhere returns all namespaces that are known after a scan and a search.
func everywhere(t *testing.T) map[probe.NamespaceRef]bool {
	t.Helper()
	s, found := search(t)
	all := map[probe.NamespaceRef]bool{}
	for _, n := range together(s, found) {
		all[n.NamespaceRef] = true
	}
	return all
}

// wantNothingMissing holds what another program lists against what is found here. What comes and goes meanwhile, since the
// machine is not the test's alone, is in only one of two lists.
func wantNothingMissing(t *testing.T, list func() map[probe.NamespaceRef]bool) {
	t.Helper()
	before := list()
	ours := everywhere(t)
	after := list()
	steady := 0
	for ref := range before {
		if !after[ref] {
			continue
		}
		steady++
		if !ours[ref] {
			t.Errorf("%s is missing", ref)
		}
	}
	if steady < 8 {
		t.Errorf("the other program lists %d namespaces, want one of each type at least", steady)
	}
}

func TestFindMissesNothingOfLsns(t *testing.T) {
	needRoot(t)
	if _, err := exec.LookPath("lsns"); err != nil {
		t.Skip("lsns is not installed")
	}
	zoo(t)
	wantNothingMissing(t, func() map[probe.NamespaceRef]bool {
		all := map[probe.NamespaceRef]bool{}
		lsns(t, all)
		if help, _ := exec.Command("lsns", "--help").Output(); strings.Contains(string(help), "--persistent") {
			lsns(t, all, "--persistent")
		}
		return all
	})
}

// lsns adds what lsns(8) lists.
func lsns(t *testing.T, all map[probe.NamespaceRef]bool, options ...string) {
	t.Helper()
	text, err := exec.Command("lsns", append(options, "--json", "-o", "NS,TYPE,NPROCS,PATH")...).Output()
	for tries := 0; err != nil && tries < 20; tries++ { // It gives up where a process ends under it.
		text, err = exec.Command("lsns", append(options, "--json", "-o", "NS,TYPE,NPROCS,PATH")...).Output()
	}
	if err != nil {
		t.Skipf("lsns itself fails (%v), as where the name of a process has a line break in it: there is nothing to compare with", err)
	}
	var list struct {
		Namespaces []struct {
			NS   uint64
			Type string
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatalf("lsns: %v", err)
	}
	for _, n := range list.Namespaces {
		all[probe.NamespaceRef{Type: typeOf(t, n.Type), Inode: n.NS}] = true
	}
}

func TestFindMissesNothingOfProcfs(t *testing.T) {
	needRoot(t)
	zoo(t)
	wantNothingMissing(t, func() map[probe.NamespaceRef]bool {
		all := map[probe.NamespaceRef]bool{}
		processes, err := procfs.AllProcs()
		if err != nil {
			t.Fatal(err)
		}
		for _, process := range processes {
			addNamespaces(t, all, process)
			threads, _ := procfs.AllThreads(process.PID) // It may be gone.
			for _, thread := range threads {
				addNamespaces(t, all, thread)
			}
		}
		return all
	})
}

// addNamespaces adds those of a process or thread; of one that is gone, or may not be looked at, there are none.
func addNamespaces(t *testing.T, all map[probe.NamespaceRef]bool, process procfs.Proc) {
	t.Helper()
	namespaces, _ := process.Namespaces()
	for name, n := range namespaces {
		kind := typeOf(t, strings.TrimSuffix(name, "_for_children"))
		all[probe.NamespaceRef{Type: kind, Inode: uint64(n.Inode)}] = true
	}
}

// Whatever a search opens it closes.
func TestFindLeavesNoDescriptorOpen(t *testing.T) {
	asBoth(t, func(t *testing.T) {
		zoo(t)
		s := scan(t, live(t), everything)
		f := liveFinder(t)
		find(t, f, s)
		before := openDescriptors(t)
		for range 100 {
			find(t, f, s)
		}
		if after := openDescriptors(t); after != before {
			t.Errorf("%d descriptors are open after 100 searches, want %d", after, before)
		}
	})
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
