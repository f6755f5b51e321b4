package proc_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/sys/mountinfo"

	"bulkhead/probe/proc"
)

// makeGroup makes a v2 group of the given name and puts the process into it.
func makeGroup(t *testing.T, name string, pid int32) string {
	t.Helper()
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup2"))
	if err != nil || len(mounts) == 0 {
		t.Fatalf("find a cgroup2 mount: %d mounts, %v; this test needs a writable one", len(mounts), err)
	}
	group := filepath.Join(mounts[0].Mountpoint, name)
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		eventually(t, func() bool {
			err := os.Remove(group)
			return err == nil || errors.Is(err, os.ErrNotExist)
		})
	})
	if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), fmt.Append(nil, pid), 0o644); err != nil {
		t.Fatal(err)
	}
	return group
}

// unified returns the membership in the v2 hierarchy.
func unified(t *testing.T, r *proc.Reader) proc.Membership {
	t.Helper()
	text, err := r.Cgroup()
	if err != nil {
		t.Fatal(err)
	}
	memberships, err := proc.ParseCgroup(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range memberships {
		if m.Hierarchy == 0 {
			return m
		}
	}
	t.Fatalf("no v2 line in %q", text)
	return proc.Membership{}
}

// The kernel escapes nothing in /proc/PID/cgroup: the path is the name of the directory, byte by byte.
func TestGroupNamesAreRaw(t *testing.T) {
	needRoot(t)
	_, r := openProc(t)
	for _, odd := range []string{`blank tab	colon:back\slash \x2d`, "invalid \xff\xfe", "escape \x1b[2J", "0::(deleted)"} {
		name := fmt.Sprintf("proc-test-%d-%s", os.Getpid(), odd)
		// Cleanups run in reverse, so that the child ends before its group is removed.
		t.Run(fmt.Sprintf("%q", odd), func(t *testing.T) {
			child := startChildren(t, 1, nil)[0]
			pid := int32(child.Process.Pid)
			group := makeGroup(t, name, pid)
			t.Cleanup(func() { _, _ = child.Process.Kill(), ignoreExit(child.Wait()) })
			open(t, r, pid)
			if m := unified(t, r); !strings.HasSuffix(m.Path, "/"+filepath.Base(group)) || m.Deleted || m.Controllers != "" {
				t.Errorf("membership = %+v, want a path that ends in %q", m, filepath.Base(group))
			}
		})
	}
}

func TestZombieInARemovedGroup(t *testing.T) {
	needRoot(t)
	_, r := openProc(t)
	pid := startZombieIn(t, fmt.Sprintf("proc-test-%d-removed", os.Getpid()))
	open(t, r, pid)
	if m := unified(t, r); !m.Deleted || !strings.HasSuffix(m.Path, "-removed") {
		t.Errorf("membership = %+v, want a deleted group", m)
	}
}

// startZombieIn leaves a zombie in a group that is removed under it.
func startZombieIn(t *testing.T, name string) int32 {
	t.Helper()
	child := startChildren(t, 1, nil)[0]
	pid := int32(child.Process.Pid)
	group := makeGroup(t, name, pid)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return os.Remove(group) == nil })
	return pid
}
