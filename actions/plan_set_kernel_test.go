package actions

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
)

// labWith makes a group that has a controller: in version 1 where that has it, else in version 2, whose topmost group then
// hands it on for as long as the test runs. It skips the test where this kernel has the controller nowhere.
func labWith(t *testing.T, controller string) lab {
	t.Helper()
	asRoot(t)
	if mountOf(t, controller) != "" {
		return makeLab(t, controller)
	}
	top := mountOf(t, "v2")
	offered, err := os.ReadFile(filepath.Join(top, "cgroup.controllers"))
	if top == "" || err != nil || !slices.Contains(strings.Fields(string(offered)), controller) {
		t.Skipf("this kernel has no controller %s in reach", controller)
	}
	handOnFor(t, top, controller)
	return makeLab(t, "v2")
}

// handOnFor has a group of version 2 hand on controllers until the test ends. Only one test at a time does so: no other run
// of these tests may take a controller away meanwhile, or need one that is to be given up.
func handOnFor(t *testing.T, dir string, controllers ...string) {
	t.Helper()
	lock, err := os.Open(dir)
	must(t, err)
	t.Cleanup(func() { must(t, lock.Close()) })
	must(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	file := filepath.Join(dir, fileSubtree)
	now, err := os.ReadFile(file)
	must(t, err)
	for _, c := range lacking(strings.Fields(string(now)), controllers) {
		must(t, os.WriteFile(file, []byte("+"+c), 0))
		t.Cleanup(func() {
			await(t, c+" to be given up", func() bool { return os.WriteFile(file, []byte("-"+c), 0) == nil })
		})
	}
}

// set writes a file as another tool would.
func (l lab) set(file, value string) error {
	return os.WriteFile(filepath.Join(l.dir, file), []byte(value+"\n"), 0) //nolint:wrapcheck // The errno is what is asked for.
}

// make makes a cpuset below.
func (l lab) make(name string) lab {
	l.t.Helper()
	below := lab{l.t, l.below("/" + name), filepath.Join(l.dir, name)}
	if l.key.Hierarchy == "v2" {
		handOnFor(l.t, l.dir, "cpuset")
	}
	must(l.t, os.Mkdir(below.dir, 0o755))
	return below
}

// TestKernelKnobs writes files of each controller and takes that back.
func TestKernelKnobs(t *testing.T) {
	asRoot(t)
	tests := map[string][]struct{ file, value, says string }{
		"pids":   {{"pids.max", "7", "7"}},
		"cpu":    {{"cpu.shares", "512", "512"}, {"cpu.weight", "500", "500"}, {"cpu.max", "50000", "50000 100000"}, {"cpu.cfs_quota_us", "50000", "50000"}, {"cpu.idle", "1", "1"}},
		"memory": {{"memory.limit_in_bytes", "64M", "67108864"}, {"memory.max", "64M", "67108864"}, {"memory.high", "50000000", "49999872"}, {"memory.oom_control", "1", "oom_kill_disable 1 …"}, {"memory.swappiness", "10", "10"}},
		"v2":     {{"cgroup.max.depth", "3", "3"}, {"cgroup.pressure", "0", "0"}},
	}
	for controller, writes := range tests {
		t.Run(controller, func(t *testing.T) {
			l := labIn(t, controller)
			for _, w := range writes {
				before, err := os.ReadFile(filepath.Join(l.dir, w.file))
				if errors.Is(err, os.ErrNotExist) {
					continue // Of the other version.
				}
				result := apply(t, SetKnob(l.key, w.file, w.value, false))
				must(t, result.Err)
				if says := w.file + " is " + w.says; result.Done[0].Says != says {
					t.Errorf("it says %q, want %q", result.Done[0].Says, says)
				}
				undo, _ := result.Undo()
				must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
				if now := l.says(w.file) + "\n"; now != string(before) {
					t.Errorf("%s: taken back it says %q, want %q", w.file, now, before)
				}
			}
		})
	}
}

// labIn makes a group with a controller, or one of version 2 that needs none.
func labIn(t *testing.T, controller string) lab {
	t.Helper()
	if controller != "v2" {
		return labWith(t, controller)
	}
	if mountOf(t, "v2") == "" {
		t.Skip("version 2 is not mounted")
	}
	return makeLab(t, "v2")
}

// TestKernelSubtree hands a controller on and takes that back.
func TestKernelSubtree(t *testing.T) {
	l := labIn(t, "v2")
	offered := strings.Fields(l.says("cgroup.controllers"))
	if len(offered) == 0 {
		top := filepath.Dir(l.dir)
		all, err := os.ReadFile(filepath.Join(top, "cgroup.controllers"))
		must(t, err)
		if offered = strings.Fields(string(all)); len(offered) == 0 {
			t.Skip("version 2 has no controller here")
		}
		handOnFor(t, top, offered[0])
	}
	result := apply(t, SetKnob(l.key, fileSubtree, "+"+offered[0], false))
	must(t, result.Err)
	if now := l.says(fileSubtree); now != offered[0] {
		t.Errorf("it says %q, want %q", now, offered[0])
	}
	undo, _ := result.Undo()
	must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
	if now := l.says(fileSubtree); now != "" {
		t.Errorf("taken back it says %q", now)
	}
}

// TestKernelThreaded makes a group threaded, which has no way back.
func TestKernelThreaded(t *testing.T) {
	l := labIn(t, "v2")
	result := apply(t, SetKnob(l.key, fileType, "threaded", false))
	must(t, result.Err)
	if now := l.says(fileType); now != "threaded" {
		t.Errorf("it says %q", now)
	}
	if _, whole := result.Undo(); whole {
		t.Error("it claims that there is a way back")
	}
}
