package cgroup_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
)

// mounted returns the running kernel's hierarchies that can be written to, by label.
func mounted(tb testing.TB) map[string]cgroup.Mount {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("only root may make control groups everywhere")
	}
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	mounts, err := cgroup.Mounts(file)
	if err != nil {
		tb.Fatal(err)
	}
	found := map[string]cgroup.Mount{}
	for _, m := range cgroup.Hierarchies(mounts) {
		passing := strings.Contains(m.Label(), "bulkhead-test-") // Another package's test mounted it, and takes it away again.
		if !m.ReadOnly && !passing {
			found[m.Label()] = m
		}
	}
	if len(found) == 0 {
		tb.Fatal("no control groups are mounted writable; mount cgroup2 somewhere")
	}
	return found
}

// eachHierarchy runs a test in a group of its own in version 2 and in version 1, of those that are mounted.
func eachHierarchy(t *testing.T, test func(t *testing.T, g lab)) {
	t.Helper()
	all := mounted(t)
	for _, label := range []string{cgroup.LabelV2, "freezer"} {
		if m, ok := all[label]; ok {
			t.Run(label, func(t *testing.T) { test(t, makeLab(t, m)) })
		}
	}
}

// inHierarchy returns a group of the test's own in a hierarchy, and skips the test where the host does not mount it.
func inHierarchy(t *testing.T, label string) lab {
	t.Helper()
	m, ok := mounted(t)[label]
	if !ok {
		t.Skipf("this host mounts no %s hierarchy", label)
	}
	return makeLab(t, m)
}

// lab is a group made for one test.
type lab struct {
	tb    testing.TB
	mount cgroup.Mount
	dir   string
	path  string // Below the mount point.
}

var labs atomic.Int32

func makeLab(tb testing.TB, m cgroup.Mount) lab {
	tb.Helper()
	name := fmt.Sprintf("bulkhead-test-%d-%d", os.Getpid(), labs.Add(1))
	g := lab{tb, m, filepath.Join(m.MountPoint, name), "/" + name}
	tb.Cleanup(func() { removeGroups(tb, g.dir) })
	g.mkdir("")
	return g
}

// tree opens the lab as if it were mounted.
func (g lab) tree() *cgroup.Tree { return openTree(g.tb, g.dir, g.mount) }

// mkdir makes a group and those above it.
func (g lab) mkdir(path string) {
	g.tb.Helper()
	if err := os.MkdirAll(g.dir+path, 0o755); err != nil {
		g.tb.Fatal(err)
	}
}

func (g lab) rmdir(path string) {
	g.tb.Helper()
	if err := syscall.Rmdir(g.dir + path); err != nil {
		g.tb.Fatalf("rmdir %s: %v", g.dir+path, err)
	}
}

func (g lab) write(path, value string) {
	g.tb.Helper()
	if err := os.WriteFile(g.dir+path, []byte(value), 0); err != nil {
		g.tb.Fatalf("write %q: %v", value, err)
	}
}

// removeGroups removes a group and all below it. A group stays busy for a moment after its last process died.
func removeGroups(tb testing.TB, dir string) {
	tb.Helper()
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		tb.Error(err)
	}
	for _, dir := range slices.Backward(dirs) {
		removed := func() bool { return syscall.Rmdir(dir) == nil }
		waitFor(tb, "removal of "+dir, removed)
	}
}

func openTree(tb testing.TB, dir string, m cgroup.Mount) *cgroup.Tree {
	tb.Helper()
	tree, err := cgroup.OpenTree(dir, m)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := tree.Close(); err != nil {
			tb.Error(err)
		}
	})
	return tree
}

func refresh(tb testing.TB, tree *cgroup.Tree, prev []cgroup.Node) []cgroup.Node {
	tb.Helper()
	nodes, err := tree.Refresh(prev)
	if err != nil {
		tb.Fatal(err)
	}
	return nodes
}

// paths returns the paths of nodes in order, as one text.
func paths(nodes []cgroup.Node) string {
	var b strings.Builder
	for i := range nodes {
		b.WriteString(nodes[i].Path + "\n")
	}
	return b.String()
}

// same reports whether two lists are one and the same, not only equal.
func same(a, b []cgroup.Node) bool { return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0] }

func waitFor(tb testing.TB, what string, met func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(10 * time.Second); !met(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("waited in vain for %s", what)
		}
	}
}
