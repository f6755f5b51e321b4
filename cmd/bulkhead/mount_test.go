package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestMountAndUnmount mounts a named hierarchy without controllers, and takes it away: by its name, and by its mount point.
func TestMountAndUnmount(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	name := "bulkhead-test-" + strconv.Itoa(os.Getpid())
	dir := filepath.Join(t.TempDir(), "in")
	for _, hierarchy := range []string{"name=" + name, dir} {
		for _, args := range [][]string{{"mount", "none,name=" + name, dir}, {"unmount", hierarchy}} {
			if got := execute(t, append(args, "--yes")...); got.code != exitDone || !strings.Contains(got.out, "mounted") {
				t.Fatalf("%v: %+v", args, got)
			}
		}
		if text, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(text), name) {
			t.Errorf("after unmount %s it is mounted still (%v)", hierarchy, err)
		}
	}
	second := filepath.Join(t.TempDir(), "second")
	for _, at := range []string{dir, second} {
		if got := execute(t, "mount", "none,name="+name, at, "--yes"); got.code != exitDone {
			t.Fatalf("mount at %s: %+v", at, got)
		}
		t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) }) // It was unmounted before, if all went well.
	}
	if got := execute(t, "unmount", "name="+name, "--yes"); got.code != exitRefused || !strings.Contains(got.err, dir) || !strings.Contains(got.err, second) {
		t.Errorf("where it is mounted twice: %+v", got)
	}
	for _, at := range []string{second, dir} {
		if got := execute(t, "unmount", at, "--yes"); got.code != exitDone {
			t.Errorf("unmount %s: %+v", at, got)
		}
		if text, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(text), at+" ") {
			t.Errorf("after unmount %s it is mounted there still (%v)", at, err)
		}
	}
	got := execute(t, "unmount", "name="+name, "--yes") // The kernel may take a while to forget it.
	if got.code != exitRefused || !strings.Contains(got.err, "there is no version 1 hierarchy") && !strings.Contains(got.err, "is mounted nowhere in sight") {
		t.Errorf("where it is mounted no more: %+v", got)
	}
}

// TestMountFromTheScreen chooses, mounts and unmounts by keys.
func TestMountFromTheScreen(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	name := "bulkhead-test-screen-" + strconv.Itoa(os.Getpid())
	dir := filepath.Join(t.TempDir(), "in")
	t.Cleanup(func() { execute(t, "unmount", dir, "--yes") }) // Where the screen did not.
	p := inTerminal(t, 120, 60, "cgroups")
	play(t, p, "wait:GROUP,wait:hierarchy,v,wait:Mount a version 1,tab,type:"+name+",tab,ctrl+u,type:"+dir+",enter,wait:]   apply,a,wait:: mounted at")
	if text, err := os.ReadFile("/proc/self/mountinfo"); err != nil || !strings.Contains(string(text), dir) {
		t.Errorf("the screen says that it is mounted, the kernel does not (%v)", err)
	}
	play(t, p, "u,wait:]   apply,a,wait:: unmounted,q")
	ended(t, p, exitDone)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the mount point that was made is still there: %v", err)
	}
}
