package spawn_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// groups counts the groups that the tests make.
var groups atomic.Int32

// group makes a group in the hierarchy of a label, as /proc/PID/cgroup has it, and returns its directory. It is removed when
// the test ends.
func group(t *testing.T, label string) string {
	t.Helper()
	dir := filepath.Join(hierarchy(t, label), fmt.Sprintf("bulkhead-test-%d-%d", os.Getpid(), groups.Add(1)))
	check(t, os.Mkdir(dir, 0o755))
	t.Cleanup(func() {
		// The kernel may count members a little longer than their parent does.
		var err error
		waitFor(t, "the group to be removed", func() bool { err = os.Remove(dir); return err == nil })
	})
	return dir
}

// hierarchy returns where a hierarchy is mounted; label is a controller of version 1, or empty for version 2.
func hierarchy(t *testing.T, label string) string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	check(t, err)
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if label == "" && f[2] == "cgroup2" || label != "" && f[2] == "cgroup" && strings.Contains(","+f[3]+",", ","+label+",") {
			return f[1]
		}
	}
	t.Skipf("this host mounts no hierarchy for %q", label)
	return ""
}

// memberships are the lines of /proc/self/cgroup that name groups of the tests, without their number.
func memberships(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if _, line, _ = strings.Cut(line, ":"); strings.Contains(line, "bulkhead-test-") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

func procs(t *testing.T, dir string) *os.File {
	t.Helper()
	return open(t, dir+"/cgroup.procs", unix.O_WRONLY)
}

func TestGroupV2(t *testing.T) {
	needRoot(t)
	dir := group(t, "")
	for name, r := range map[string]spawn.Run{
		"birth":               {},
		"birth in namespaces": {Flags: unix.CLONE_NEWPID | unix.CLONE_NEWNET},
		"two births":          {Flags: unix.CLONE_NEWPID | unix.CLONE_NEWTIME},
		"unshare":             {Flags: unix.CLONE_NEWNET, Unshare: true},
		"move":                {Cgroups: []*os.File{procs(t, dir)}},
		"rootless": {
			Flags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID, UIDMap: oneself(), GIDMap: oneselfGroup(), DenySetgroups: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if r.Cgroups == nil {
				r.CgroupV2 = open(t, dir, unix.O_PATH|unix.O_DIRECTORY)
			}
			out, _ := output(t, spawn.Command{Path: "cat", Args: []string{"cat", "/proc/self/cgroup"}}, run(r))
			if got := memberships(out); len(got) != 1 || !strings.HasSuffix(got[0], "/"+filepath.Base(dir)) {
				t.Errorf("the command is in %q", got)
			}
		})
	}
	if ours, err := os.ReadFile("/proc/self/cgroup"); err != nil || len(memberships(string(ours))) != 0 {
		t.Errorf("this process is in %q (%v)", ours, err)
	}
}

func TestGroupsV1(t *testing.T) {
	needRoot(t)
	freezer, pids := group(t, "freezer"), group(t, "pids")
	files := []*os.File{procs(t, freezer), procs(t, pids)}
	pid := target(t, unix.CLONE_NEWUSER|unix.CLONE_NEWPID|unix.CLONE_NEWNS)
	var joins []spawn.Join
	for _, kind := range []probe.NamespaceType{probe.User, probe.PID, probe.Mnt} {
		joins = append(joins, join(t, proc(pid), kind))
	}
	for name, start := range map[string]func(spawn.Command) (*spawn.Process, error){
		"run":   run(spawn.Run{Flags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID, Cgroups: files}),
		"enter": enter(spawn.Enter{Namespaces: joins, Cgroups: files}),
	} {
		t.Run(name, func(t *testing.T) {
			out, _ := output(t, spawn.Command{Path: "cat", Args: []string{"cat", "/proc/self/cgroup"}}, start)
			got := strings.Join(memberships(out), " ")
			if !strings.Contains(got, filepath.Base(freezer)) || !strings.Contains(got, filepath.Base(pids)) {
				t.Errorf("the command is in %q", got)
			}
		})
	}
}

// TestGroupAsRoot makes a cgroup namespace whose roots are the groups that the command is started in.
func TestGroupAsRoot(t *testing.T) {
	needRoot(t)
	v2, v1 := group(t, ""), group(t, "freezer")
	for name, unshare := range map[string]bool{"clone": false, "unshare": true} {
		t.Run(name, func(t *testing.T) {
			r := spawn.Run{
				Flags: unix.CLONE_NEWCGROUP, Unshare: unshare,
				CgroupV2: open(t, v2, unix.O_PATH), Cgroups: []*os.File{procs(t, v1)},
			}
			out, _ := output(t, spawn.Command{Path: "cat", Args: []string{"cat", "/proc/self/cgroup"}}, run(r))
			for line := range strings.Lines(out) {
				if (strings.HasPrefix(line, "0:") || strings.Contains(line, ":freezer:")) && !strings.HasSuffix(line, ":/\n") {
					t.Errorf("inside, the group is %q", line)
				}
			}
		})
	}
}

// TestNoGroup gives a directory that is no group, and a group that is gone.
func TestNoGroup(t *testing.T) {
	needRoot(t)
	r := spawn.Run{CgroupV2: open(t, t.TempDir(), unix.O_PATH)}
	if _, _, err := try(t, shell("exit"), run(r)); err == nil || !strings.Contains(err.Error(), "/cgroup.procs: no such file") {
		t.Errorf("a plain directory: %v", err)
	}
	var gone *os.File
	t.Run("group", func(t *testing.T) {
		var err error
		gone, err = os.OpenFile(group(t, "")+"/cgroup.procs", unix.O_WRONLY, 0)
		check(t, err)
	})
	defer gone.Close()
	_, _, err := try(t, shell("exit"), run(spawn.Run{Cgroups: []*os.File{gone}}))
	if err == nil || !strings.HasPrefix(err.Error(), "move into "+gone.Name()+": ") {
		t.Errorf("a group that is gone: %v", err)
	}
}
