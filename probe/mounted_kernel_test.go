package probe_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
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
