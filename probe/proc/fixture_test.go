package proc_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

const statLine = "7 (a b) S 1 7 7 0 -1 4194560 0 0 0 0 1 2 0 0 20 0 1 0 99 0 3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0\n"

// layOut makes a root of processes out of files, by their paths. A text after "-> " is a link.
func layOut(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		path = filepath.Join(root, path)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = errors.Join(err, os.Symlink(target, path))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte(text), 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFixture(t *testing.T) {
	root := layOut(t, map[string]string{
		"7/stat":    statLine,
		"7/status":  "Name:\ta b\nUid:\t0\t1234\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\nThreads:\t1\n",
		"7/cgroup":  "0::/x\n",
		"7/cmdline": "a b\x00--long\x00\x00",
		"7/ns/net":  "-> net:[12]",
		"7/ns/mnt":  "-> /elsewhere",
		"7/ns/uts":  "a file, as before Linux 3.8",
		"7/ns/pid":  "-> net:[12]",

		"7/ns/pid_for_children": "-> pid:[13]",

		"7/exe":          "-> /bin/x (deleted)",
		"7/task/7/stat":  statLine,
		"7/task/31/stat": statLine,
		"7/task/8/stat":  statLine,
		"30/stat":        statLine,
		"007/stat":       statLine,
		"self/stat":      statLine,
		"12":             "a file",
		"uptime":         "1 1\n",
	})
	dir, r := openRoot(t, root)
	entries, err := dir.List(nil)
	if err != nil || len(entries) != 2 || entries[0].PID != 7 || entries[1].PID != 30 {
		t.Errorf("list = %v, %v, want 7 and 30", entries, err)
	}
	open(t, r, 7)
	if uid, err := r.UID(); err != nil || uid != 1234 {
		t.Errorf("uid = %d, %v, want 1234", uid, err)
	}
	if tids, err := r.Threads(nil); err != nil || !slices.Equal(tids, []int32{7, 8, 31}) {
		t.Errorf("threads = %v, %v, want 7, 8, 31", tids, err)
	}
	if got, err := r.Cmdline(""); err != nil || got != "a b --long" {
		t.Errorf("cmdline = %q, %v", got, err)
	}
	if got := r.Exe(); got != reading.Of("/bin/x (deleted)") {
		t.Errorf("exe = %v", got)
	}
	var links proc.Links
	if err := r.Links(&links); err != nil {
		t.Fatal(err)
	}
	want := proc.Links{proc.Net: reading.Of(uint64(12))}
	for _, odd := range []proc.NamespaceType{proc.Mnt, proc.UTS, proc.PID} {
		want[odd] = reading.None[uint64](reading.Unsupported)
	}
	if links != want {
		t.Errorf("links = %v, want %v", links, want)
	}
	want[proc.PIDForChildren] = reading.Of(uint64(13))
	if err := r.AllLinks(&links); err != nil || links != want {
		t.Errorf("all links = %v, %v, want %v", links, err, want)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	root := layOut(t, map[string]string{"7/stat": "7 (cut) S 1", "7/status": "Name:\tx\n", "7/uid_map": "0 0\n"})
	_, r := openRoot(t, root)
	open(t, r, 7)
	_, noFile := r.Cgroup()
	_, noUser := r.UID()
	_, cutStatus := r.Status()
	_, cutMap := r.UIDMap()
	for file, err := range map[string]error{
		"cgroup": noFile, "status": errors.Join(noUser, cutStatus), "uid_map": cutMap, "stat": r.Stat(&proc.Stat{}),
	} {
		if path := root + "/7/" + file; err == nil || errors.Is(err, proc.ErrGone) || !strings.Contains(err.Error(), path+":") {
			t.Errorf("%s: got %v, want an error that names %s", file, err, path)
		}
	}
	if !errors.Is(noFile, fs.ErrNotExist) {
		t.Errorf("cgroup: %v, want %v", noFile, fs.ErrNotExist)
	}
	if err := r.Open(8); !errors.Is(err, proc.ErrGone) {
		t.Errorf("no such process: %v, want %v", err, proc.ErrGone)
	}
	if _, err := proc.Open(root + "/missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such root: %v, want %v", err, fs.ErrNotExist)
	}
}

// In the moment in which a process is reaped the kernel writes 0 threads, and 0 for what it cannot read any more.
func TestNoThreadsMeansGone(t *testing.T) {
	root := layOut(t, map[string]string{
		"7/stat":   strings.Replace(statLine, " 20 0 1 0 ", " 20 0 0 0 ", 1),
		"7/status": "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\nThreads:\t0\n",
	})
	_, r := openRoot(t, root)
	open(t, r, 7)
	if err := r.Stat(&proc.Stat{}); !errors.Is(err, proc.ErrGone) {
		t.Errorf("stat: %v, want %v", err, proc.ErrGone)
	}
	if _, err := r.Status(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("status: %v, want %v", err, proc.ErrGone)
	}
}

func TestLongFiles(t *testing.T) {
	long := "0::/" + strings.Repeat("x", 100_000) + "\n"
	page := "0::/" + strings.Repeat("x", 4091) + "\n" // As long as the first buffer.
	root := layOut(t, map[string]string{
		"1/stat": statLine, "1/cgroup": page, "1/cmdline": strings.Repeat("y", 5000),
		"2/stat": statLine, "2/cgroup": long, "3/stat": statLine, "3/cgroup": strings.Repeat("z", 5<<20),
	})
	_, r := openRoot(t, root)
	for pid, want := range map[int32]string{1: page, 2: long} {
		open(t, r, pid)
		if got, err := r.Cgroup(); err != nil || string(got) != want {
			t.Errorf("cgroup of %d: %d bytes, %v, want %d", pid, len(got), err, len(want))
		}
	}
	open(t, r, 1)
	if got, err := r.Cmdline(""); err != nil || len(got) != 4096 {
		t.Errorf("cmdline: %d bytes, %v, want 4096", len(got), err)
	}
	open(t, r, 3)
	if got, err := r.Cgroup(); err == nil || errors.Is(err, proc.ErrGone) {
		t.Errorf("a file of 5 MiB: %d bytes, %v, want an error", len(got), err)
	}
}
