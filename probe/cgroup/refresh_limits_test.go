package cgroup_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// TestRefreshStopsAtLongPaths makes groups whose path is longer than the kernel takes.
func TestRefreshStopsAtLongPaths(t *testing.T) {
	name := strings.Repeat("l", 250)
	run := func(t *testing.T, dir string, m cgroup.Mount) {
		made := descend(t, dir, name, 20)
		defer ascend(t, made, name)
		tree := openTree(t, dir, m)
		nodes := refresh(t, tree, nil)
		last := nodes[len(nodes)-1]
		if len(nodes) != 17 || last.Access != reading.Unsupported {
			t.Errorf("%d groups, the last one %v; want 17, unsupported", len(nodes), last.Access)
		}
		if len(last.Path) > 4096 {
			t.Errorf("the last path has %d bytes", len(last.Path))
		}
		if again := refresh(t, tree, nodes); !same(nodes, again) {
			t.Errorf("nothing changed, yet the list is new, of %d groups", len(again))
		}
	}
	t.Run("fixture", func(t *testing.T) { run(t, t.TempDir(), cgroup.Mount{Version: 2}) })
	eachHierarchy(t, func(t *testing.T, g lab) { run(t, g.dir, g.mount) })
}

// descend makes directories in one another, and returns descriptors of all, since no path reaches the last ones.
func descend(t *testing.T, dir, name string, depth int) []int {
	t.Helper()
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	fds := []int{fd}
	for range depth {
		if err := unix.Mkdirat(fd, name, 0o755); err != nil {
			t.Fatal(err)
		}
		if fd, err = unix.Openat(fd, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
			t.Fatal(err)
		}
		fds = append(fds, fd)
	}
	return fds
}

// ascend removes what descend made.
func ascend(t *testing.T, fds []int, name string) {
	t.Helper()
	for i, fd := range slices.Backward(fds) {
		if i < len(fds)-1 {
			if err := unix.Unlinkat(fd, name, unix.AT_REMOVEDIR); err != nil {
				t.Error(err)
			}
		}
		_ = unix.Close(fd)
	}
}

