package testhost_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"bulkhead/probe/testhost"
)

const archive = `A host of every form of entry.
-- proc/1/cgroup --
0::/init.scope
-- proc/1/cmdline = "init\x00\xff" --
-- sys/fs/cgroup/empty/ --
-- sys/fs/cgroup/lab/ --
cgroup.events populated 1\nfrozen 0
cgroup.procs
-- proc/self -> 1 --
-- proc/1/ns -> --
net:[4026531840] user:[4026531837]
pid_for_children=pid:[4026531836]
-- "sys/fs/cgroup/a -> \x1b\xff/" --
-- "sys/fs/cgroup/a:b\nc/cgroup.procs" --
1
-- proc/1/exe -> "/usr/sbin/init (deleted)" --
`

func TestParse(t *testing.T) {
	h := testhost.Parse(t, archive)
	for name, want := range map[string]string{
		"proc/1/cgroup":                     "0::/init.scope\n",
		"sys/fs/cgroup/lab/cgroup.events":   "populated 1\nfrozen 0\n",
		"sys/fs/cgroup/lab/cgroup.procs":    "",
		"proc/1/cmdline":                    "init\x00\xff",
		"sys/fs/cgroup/a:b\nc/cgroup.procs": "1\n",
	} {
		got, err := os.ReadFile(filepath.Join(h.Dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%q holds %q (%v), want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"proc/self":                  "1",
		"proc/1/ns/net":              "net:[4026531840]",
		"proc/1/ns/user":             "user:[4026531837]",
		"proc/1/ns/pid_for_children": "pid:[4026531836]",
		"proc/1/exe":                 "/usr/sbin/init (deleted)",
	} {
		got, err := os.Readlink(filepath.Join(h.Dir, name))
		if err != nil || got != want {
			t.Errorf("%s links to %q (%v), want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"sys/fs/cgroup/empty", "sys/fs/cgroup/a -> \x1b\xff"} {
		if info, err := os.Stat(filepath.Join(h.Dir, name)); err != nil || !info.IsDir() {
			t.Errorf("%q is no directory: %v", name, err)
		}
	}
}

func TestDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		h := testhost.Parse(t, archive+"-- denied --\nproc/1/cgroup\nproc/1/ns\n")
		if _, err := os.ReadFile(filepath.Join(h.Proc, "1/cgroup")); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("read a denied file: %v, want %v", err, fs.ErrPermission)
		}
		if _, err := os.Readlink(filepath.Join(h.Proc, "1/ns/net")); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("read a link in a denied directory: %v, want %v", err, fs.ErrPermission)
		}
	})
}

func TestAsNobodyInSubtests(t *testing.T) {
	t.Run("a name with (signs)", func(t *testing.T) {
		testhost.AsNobody(t, func(t *testing.T) {
			if os.Geteuid() == 0 {
				t.Error("still root")
			}
		})
	})
}
