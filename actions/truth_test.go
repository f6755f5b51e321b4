package actions

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
)

func v2(path string) probe.GroupKey { return probe.GroupKey{Hierarchy: "v2", Path: path} }

func v1(hierarchy, path string) probe.GroupKey {
	return probe.GroupKey{Hierarchy: hierarchy, Path: path}
}

// moveOf moves processes by their pids.
func moveOf(to probe.GroupKey, o MoveOptions, pids ...int32) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		var keys []probe.TaskKey
		for _, pid := range pids {
			if t, ok := s.Task(pid); ok {
				keys = append(keys, t.TaskKey)
			}
		}
		return MoveTasks(keys, to, o)(s, knob)
	}
}

// changes are actions of every kind, by the host that they are done on.
var changes = map[string]struct {
	host   string
	intent Intent
}{
	"freeze, version 2":                {"v2", Freeze(v2("/system.slice/ssh.service"), true)},
	"make, version 2":                  {"v2", MakeGroup(v2("/lab/a"), MakeOptions{})},
	"make with controllers, version 2": {"v2", MakeGroup(v2("/lab/a"), MakeOptions{Controllers: []string{"cpuset", "pids"}})},
	"make cpuset, version 1":           {"hybrid", MakeGroup(v1("cpuset", "/lab/inner"), MakeOptions{})},
	"make nested cpusets, version 1":   {"hybrid", MakeGroup(v1("cpuset", "/one/two"), MakeOptions{})},
	"move, version 1":                  {"hybrid", moveOf(v1("cpuset", "/lab"), MoveOptions{}, 620)},
	"move with descendants, version 1": {"hybrid", moveOf(v1("cpuset", "/lab"), MoveOptions{Descendants: true}, 620)},
	"move one thread, version 1":       {"hybrid", moveOf(v1("cpuset", "/lab"), MoveOptions{Thread: true}, 620)},
	"remove and move out, version 1":   {"hybrid", RemoveGroup(v1("cpuset", "/lab"), RemoveOptions{Members: true, Below: true})},
}

// TestRemoveShowsSingleThreads: of process 720 only one thread is in the group.
func TestRemoveShowsSingleThreads(t *testing.T) {
	h := layHost(t, "hybrid")
	plan, err := RemoveGroup(v1("cpuset", "/lab"), RemoveOptions{Members: true})(h.scan(t), h.roots.Knob)
	must(t, err)
	want := `Remove cpuset:/lab
  1 group removed
  1 process moved to cpuset:/: 700 burn
  1 thread moved to cpuset:/ alone, while others of its process are elsewhere: 721 on-one (of 720)
echo 721 > /sys/fs/cgroup/cpuset/tasks
echo 700 > /sys/fs/cgroup/cpuset/cgroup.procs
rmdir /sys/fs/cgroup/cpuset/lab
`
	if got, _, _ := strings.Cut(previewOf(plan), "undo: "); got != want {
		t.Errorf("the preview is\n%s\nwant\n%s", got, want)
	}
}

// TestPreviewIsTheTruth applies each plan to one host and types its shell text on another: both must end the same.
func TestPreviewIsTheTruth(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			a, b := layHost(t, change.host), layHost(t, change.host)
			before := a.tree(t)
			plan, err := change.intent(a.scan(t), a.roots.Knob)
			must(t, err)
			result := a.kernel(t).Apply(t.Context(), plan)
			if result.Err != nil || len(result.Done) != len(plan.Steps) {
				t.Fatalf("applied %d of %d steps: %v", len(result.Done), len(plan.Steps), result.Err)
			}
			b.shell(t, plan)
			same(t, a, b.tree(t), b.directories(t))
			if maps.Equal(before, a.tree(t)) {
				t.Errorf("nothing was changed by\n%s", plan.Shell())
			}
		})
	}
}

// TestUndoIsExact applies each plan and its undo: the host is then as it was.
func TestUndoIsExact(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			h := layHost(t, change.host)
			tree, dirs := h.tree(t), h.directories(t)
			plan, err := change.intent(h.scan(t), h.roots.Knob)
			must(t, err)
			result := h.kernel(t).Apply(t.Context(), plan)
			must(t, result.Err)
			undo, whole := result.Undo()
			if !whole {
				t.Fatal("it cannot be undone as a whole")
			}
			must(t, h.kernel(t).Apply(t.Context(), undo).Err)
			same(t, h, tree, dirs)
		})
	}
}

// same compares a host with a tree of files.
func same(t *testing.T, h *host, tree map[string]string, dirs []string) {
	t.Helper()
	got := h.tree(t)
	for _, file := range slices.Sorted(maps.Keys(tree)) {
		if text, ok := got[file]; !ok || text != tree[file] {
			t.Errorf("%s says %q (there: %v), want %q", file, text, ok, tree[file])
		}
	}
	for file := range got {
		if _, ok := tree[file]; !ok {
			t.Errorf("%s is there, and should not be", file)
		}
	}
	if d := h.directories(t); !slices.Equal(d, dirs) {
		t.Errorf("directories %q, want %q", d, dirs)
	}
}
