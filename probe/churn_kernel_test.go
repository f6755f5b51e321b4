package probe_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// churnScans is how many scans are made over groups that come and go; ten minutes of a screen are 600.
var churnScans = flag.Int("churn", 30, "scan so `often` over groups that come and go")

// How many groups come, and as many go, between two scans, and how many of them there are at a time.
const (
	churnEach   = 200
	churnGroups = 2 * churnEach
)

// churner is a group below which others come and go.
type churner struct {
	t    *testing.T
	h    *probe.Hierarchy
	name string
	dirs []string // The oldest one first.
	made int
}

func startChurn(t *testing.T, h *probe.Hierarchy) *churner {
	t.Helper()
	name := fmt.Sprintf("bulkhead-test-%d-churn", os.Getpid())
	c := &churner{t: t, h: h, name: name}
	c.make(filepath.Join(h.MountPoint, name))
	t.Cleanup(c.clear)
	return c
}

func (c *churner) make(dir string) {
	c.t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		c.t.Fatal(err)
	}
	c.dirs = append(c.dirs, dir)
}

// clear removes all groups, the newest one first, since it may be below an older one.
func (c *churner) clear() {
	for _, dir := range slices.Backward(c.dirs) {
		if err := os.Remove(dir); err != nil {
			c.t.Error(err)
		}
	}
}

// below are the names of the groups that a snapshot has directly below the churner's own.
func (c *churner) below(s *probe.Snapshot) map[string]bool {
	top, names := filepath.Join(c.h.Root, c.name), map[string]bool{}
	for i := range s.Groups {
		if g := &s.Groups[i]; g.Hierarchy == c.h.Label && filepath.Dir(g.Path) == top {
			names[filepath.Base(g.Path)] = true
		}
	}
	return names
}

// turn has as many groups come as there are names, and as many go. The kernel takes any byte in a name but the slash and the
// line feed.
func (c *churner) turn() {
	c.t.Helper()
	for range churnEach {
		c.made++
		odd := byte(c.made)
		if odd == 0 || odd == '/' || odd == '\n' {
			odd = 0xff
		}
		c.make(filepath.Join(c.h.MountPoint, c.name, string([]byte{'x', odd, 0xff - odd%0x30, 'y'})+fmt.Sprint(c.made)))
	}
	for len(c.dirs) > churnGroups+1 {
		if err := os.Remove(c.dirs[1]); err != nil {
			c.t.Fatal(err)
		}
		c.dirs = slices.Delete(c.dirs, 1, 2)
	}
}

// want are the names of the groups that are there.
func (c *churner) want() map[string]bool {
	names := map[string]bool{}
	for _, dir := range c.dirs[1:] {
		names[filepath.Base(dir)] = true
	}
	return names
}

// footprint is what a scanner holds: descriptors of this program, and bytes on its heap.
func footprint(t *testing.T) (descriptors int, heap uint64) {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return len(list), stats.HeapAlloc
}

// Groups that come and go are listed as they are, under whatever names, and leave nothing behind.
func TestKernelGroupsThatComeAndGo(t *testing.T) {
	needRoot(t)
	for _, h := range churnable(t) {
		t.Run(h.Label, func(t *testing.T) {
			c, s := startChurn(t, &h), live(t)
			gaps := len(scan(t, s, everything).Gaps)
			var descriptors int
			var heap uint64
			for i := range *churnScans {
				c.turn()
				snapshot := scan(t, s, everything)
				if got, want := c.below(snapshot), c.want(); !maps.Equal(got, want) {
					t.Fatalf("scan %d has the groups %q, want %q", i, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
				}
				if len(snapshot.Gaps) > gaps {
					t.Fatalf("scan %d has gaps: %+v", i, snapshot.Gaps)
				}
				if i == *churnScans/3 {
					descriptors, heap = footprint(t)
				}
			}
			switch d, bytes := footprint(t); {
			case d != descriptors:
				t.Errorf("%d descriptors after a third of the scans, %d after all", descriptors, d)
			case bytes > heap+heap/8:
				t.Errorf("%d bytes on the heap after a third of the scans, %d after all", heap, bytes)
			default:
				t.Logf("%d groups came; descriptors %d, then %d; heap %d, then %d KiB", c.made, descriptors, d, heap>>10, bytes>>10)
			}
		})
	}
}

// churnable are the hierarchies that are churned in: one of each version, of those that are mounted.
func churnable(t *testing.T) []probe.Hierarchy {
	t.Helper()
	hierarchies := slices.DeleteFunc(scan(t, live(t), everything).Hierarchies, func(h probe.Hierarchy) bool {
		return h.MountPoint == "" || h.ReadOnly || (h.Label != cgroup.LabelV2 && h.Label != "freezer")
	})
	if len(hierarchies) == 0 {
		t.Fatal("neither version 2 nor the freezer is mounted: no group can be made")
	}
	return hierarchies
}

// A group 64 levels down is listed with those above it, and its values are read.
func TestKernelGroupsInADeepTree(t *testing.T) {
	needRoot(t)
	const depth = 64
	for _, h := range churnable(t) {
		t.Run(h.Label, func(t *testing.T) {
			c := startChurn(t, &h)
			for len(c.dirs) < depth {
				c.make(filepath.Join(c.dirs[len(c.dirs)-1], fmt.Sprintf("level %d", len(c.dirs))))
			}
			snapshot := scan(t, live(t), everything)
			for _, dir := range c.dirs {
				below, err := filepath.Rel(h.MountPoint, dir)
				if err != nil {
					t.Fatal(err)
				}
				g, ok := snapshot.Group(probe.GroupKey{Hierarchy: h.Label, Path: filepath.Join(h.Root, below)})
				if !ok {
					t.Fatalf("%s is missing", dir)
				}
				if g.Inode == 0 || g.Values.Freezer.State() != reading.Present {
					t.Errorf("%s: inode %d, freezer %v", dir, g.Inode, g.Values.Freezer)
				}
			}
		})
	}
}
