package nsfs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
)

func TestOpenLink(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		"/proc/self/ns/net":        nil,
		"/dev/null":                nsfs.ErrNotNamespace,
		"/proc/self/fd":            nsfs.ErrNotNamespace,
		filepath.Join(dir, "fifo"): nsfs.ErrNotNamespace,
		"/proc/self/fd/9999":       fs.ErrNotExist,
	} {
		f, err := nsfs.OpenLink(unix.AT_FDCWD, path)
		if !errors.Is(err, want) || (want == nil && inode(t, f) != ownInode(t, "net")) {
			t.Errorf("open %s: %v, want %v", path, err, want)
		}
		if err == nil {
			_ = f.Close()
		}
	}
}

// mountedChild starts a process in a mount namespace of its own, in which its network namespace is mounted at a path below a
// directory, and returns its /proc/PID.
func mountedChild(t *testing.T, dir string) string {
	t.Helper()
	script := `touch "$0/blue" "$0/covered" && mount --bind /proc/self/ns/net "$0/blue" && mount --bind /proc/self/ns/net "$0/covered" &&
		mount --bind /proc/self/ns/uts "$0/covered" && ln -s "$0/blue" "$0/absolute" && touch "$0/plain" && exec sleep 1000`
	child := strings.TrimSuffix(start(t, unix.CLONE_NEWUSER|unix.CLONE_NEWNS|unix.CLONE_NEWNET, "sh", "-c", script, dir), "/ns")
	waitFor(t, "the namespace to be mounted", func() bool {
		comm, err := os.ReadFile(child + "/comm")
		return err == nil && string(comm) == "sleep\n"
	})
	return child
}

func TestOpenMounted(t *testing.T) {
	dir := t.TempDir()
	child := mountedChild(t, dir)
	root, err := unix.Open(child+"/root", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(root)
	for path, want := range map[string]error{
		dir + "/blue":            nil,
		"/../.." + dir + "/blue": nil, // There is nothing above the root.
		dir + "/absolute":        unix.ELOOP,
		dir + "/plain":           nsfs.ErrNotNamespace,
		dir + "/nothing":         unix.EAGAIN, // Nobody knows but the filesystem, which is not asked.
	} {
		f, err := nsfs.OpenMounted(root, path, false)
		if path == dir+"/nothing" && errors.Is(err, fs.ErrNotExist) {
			continue // It is known already.
		}
		if !errors.Is(err, want) {
			t.Errorf("open %s: %v, want %v", path, err, want)
		}
		if err != nil {
			continue
		}
		if got, want := inode(t, f), inode(t, open(t, child+"/ns/net")); got != want {
			t.Errorf("%s is namespace %d, want %d", path, got, want)
		}
		_ = f.Close()
	}
	covered := follow(t, func() (nsfs.File, error) { return nsfs.OpenMounted(root, dir+"/covered", false) })
	if got, want := inode(t, covered), inode(t, open(t, child+"/ns/uts")); got != want {
		t.Errorf("what is mounted on top is %d, want %d", got, want)
	}
}

// errNoAutomounter is that none could be mounted.
var errNoAutomounter = errors.New("mount an automounter")

// An automounter is not called upon.
func TestOpenMountedMountsNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to mount an automounter")
	}
	dir := t.TempDir()
	requests := make([]int, 2)
	if err := unix.Pipe2(requests, unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(requests[0])
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // The thread ends with the goroutine, and its mounts with it.
		done <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
				return err
			}
			if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
				return err
			}
			options := "minproto=5,maxproto=5,indirect,pgrp=1,fd=" + strconv.Itoa(requests[1])
			if err := unix.Mount("test", dir, "autofs", 0, options); err != nil {
				return fmt.Errorf("%w: %w", errNoAutomounter, err)
			}
			root, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
			if err != nil {
				return err
			}
			defer unix.Close(root)
			_, err = nsfs.OpenMounted(root, dir+"/blue", false)
			return err
		}()
	}()
	err := <-done
	if errors.Is(err, errNoAutomounter) && errors.Is(err, unix.ENODEV) {
		t.Skip("this kernel has no autofs")
	}
	if !errors.Is(err, unix.EAGAIN) {
		t.Errorf("open below an automounter: %v, want %v", err, unix.EAGAIN)
	}
	if n, err := unix.Read(requests[0], make([]byte, 512)); !errors.Is(err, unix.EAGAIN) && n != 0 {
		t.Errorf("the automounter was asked, in %d bytes", n)
	}
}

func TestOpenID(t *testing.T) {
	if !atLeast(t, 6, 18) {
		t.Skip("namespaces have no file handles before Linux 6.18")
	}
	for _, kind := range types {
		want := open(t, "/proc/self/ns/"+kind)
		id, _ := want.ID().Get()
		f := follow(t, func() (nsfs.File, error) { return nsfs.OpenID(id, kind, inode(t, want)) })
		if got, want := inode(t, f), inode(t, want); got != want {
			t.Errorf("%s: opened %d by its id, want %d", kind, got, want)
		}
		if !atLeast(t, 6, 19) {
			continue
		}
		f = follow(t, func() (nsfs.File, error) { return nsfs.OpenID(id, "", 0) })
		if got, want := inode(t, f), inode(t, want); got != want {
			t.Errorf("%s: opened %d by its id alone, want %d", kind, got, want)
		}
	}
	if _, err := nsfs.OpenID(1<<60, "net", 4026531840); !errors.Is(err, unix.ESTALE) {
		t.Errorf("open a namespace that never was: %v, want %v", err, unix.ESTALE)
	}
}

func TestKind(t *testing.T) {
	for _, kind := range types {
		if got, err := open(t, "/proc/self/ns/"+kind).Kind(); got != kind || err != nil {
			t.Errorf("%s calls itself %q, %v", kind, got, err)
		}
	}
}

func TestOfSocket(t *testing.T) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	f, err := nsfs.OfSocket(fd)
	switch {
	case os.Geteuid() != 0:
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("as an ordinary user: %v, want a permission error", err)
		}
		return
	case err != nil:
		t.Fatal(err)
	}
	defer f.Close()
	if got, want := inode(t, f), ownInode(t, "net"); got != want {
		t.Errorf("our socket is in %d, want %d", got, want)
	}
}

func TestMounts(t *testing.T) {
	if !atLeast(t, 6, 11) {
		t.Skip("mounts of another namespace cannot be listed before Linux 6.11")
	}
	dir := t.TempDir() + "/a b\tc\\d"
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	child := mountedChild(t, dir)
	id, ok := open(t, child+"/ns/mnt").MountID().Get()
	if !ok {
		t.Fatal("the mount namespace has no id")
	}
	got, err := nsfs.Mounts(id)
	if err != nil {
		t.Fatal(err)
	}
	net, uts := readlink(t, child+"/ns/net"), readlink(t, child+"/ns/uts")
	for _, want := range []nsfs.Mounted{{net, dir + "/blue"}, {net, dir + "/covered"}, {uts, dir + "/covered"}} {
		found := 0
		for _, m := range got {
			if m == want {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%+v is listed %d times among %+v, want once", want, found, got)
		}
	}
	if got := open(t, child+"/ns/net").MountID(); got.Known() {
		t.Errorf("a network namespace has the id %v among mount namespaces", got)
	}
	if _, err := nsfs.Mounts(1 << 60); !errors.Is(err, unix.ENOENT) {
		t.Errorf("mounts of a namespace that never was: %v, want %v", err, unix.ENOENT)
	}
}
