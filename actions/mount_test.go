package actions

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
)

func TestMountPoint(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	for _, name := range []string{"empty", "full/in"} {
		must(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
	}
	must(t, os.WriteFile(dir+"/file", nil, 0o644))
	must(t, os.Symlink("/etc", dir+"/etc"))
	must(t, os.Symlink(dir+"/empty", dir+"/link"))
	hides := " is a directory that the system stands on: what is in it would be hidden"
	for path, want := range map[string]string{
		dir + "/empty":                "",
		dir + "/new":                  "",
		dir + "/link":                 "",
		dir + "/no/such/parent":       "",
		dir + "/full":                 dir + "/full is not empty: what is in it would be hidden",
		dir + "/file":                 dir + "/file is no directory",
		dir + "/etc":                  "/etc" + hides,
		"/":                           "/" + hides,
		"/usr/":                       "/usr" + hides,
		"/dev":                        "/dev" + hides,
		"/proc":                       "/proc" + hides,
		"/proc/bulkhead":              "/proc/bulkhead is the kernel's own",
		"/sys/kernel":                 "/sys/kernel is the kernel's own",
		"relative":                    "the mount point relative is not an absolute path",
		"/sys/fs/cgroup/../../../etc": "/etc" + hides,
	} {
		at, err := LookAtMountPoint(probe.Live, path)
		must(t, err)
		says := ""
		if r := at.refusal(); r != nil {
			says = r.Says
		}
		if says != want {
			t.Errorf("%s: refused with %q, want %q", path, says, want)
		}
	}
}

// TestMountPointInUse looks at where this system has control groups.
func TestMountPointInUse(t *testing.T) {
	s := scanLive(t)
	for i := range s.Hierarchies {
		top := s.Hierarchies[i].MountPoint
		if top == "" {
			continue
		}
		for path, want := range map[string]string{
			top:              "something is mounted at " + quote(top) + " already, and would be hidden",
			top + "/no-such": quote(top+"/no-such") + " is within a hierarchy of control groups, where each directory is a group",
		} {
			at, err := LookAtMountPoint(probe.Live, path)
			must(t, err)
			if r := at.refusal(); r == nil || r.Says != want {
				t.Errorf("%s: refused with %v, want %q", path, r, want)
			}
		}
	}
}

// TestMountAndUnmount mounts a hierarchy without a controller, and takes that back.
func TestMountAndUnmount(t *testing.T) {
	asRoot(t)
	options, dir := fmt.Sprintf("none,name=bulkhead-test-%d", os.Getpid()), filepath.Join(t.TempDir(), "v1")
	at, err := LookAtMountPoint(probe.Live, dir)
	must(t, err)
	result := apply(t, MountV1(options, at))
	if errors.Is(result.Err, syscall.ENODEV) {
		t.Skip("this kernel has no version 1")
	}
	must(t, result.Err)
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }) // It was unmounted before, if all went well.
	if !mountedAt(dir) {
		t.Error("nothing is mounted there")
	}
	var refusal *Refusal
	again := NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{Mount{Options: options, Dir: dir}}})
	if !errors.As(again.Err, &refusal) || !strings.HasPrefix(refusal.Says, "something is mounted at ") {
		t.Errorf("mounted over it: %v, want a refusal", again.Err)
	}
	undo, whole := result.Undo()
	if !whole {
		t.Error("it can be taken back")
	}
	must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// TestUnmountOnlyVersion1: what a log tells to unmount may be something else.
func TestUnmountOnlyVersion1(t *testing.T) {
	for _, dir := range []string{"/proc", "/", mountOf(t, "v2")} {
		if dir == "" {
			continue
		}
		result := NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{Unmount{Options: "none,name=x", Dir: dir}}})
		if !errors.Is(result.Err, errNoHierarchy) {
			t.Errorf("unmounting %s: %v, want %v", dir, result.Err, errNoHierarchy)
		}
	}
}
