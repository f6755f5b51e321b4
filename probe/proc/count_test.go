package proc_test

import (
	"os"
	"path/filepath"
	"testing"

	"bulkhead/probe/proc"
)

func TestAtLeast(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"1", "2", "17", "sys", "self"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir, _ := openRoot(t, root)
	for count, want := range map[int]bool{0: true, 1: true, 3: true, 4: false, 1000: false} {
		if got, err := dir.AtLeast(count); got != want || err != nil {
			t.Errorf("at least %d: %v, %v, want %v of 3", count, got, err, want)
		}
	}
}

func TestThreadsOfAll(t *testing.T) {
	for text, want := range map[string]int{
		"0.64 0.81 1.31 3/487 30118\n": 487,
		"0.00 0.00 0.00 1/x 1\n":       0,
		"0.00 0.00 0.00\n":             0,
		"":                             0,
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "loadavg"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, r := openRoot(t, root)
		if got, err := r.ThreadsOfAll(); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
}

// TestThreadsOfAllCountsThreads: the number grows with the threads of a process.
func TestThreadsOfAllCountsThreads(t *testing.T) {
	dir, r := openProc(t)
	count, err := r.ThreadsOfAll()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	threads := 0
	for _, e := range entries {
		var s proc.Stat
		if r.Open(e.PID) == nil && r.Stat(&s) == nil {
			threads += int(s.Threads)
		}
	}
	if count < threads/2 {
		t.Errorf("%d threads of all processes, the processes that are seen have %d", count, threads)
	}
}
