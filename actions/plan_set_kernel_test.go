package actions

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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

// handOnFor has a group of version 2 hand on controllers until the test ends, however it ends: a keeper waits for that. Only one
// test at a time does so: no other run of these tests may take a controller away meanwhile, or need one that is to be given up.
func handOnFor(t *testing.T, dir string, controllers ...string) {
	t.Helper()
	lock, err := os.Open(dir)
	must(t, err)
	defer lock.Close() //nolint:errcheck // The keeper has it.
	must(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	file := filepath.Join(dir, fileSubtree)
	now, err := os.ReadFile(file)
	must(t, err)
	missing := lacking(strings.Fields(string(now)), controllers)
	keep(t, lock, dir, missing)
	for _, c := range missing {
		must(t, os.WriteFile(file, []byte("+"+c), 0))
	}
}

// keeper waits until its standard input is closed, as it is at the end of the test, be it by SIGKILL, and gives up what the test
// has a group hand on: first in the groups of the test, from the bottom up as far as it takes. Meanwhile it holds the lock. What
// somebody else has begun to use by then is left to him.
const keeper = `cat >/dev/null
tries=0
while [ $tries -lt 200 ]; do
  left=0
  for c in $3; do
    find "$1" -depth -path "*/bulkhead-test-$2-*" -name cgroup.subtree_control | while read -r f; do echo "-$c" >"$f"; done 2>/dev/null
    echo "-$c" >"$1/cgroup.subtree_control" 2>/dev/null && continue
    find "$1" -mindepth 2 -name cgroup.subtree_control ! -path '*/bulkhead-test-*' -exec grep -qw "$c" {} \; -print | grep -q . || left=1
  done
  [ $left = 1 ] || exit 0
  tries=$((tries + 1))
  sleep 0.1
done
exit 1`

// keep starts the keeper.
func keep(t *testing.T, lock *os.File, dir string, controllers []string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", keeper, "keeper", dir, strconv.Itoa(os.Getpid()), strings.Join(controllers, " "))
	cmd.ExtraFiles, cmd.SysProcAttr = []*os.File{lock}, &syscall.SysProcAttr{Setsid: true}
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		must(t, end.Close())
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v of %s are not given up: %v", controllers, dir, err)
		}
	})
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