func TestRefreshDenied(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"open/below", "unlisted/below", "unsearched/below"} {
		if err := os.MkdirAll(filepath.Join(dir, path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	chmod(t, filepath.Join(dir, "unlisted"), 0o311)
	chmod(t, filepath.Join(dir, "unsearched"), 0o444)
	tree := openTree(t, dir, cgroup.Mount{Version: 2})
	var nodes, again []cgroup.Node
	var values cgroup.Values
	asNobody(t, func() {
		nodes = refresh(t, tree, nil)
		again = refresh(t, tree, nodes)
		values = tree.Values("/unsearched/below", 0)
	})
	got := map[string]reading.State{}
	for _, n := range nodes {
		got[n.Path] = n.Access
	}
	want := map[string]reading.State{
		"/": reading.Present, "/open": reading.Present, "/open/below": reading.Present, "/unlisted": reading.Denied,
		"/unsearched": reading.Present, "/unsearched/below": reading.Denied,
	}
	for path, state := range want {
		if got[path] != state {
			t.Errorf("%s is %v, want %v", path, got[path], state)
		}
	}
	if len(got) != len(want) || !same(nodes, again) {
		t.Errorf("got %v, and at the second time %v", nodes, again)
	}
	if state := values.PIDs.State(); state != reading.Denied {
		t.Errorf("values of a group that may not be entered are %v, want denied", state)
	}
	chmod(t, filepath.Join(dir, "unlisted"), 0o755)
	chmod(t, filepath.Join(dir, "unsearched"), 0o755)
	checkTree(t, dir, refresh(t, tree, nodes))
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// asNobody calls f without the rights of root over files.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const nobody = 65534
	if _, err := unix.SetfsuidRetUid(nobody); err != nil {
		t.Fatal(err)
	}
	defer unix.SetfsuidRetUid(0) //nolint:errcheck // It has no error to return.
	f()
}

// TestRefreshOnOverlay is for a filesystem that gives every directory one link, whatever is in it.
func TestRefreshOnOverlay(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"lower/a/b", "upper/a", "work", "merged"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inOwnMounts(t, func() {
		merged := filepath.Join(dir, "merged")
		options := "lowerdir=" + dir + "/lower,upperdir=" + dir + "/upper,workdir=" + dir + "/work"
		if err := unix.Mount("overlay", merged, "overlay", 0, options); err != nil {
			t.Errorf("mount overlay: %v; the kernel must have OverlayFS", err)
			return
		}
		tree := openTree(t, merged, cgroup.Mount{Version: 2})
		nodes := refresh(t, tree, nil)
		if links := linksOf(merged + "/a"); links != 1 {
			t.Errorf("a directory with one in it has %d links: this proves nothing", links)
		}
		if again := refresh(t, tree, nodes); !same(nodes, again) {
			t.Errorf("nothing changed, yet the list is\n%safter\n%s", paths(again), paths(nodes))
		}
		for _, change := range []func() error{
			func() error { return os.Mkdir(merged+"/a/c", 0o755) },
			func() error { return os.Remove(merged + "/a/b") },
			func() error { return os.MkdirAll(merged+"/a/c/d/e", 0o755) },
		} {
			if err := change(); err != nil {
				t.Error(err)
			}
			nodes = refresh(t, tree, nodes)
			checkTree(t, merged, nodes)
		}
	})
}

// TestRefreshIgnoresWhatIsMountedOver mounts a filesystem over a group.
func TestRefreshIgnoresWhatIsMountedOver(t *testing.T) {
	eachHierarchy(t, func(t *testing.T, g lab) {
		g.mkdir("/a/below")
		g.mkdir("/b")
		inOwnMounts(t, func() {
			tree := g.tree()
			before := refresh(t, tree, nil)
			if err := unix.Mount("none", g.dir+"/a", "tmpfs", 0, ""); err != nil {
				t.Error(err)
				return
			}
			g.mkdir("/a/no/group")
			after := refresh(t, tree, before)
			if got, want := paths(after), "/\n/b\n"; got != want {
				t.Errorf("with a tmpfs over /a the groups are\n%swant\n%s", got, want)
			}
		})
	})
}

// TestRefreshDuringChanges makes and removes groups all the while. Each list must be a tree, and the last one right.
func TestRefreshDuringChanges(t *testing.T) {
	eachHierarchy(t, func(t *testing.T, g lab) {
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					path := g.dir + []string{"/a", "/a/b", "/a/b/c", "/d"}[i%4]
					if _ = os.Mkdir(path, 0o755); i%3 == 0 {
						_ = os.Remove(path)
					}
					_ = os.Rename(g.dir+"/a", g.dir+"/e") // Version 1 alone allows it.
					_ = os.Remove(g.dir + "/a/b/c")
				}
			}
		}()
		tree := g.tree()
		var nodes []cgroup.Node
		changes := 0
		deadline := time.Now().Add(time.Minute)
		for changes < 300 && time.Now().Before(deadline) {
			next := refresh(t, tree, nodes)
			if !same(nodes, next) {
				changes++
			}
			for i := 1; i < len(next); i++ {
				if parent := next[next[i].Parent]; filepath.Dir(next[i].Path) != parent.Path || next[i].Parent >= i {
					t.Fatalf("%+v is not below %+v", next[i], parent)
				}
			}
			nodes = next
		}
		close(stop)
		<-stopped
		checkTree(t, g.dir, refresh(t, tree, nodes))
		if changes < 300 {
			t.Errorf("only %d lists were new: this proves little", changes)
		}
	})
}

// inOwnMounts calls f on a thread with mounts of its own, which end with it.
func inOwnMounts(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // And never unlocked, so that the thread ends with the function.
		var err error
		defer func() { done <- err }() // Even where f ends the test.
		if err = unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS); err != nil {
			return
		}
		if err = unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err == nil {
			f()
		}
	}()
	if err := <-done; err != nil {
		t.Fatalf("make a mount namespace: %v; this needs CAP_SYS_ADMIN", err)
	}
}

func inodeOf(path string) uint64 {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return 0
	}
	return st.Ino
}

func linksOf(path string) uint64 {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return 0
	}
	return uint64(st.Nlink) //nolint:unconvert // It is narrower on some architectures.
}
