package probe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// looseGroup makes a group that holds one thread alone, of a child whose leading thread stays outside of it.
func looseGroup(t *testing.T, h *probe.Hierarchy, c *child, tid int32) probe.GroupKey {
	t.Helper()
	name := fmt.Sprintf("bulkhead-test-%d-1", os.Getpid())
	dir := filepath.Join(h.MountPoint, name)
	dirs := []string{dir}
	key := probe.GroupKey{Hierarchy: h.Label, Path: filepath.Join(h.Root, name)}
	if h.Version == 2 {
		dirs = append(dirs, filepath.Join(dir, "threads"))
		key.Path += "/threads"
	}
	for _, d := range dirs {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { eventually(t, "the group is removed", func() bool { return os.Remove(d) == nil }) })
	}
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill() // Before the groups are removed, which must be empty.
		_ = c.cmd.Wait()
	})
	write := func(path string, value any) {
		t.Helper()
		if err := os.WriteFile(path, fmt.Append(nil, value), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if h.Version == 2 {
		write(dir+"/cgroup.procs", c.pid)
		write(dirs[1]+"/cgroup.type", "threaded")
		write(dirs[1]+"/cgroup.threads", tid)
	} else {
		write(dir+"/tasks", tid)
	}
	return key
}

// A thread alone in a group: the group has no process, and is not empty.
func TestKernelThreadsOnly(t *testing.T) {
	needRoot(t)
	hierarchies := slices.DeleteFunc(scan(t, live(t), everything).Hierarchies, func(h probe.Hierarchy) bool {
		return h.MountPoint == "" || h.ReadOnly || (h.Label != cgroup.LabelV2 && h.Label != "freezer")
	})
	if len(hierarchies) == 0 {
		t.Fatal("neither version 2 nor the freezer is mounted: no thread can be moved")
	}
	for i := range hierarchies {
		h := &hierarchies[i]
		t.Run(h.Label, func(t *testing.T) {
			c := startRole(t, "loose")
			tid := c.thread(t)
			key := looseGroup(t, h, c, tid)
			s := live(t)
			g, ok := scan(t, s, everything).Group(key)
			if !ok {
				t.Fatalf("no group %s", key)
			}
			if got := g.Loose.Or(nil); g.Processes != 0 || !slices.Equal(got, []int32{c.pid}) || g.Unseen {
				t.Errorf("%d processes, threads of %v, unseen %v; want 0 and those of %d", g.Processes, got, g.Unseen, c.pid)
			}
			snapshot := scan(t, s, probe.Request{Facts: probe.AllFacts, Threads: g.Loose.Or(nil)})
			g, _ = snapshot.Group(key)
			if threads := snapshot.LooseThreads(g); len(threads) != 1 || threads[0].TID != tid {
				t.Errorf("%d loose threads, want %d alone", len(threads), tid)
			}
		})
	}
}

// looseHost is a host of which the groups of version 1 are told by the lists alone, whatever the processes say.
const looseHost = `-- proc/self -> 7 --
-- proc/7/ --
stat 7 (many) S 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 2 0 100 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0
cgroup 6:freezer:/
-- proc/7/mountinfo --
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
-- sys/fs/cgroup/freezer/ --
cgroup.procs 7
tasks 7
-- sys/fs/cgroup/freezer/empty/ --
cgroup.procs
tasks
-- sys/fs/cgroup/freezer/foreign/ --
cgroup.procs 0
tasks 0\n0
-- sys/fs/cgroup/freezer/moved/ --
cgroup.procs 7
tasks 7\n8
-- sys/fs/cgroup/freezer/mixed/ --
cgroup.procs 9\n5\n7
tasks 70\n50\n9
-- sys/fs/cgroup/freezer/unlisted/ --
tasks 8
`

func TestThreadsOnly(t *testing.T) {
	host := testhost.Parse(t, looseHost)
	s := scanHost(t, probe.Roots{Proc: host.Proc, Sys: host.Sys})
	for path, want := range map[string]struct {
		loose  probe.Reading[[]int32]
		unseen bool
	}{
		"/":         {probe.Reading[[]int32]{}, false}, // It has a process.
		"/empty":    {reading.Of([]int32{}), false},
		"/foreign":  {reading.Of([]int32{}), true}, // Of another pid namespace.
		"/moved":    {reading.Of([]int32{}), true}, // The process does not say it yet.
		"/mixed":    {reading.Of([]int32{5, 7}), true},
		"/unlisted": {probe.Reading[[]int32]{}, false},
	} {
		g, ok := s.Group(probe.GroupKey{Hierarchy: "freezer", Path: path})
		if !ok {
			t.Fatalf("no group %s", path)
		}
		if g.Loose.State() != want.loose.State() || !slices.Equal(g.Loose.Or(nil), want.loose.Or(nil)) || g.Unseen != want.unseen {
			t.Errorf("%s: threads of %+v, unseen %v, want %+v", path, g.Loose, g.Unseen, want)
		}
	}
}
