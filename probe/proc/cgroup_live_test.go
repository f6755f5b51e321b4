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

// hierarchy is where a test makes its groups: v2, or on a host without it that of the pids controller.
func hierarchy(t *testing.T) (folder, controller string) {
	t.Helper()
	mounts, err := mountinfo.GetMounts(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mounts {
		switch {
		case m.FSType == "cgroup2":
			return m.Mountpoint, ""
		case m.FSType == "cgroup" && strings.HasSuffix(m.VFSOptions, ",pids"):
			folder, controller = m.Mountpoint, "pids"
		}
	}
	if folder == "" {
		t.Fatal("this needs a mount of cgroup2, or of the v1 controller pids")
	}
	return folder, controller
}

// makeGroup makes a group and puts the process into it.
func makeGroup(t *testing.T, group string, pid int32) {
	t.Helper()
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
}

// membership returns the group of the open process in one hierarchy.
func membership(t *testing.T, r *proc.Reader, controller string) proc.Membership {
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
		if m.Controllers == controller && (m.Hierarchy == 0) == (controller == "") {
			return m
		}
	}
	t.Fatalf("no line of %q in %q", controller, text)
	return proc.Membership{}
}

// The kernel escapes nothing in /proc/PID/cgroup: the path is the name of the directory, byte by byte.
func TestGroupNamesAreRaw(t *testing.T) {
	needRoot(t)
	_, r := openProc(t)
	folder, controller := hierarchy(t)
	for _, odd := range []string{`blank tab	colon:back\slash \x2d`, "invalid \xff\xfe", "escape \x1b[2J", "0::(deleted)"} {
		t.Run(fmt.Sprintf("%q", odd), func(t *testing.T) {
			child := startChildren(t, 1, nil)[0]
			pid := int32(child.Process.Pid)
			name := fmt.Sprintf("proc-test-%d-%s", os.Getpid(), odd)
			makeGroup(t, filepath.Join(folder, name), pid)
			// Cleanups run in reverse, so that the child ends before its group is removed.
			t.Cleanup(func() { _, _ = child.Process.Kill(), ignoreExit(child.Wait()) })
			open(t, r, pid)
			if m := membership(t, r, controller); !strings.HasSuffix(m.Path, "/"+name) || m.Deleted {
				t.Errorf("membership = %+v, want a path that ends in %q", m, name)
			}
		})
	}
}

// A zombie stays in its v2 group, even if that is removed. In v1 it shows as if it were in the root.
func TestZombieInARemovedGroup(t *testing.T) {
	needRoot(t)
	_, r := openProc(t)
	folder, controller := hierarchy(t)
	child := startChildren(t, 1, nil)[0]
	pid := int32(child.Process.Pid)
	name := fmt.Sprintf("proc-test-%d-removed", os.Getpid())
	makeGroup(t, filepath.Join(folder, name), pid)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return os.Remove(filepath.Join(folder, name)) == nil })
	open(t, r, pid)
	m := membership(t, r, controller)
	if controller == "" && (!m.Deleted || !strings.HasSuffix(m.Path, "/"+name)) {
		t.Errorf("membership = %+v, want the deleted group %s", m, name)
	}
	if controller != "" && (m.Deleted || m.Path != "/") {
		t.Errorf("membership = %+v, want the root", m)
	}
}
