package nsfs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// types are the names of the links in /proc/PID/ns that every kernel with the calls of ioctl_ns(2) has.
var types = []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"}

func TestInspectAgreesWithTheLinks(t *testing.T) {
	for _, kind := range types {
		t.Run(kind, func(t *testing.T) {
			path := "/proc/self/ns/" + kind
			info := open(t, path).Inspect(nsfs.Nested(kind))
			if got, want := fmt.Sprintf("%s:[%d]", kind, info.Inode), readlink(t, path); got != want {
				t.Errorf("the namespace calls itself %s, its link %s", got, want)
			}
			if info.Device == 0 {
				t.Error("it has no device")
			}
			if nsfs.Nested(kind) {
				return
			}
			if owner, want := info.Owner.Or(0), ownInode(t, "user"); owner != want {
				t.Errorf("owner %d, want our user namespace %d", owner, want)
			}
			if got := info.OwnerUID; got.State() != reading.Present {
				t.Errorf("owner uid is %v", got.State())
			}
			if got := info.Parent.State(); got != reading.Absent {
				t.Errorf("parent is %v, want absent", got)
			}
		})
	}
}

// TestOwnNestedNamespacesHideTheirParents holds for the initial ones, which have no parent, and for those of a container.
func TestOwnNestedNamespacesHideTheirParents(t *testing.T) {
	for _, kind := range []string{"user", "pid"} {
		f := open(t, "/proc/self/ns/"+kind)
		if got := f.Inspect(true).Parent.State(); got != reading.Denied {
			t.Errorf("the parent of our %s namespace is %v, want denied", kind, got)
		}
		if _, err := f.Parent(); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Parent of our %s namespace: %v, want a permission error", kind, err)
		}
	}
}

func TestInitialInodes(t *testing.T) {
	initial := map[string]uint64{
		"ipc": nsfs.InitialIPC, "uts": nsfs.InitialUTS, "user": nsfs.InitialUser, "pid": nsfs.InitialPID,
		"cgroup": nsfs.InitialCgroup, "time": nsfs.InitialTime,
	}
	comm, err := os.ReadFile("/proc/2/comm")
	if err != nil || string(comm) != "kthreadd\n" || os.Geteuid() != 0 {
		t.Skip("only root outside of any container can look into kthreadd's namespaces")
	}
	for kind, want := range initial {
		if got := inode(t, open(t, "/proc/2/ns/"+kind)); got != want {
			t.Errorf("kthreadd's %s namespace is %d, want %d", kind, got, want)
		}
	}
}

func TestIDs(t *testing.T) {
	seen := map[uint64]string{}
	for _, kind := range types {
		id := open(t, "/proc/self/ns/"+kind).ID()
		if id.State() == reading.Unsupported && !atLeast(t, 6, 18) {
			continue
		}
		number, ok := id.Get()
		if !ok || number == 0 {
			t.Fatalf("the id of our %s namespace is %d, %v", kind, number, id.State())
		}
		if other, ok := seen[number]; ok {
			t.Errorf("our %s and %s namespace have the same id %d", kind, other, number)
		}
		seen[number] = kind
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), []byte("net:[4026531840]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("net:[4026531840]", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		path string
		want error
	}{
		"plain file":               {"plain", nsfs.ErrNotNamespace},
		"pipe, which would block":  {"fifo", nsfs.ErrNotNamespace},
		"text of a link, as saved": {"link", fs.ErrNotExist},
		"directory":                {".", nsfs.ErrNotNamespace},
		"nothing":                  {"nothing", fs.ErrNotExist},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := nsfs.Open(unix.AT_FDCWD, filepath.Join(dir, test.path)); !errors.Is(err, test.want) {
				t.Errorf("Open(%s): %v, want %v", test.path, err, test.want)
			}
		})
	}
}

func TestParentOfOtherTypes(t *testing.T) {
	if f, err := open(t, "/proc/self/ns/net").Parent(); !errors.Is(err, unix.EINVAL) {
		t.Errorf("Parent of a net namespace: %v, %v, want EINVAL", f, err)
	}
}

func BenchmarkOpen(b *testing.B) {
	proc, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(proc)
	path := fmt.Sprintf("%d/ns/net", os.Getpid())
	b.ReportAllocs()
	for b.Loop() {
		f, err := nsfs.Open(proc, path)
		if err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
	}
}

func BenchmarkInspect(b *testing.B) {
	for _, kind := range []string{"net", "pid", "user"} {
		b.Run(kind, func(b *testing.B) {
			f, err := nsfs.Open(unix.AT_FDCWD, "/proc/self/ns/"+kind)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			b.ReportAllocs()
			for b.Loop() {
				if info := f.Inspect(nsfs.Nested(kind)); info.Inode == 0 {
					b.Fatal("no inode")
				}
			}
		})
	}
}
