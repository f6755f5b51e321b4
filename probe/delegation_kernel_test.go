package probe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// TestKernelDelegation gives groups of each hierarchy away, wholly and in part, and marks one as systemd does.
func TestKernelDelegation(t *testing.T) {
	needRoot(t)
	for _, h := range scan(t, live(t), everything).Hierarchies {
		if h.MountPoint == "" || h.ReadOnly {
			continue
		}
		dir := filepath.Join(h.MountPoint, fmt.Sprintf("bulkhead-test-%d-delegated", os.Getpid()))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { eventually(t, "the group is gone", func() bool { return os.Remove(dir) == nil }) })
		g := probe.Group{GroupKey: probe.GroupKey{Hierarchy: h.Label, Path: "/" + filepath.Base(dir)}, Dir: dir}
		read := func() probe.Delegation {
			d, err := probe.Live.GroupDetail(&h, &g)
			if err != nil {
				t.Fatal(err)
			}
			return d.Delegation
		}
		files := probe.Delegated(h.Version)
		if d := read(); d.UID != reading.Of[uint32](0) || !slices.Equal(d.Files, files) || d.Marked.Or(false) {
			t.Errorf("%s, of root: %+v", h.Label, d)
		}
		chown(t, dir, dir+"/"+files[0])
		if d := read(); d.UID != reading.Of[uint32](7777) || d.User != "7777" || !slices.Equal(d.Files, files[:1]) || d.Whole(h.Version) {
			t.Errorf("%s, in part: %+v", h.Label, d)
		}
		for _, file := range files {
			chown(t, dir+"/"+file)
		}
		if d := read(); !slices.Equal(d.Files, files) || !d.Whole(h.Version) {
			t.Errorf("%s, whole: %+v", h.Label, d)
		}
		if err := unix.Setxattr(dir, "trusted.delegate", []byte("1"), 0); err == nil {
			if d := read(); d.Marked != reading.Of(true) {
				t.Errorf("%s, marked: %+v", h.Label, d)
			}
		} else if h.Version == 2 {
			t.Errorf("%s: mark: %v", h.Label, err)
		}
	}
}

// chown gives files to a user without a name.
func chown(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.Chown(path, 7777, 7777); err != nil {
			t.Fatal(err)
		}
	}
}
