package probe_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// TestKernelScannerKeepsNothingMounted unmounts a hierarchy that a scanner has read, and looks whether the next scan knows.
func TestKernelScannerKeepsNothingMounted(t *testing.T) {
	needRoot(t)
	dir, name := t.TempDir(), fmt.Sprintf("name=bulkhead-test-%d", os.Getpid())
	if err := unix.Mount("cgroup", dir, "cgroup", 0, "none,"+name); err != nil {
		t.Fatalf("mount a hierarchy of version 1: %v", err)
	}
	mounted := true
	t.Cleanup(func() {
		if mounted {
			_ = unix.Unmount(dir, 0) // The test has failed.
		}
	})
	s := live(t)
	shown := func() bool {
		return slices.ContainsFunc(scan(t, s, everything).Hierarchies, func(h probe.Hierarchy) bool { return h.MountPoint == dir })
	}
	if !shown() {
		t.Fatal("the hierarchy is not seen")
	}
	eventually(t, "it is unmounted, though others that list all groups may have it open for a moment", func() bool {
		mounted = unix.Unmount(dir, 0) != nil
		return !mounted
	})
	if shown() {
		t.Error("it is still shown where it was mounted")
	}
}

// TestKernelIteratorSeesAHierarchyMounted mounts a hierarchy and unmounts it again: by the second scan from then each process
// is in it, or no longer, though the iterator tells of no such thing.
func TestKernelIteratorSeesAHierarchyMounted(t *testing.T) {
	needRoot(t)
	s := lasting(t, probe.SourceBPF)
	dir, name := t.TempDir(), fmt.Sprintf("name=bulkhead-test-%d-seen", os.Getpid())
	want := func(when string, in bool) {
		t.Helper()
		scan(t, s, everything)
		for i, tasks := 0, scan(t, s, everything).Tasks; i < len(tasks); i++ {
			got := slices.ContainsFunc(tasks[i].Cgroups.Memberships, func(m proc.Membership) bool { return m.Controllers == name })
			if got != in {
				t.Errorf("%s process %d %s is in it: %v, want %v", when, tasks[i].PID, tasks[i].Comm, got, in)
			}
		}
	}
	want("before it is mounted", false)
	if err := unix.Mount("cgroup", dir, "cgroup", 0, "none,"+name); err != nil {
		t.Fatalf("mount a hierarchy of version 1: %v", err)
	}
	want("when it is mounted", true)
	eventually(t, "it is unmounted", func() bool { return unix.Unmount(dir, 0) == nil })
	eventually(t, "it is gone", func() bool {
		text, err := os.ReadFile("/proc/self/cgroup")
		return err == nil && !strings.Contains(string(text), name)
	})
	want("when it is unmounted", false)
}
