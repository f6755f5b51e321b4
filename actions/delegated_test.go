package actions

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// delegatedTo names the variable by which root tells the test of an ordinary user which group is that user's.
const delegatedTo = "BULKHEAD_TEST_DELEGATED"

// nobodyID is the user of testhost.AsNobody.
const nobodyID = 65534

// delegate makes a group of version 2 that belongs to nobody, with this process in it, so that the process that is started
// next is born there; see "Delegation" in the kernel's cgroup-v2 document.
func delegate(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv(delegatedTo) == "" {
			t.Skip("only root may delegate a group to an ordinary user")
		}
		return
	}
	if mountOf(t, "v2") == "" {
		t.Skip("this host does not mount version 2")
	}
	l := makeLab(t, "v2")
	before, _ := scanLive(t).Task(int32(os.Getpid()))
	home, _ := before.Cgroups.Path(0)
	must(t, os.Mkdir(l.dir+"/start", 0o755))
	for _, path := range []string{"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control", "/start", "/start/cgroup.procs", "/start/cgroup.threads"} {
		must(t, os.Chown(l.dir+path, nobodyID, nobodyID))
	}
	self := decimal(int32(os.Getpid()))
	must(t, os.WriteFile(l.dir+"/start/cgroup.procs", []byte(self), 0))
	t.Cleanup(func() {
		must(t, os.WriteFile(filepath.Join(mountOf(t, "v2"), home, fileProcs), []byte(self), 0))
	})
	t.Setenv(delegatedTo, l.key.Path)
}

func TestDelegatedGroups(t *testing.T) {
	delegate(t)
	testhost.AsNobody(t, func(t *testing.T) {
		top := v2(os.Getenv(delegatedTo))
		a, b := v2(top.Path+"/a"), v2(top.Path+"/b")
		must(t, apply(t, MakeGroup(a, MakeOptions{})).Err)
		must(t, apply(t, MakeGroup(b, MakeOptions{})).Err)
		cmd := exec.Command("sleep", "1000")
		must(t, cmd.Start())
		t.Cleanup(func() {
			_ = cmd.Process.Kill() // It is killed below.
			_ = cmd.Wait()
		})
		key := keyOf(t, int32(cmd.Process.Pid))
		for _, to := range []probe.GroupKey{a, b} {
			must(t, apply(t, MoveTasks([]probe.TaskKey{key}, to, MoveOptions{})).Err)
		}
		must(t, apply(t, Freeze(b, false)).Err)
		must(t, apply(t, Thaw(b)).Err)
		must(t, apply(t, KillGroup(b, false)).Err)
		_ = cmd.Wait() // It was killed.
		must(t, apply(t, RemoveGroup(a, RemoveOptions{})).Err)
		must(t, apply(t, RemoveGroup(b, RemoveOptions{})).Err)
		result := apply(t, Freeze(top, true))
		if !errors.Is(result.Err, syscall.EACCES) || len(result.Done) != 0 {
			t.Errorf("freezing the delegated group itself: %v, want %v", result.Err, syscall.EACCES)
		}
	})
}

func TestFreezingOneselfIsRefused(t *testing.T) {
	asRoot(t)
	s := scanLive(t)
	self, _ := s.Task(s.Host.Self)
	tested := false
	for _, h := range s.Hierarchies {
		path, ok := self.Cgroups.Path(h.ID)
		if !ok || path == "/" || h.MountPoint == "" || h.Version == 1 && !slices.Contains(h.Controllers, "freezer") {
			continue
		}
		tested = true
		_, err := Freeze(probe.GroupKey{Hierarchy: h.Label, Path: path}, false)(s, probe.Live.Knob)
		var refusal *Refusal
		if !errors.As(err, &refusal) || !refusal.Forcible {
			t.Errorf("freezing %s:%s, in which this test runs: %v, want a guard", h.Label, path, err)
		}
	}
	if !tested {
		t.Log("this test is in topmost groups only: the guard has its tests on laid-out hosts")
	}
}

func TestRootMayOverrideTheGuard(t *testing.T) {
	h := layHost(t, "v2")
	s := h.scan(t)
	self, ok := s.Task(s.Host.Self)
	if !ok {
		t.Fatal("the host has no process that is the reader")
	}
	path, _ := self.Cgroups.Path(0)
	_, err := Freeze(v2(path), false)(s, h.roots.Knob)
	if err == nil || !strings.Contains(err.Error(), "bulkhead") {
		t.Errorf("freezing the reader's own group: %v, want a refusal that names it", err)
	}
	plan, err := Freeze(v2(path), true)(s, h.roots.Knob)
	if err != nil || plan.Guarded == "" {
		t.Errorf("overridden: guarded by %q, %v; want the reason in the plan", plan.Guarded, err)
	}
}
