package probe_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// settled returns a scanner that has been at it for so long that it reads anew as little as it ever does, and what it
// saw last.
func settled(t *testing.T) (*probe.Scanner, *probe.Snapshot) {
	t.Helper()
	s := live(t)
	for range 2 * probe.StaleScans {
		scan(t, s, everything)
	}
	return s, scan(t, s, everything)
}

// wantEvent scans until something happened to a process, which must not take more than StaleScans.
func wantEvent(t *testing.T, s *probe.Scanner, before *probe.Snapshot, kind probe.EventKind, pid int32) {
	t.Helper()
	for range probe.StaleScans {
		after := scan(t, s, everything)
		for _, event := range probe.Diff(before, after) {
			if event.Kind == kind && event.Task.PID == pid {
				return
			}
		}
		before = after
	}
	t.Errorf("%s of process %d was not seen in %d scans", kind, pid, probe.StaleScans)
}

func TestKernelUnshareIsSeenAfterLongSleep(t *testing.T) {
	needRoot(t)
	c := startRole(t, "unsharer")
	s, before := settled(t)
	c.write("go\n")
	if line := c.line(t); line[:14] != "unshared <nil>" {
		t.Fatalf("child: %q", line)
	}
	wantEvent(t, s, before, probe.TaskEntered, c.pid)
}

// A process that runs all the time enters a namespace that was there before.
func TestKernelSetnsIsSeen(t *testing.T) {
	needRoot(t)
	host := start(t, exec.Command("unshare", "-u", "sh", "-c", "echo ready; read line"))
	host.line(t)
	c := startRole(t, fmt.Sprintf("joiner %d", host.pid))
	c.line(t)
	s, before := settled(t)
	c.write("go\n")
	if line := c.line(t); line != "joined <nil>" {
		t.Fatalf("child: %q", line)
	}
	wantEvent(t, s, before, probe.TaskEntered, c.pid)
}

// What is watched, which is all that is on the screen, is read anew in each scan: what happened to it is in the very next one.
func TestKernelWatchedIsReadInEachScan(t *testing.T) {
	needRoot(t)
	for name, test := range map[string]struct {
		act  func(*testing.T, *probe.Snapshot, *child)
		kind probe.EventKind
	}{
		"unshare": {func(t *testing.T, _ *probe.Snapshot, c *child) {
			c.write("go\n")
			c.line(t)
		}, probe.TaskEntered},
		"move": {move, probe.TaskMoved},
	} {
		t.Run(name, func(t *testing.T) {
			c := startRole(t, "unsharer")
			s, before := settled(t)
			test.act(t, before, c)
			watched := everything
			watched.Watch = []int32{c.pid}
			after := scan(t, s, watched)
			if !slices.ContainsFunc(probe.Diff(before, after), func(e probe.Event) bool { return e.Kind == test.kind && e.Task.PID == c.pid }) {
				t.Errorf("%s of process %d is not in the next scan", test.kind, c.pid)
			}
		})
	}
}

// A process that does not run at all is moved by another.
func TestKernelMoveOfASleeperIsSeen(t *testing.T) {
	needRoot(t)
	c := start(t, exec.Command("sh", "-c", "echo ready; read line"))
	c.line(t)
	s, before := settled(t)
	move(t, before, c)
	wantEvent(t, s, before, probe.TaskMoved, c.pid)
}

// move puts a child into a new group of some hierarchy, until the test ends.
func move(t *testing.T, snapshot *probe.Snapshot, c *child) {
	t.Helper()
	for i := range snapshot.Hierarchies {
		h := &snapshot.Hierarchies[i]
		if h.MountPoint == "" || h.ReadOnly || (h.Label != cgroup.LabelV2 && h.Label != "freezer") {
			continue
		}
		dir := filepath.Join(h.MountPoint, fmt.Sprintf("bulkhead-test-%d", os.Getpid()))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.cmd.Process.Kill() // Before the group is removed, which must be empty.
			_ = c.cmd.Wait()
			eventually(t, "the group is removed", func() bool { return os.Remove(dir) == nil })
		})
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), fmt.Append(nil, c.pid), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("neither version 2 nor the freezer is mounted: no process can be moved")
}

// A user namespace that no process is in, but that owns another, is there as long as that one is.
func TestKernelOwnerWithoutProcessesStays(t *testing.T) {
	needRoot(t)
	c := start(t, exec.Command("unshare", "-U", "--map-root-user", "unshare", "-U", "--map-root-user", "sh", "-c", "echo ready; read line"))
	c.line(t)
	s := live(t)
	for i := range 2*probe.StaleScans + 1 {
		snapshot := scan(t, s, everything)
		task, ok := snapshot.Task(c.pid)
		if !ok {
			t.Fatalf("process %d is not in the snapshot", c.pid)
		}
		inner, ok := snapshot.Namespace(probe.NamespaceRef{Type: probe.User, Inode: task.Namespaces.Inodes[probe.User].Or(0)})
		if !ok {
			t.Fatalf("scan %d: the user namespace of %d is missing", i, c.pid)
		}
		outer, ok := snapshot.Namespace(probe.NamespaceRef{Type: probe.User, Inode: inner.Owner.Or(0)})
		if !ok || outer.Processes != 0 || outer.Initial {
			t.Fatalf("scan %d: owner %+v, found %v, want one without processes", i, outer, ok)
		}
	}
}

// Facts that are asked for later come later, and all of them, also of a process that did not run since.
func TestKernelMoreFactsLater(t *testing.T) {
	c := start(t, exec.Command("sh", "-c", "echo ready; read line"))
	c.line(t)
	s := live(t)
	first, _ := scan(t, s, firstPicture).Task(c.pid)
	if first.Cmdline.State() != reading.Absent || first.Cgroups.Access != reading.Absent {
		t.Errorf("read though nobody asked: command line %v, groups %+v", first.Cmdline, first.Cgroups)
	}
	second, _ := scan(t, s, everything).Task(c.pid)
	set := second.Namespaces
	if set.PIDForChildren != set.Inodes[probe.PID] || second.UID.State() != reading.Present || second.Cgroups.Access != reading.Present {
		t.Errorf("asked for everything, got %+v with %+v", second, set)
	}
}

// TestStatsAreReadInTime: those that are asked for in every scan, the others within the stated number of scans.
func TestStatsAreReadInTime(t *testing.T) {
	for name, c := range map[string]struct {
		request probe.Request
		scans   int
	}{
		"all asked for": {probe.Request{Facts: probe.AllFacts, AllStats: true}, 1},
		"in turn":       {probe.Request{Facts: probe.AllFacts}, probe.StaleScans},
	} {
		t.Run(name, func(t *testing.T) {
			scanner, err := probe.Open(probe.Live)
			if err != nil {
				t.Fatal(err)
			}
			defer scanner.Close() //nolint:errcheck // It was only read from.
			scan := func() *probe.Snapshot {
				s, err := scanner.Scan(t.Context(), c.request)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			var before time.Duration
			for _, task := range scan().Tasks {
				before = max(before, task.ReadAt)
			}
			var last *probe.Snapshot
			for range c.scans {
				last = scan()
			}
			for _, task := range last.Tasks {
				if task.ReadAt <= before {
					t.Errorf("process %d %s was not read in %d scans", task.PID, task.Comm, c.scans)
				}
			}
		})
	}
}
