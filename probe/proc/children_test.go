package proc_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"bulkhead/probe/proc"
)

// openProc opens the live /proc and a reader of it.
func openProc(tb testing.TB) (*proc.Dir, *proc.Reader) {
	tb.Helper()
	return openRoot(tb, "/proc")
}

func openRoot(tb testing.TB, path string) (*proc.Dir, *proc.Reader) {
	tb.Helper()
	dir, err := proc.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	r := dir.NewReader()
	tb.Cleanup(func() {
		r.Close()
		if err := dir.Close(); err != nil {
			tb.Error(err)
		}
	})
	return dir, r
}

// startChildren starts processes that sleep until the test ends. They read from a pipe that only this process can
// write to, so that they end with it, however it ends.
func startChildren(tb testing.TB, count int, change func(*exec.Cmd)) []*exec.Cmd {
	tb.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	var children []*exec.Cmd
	tb.Cleanup(func() {
		for _, child := range children {
			_ = child.Process.Kill() // The test may have ended it.
		}
		for _, child := range children {
			_ = child.Wait()
		}
		_, _ = read.Close(), write.Close()
	})
	for range count {
		child := exec.Command("cat")
		child.Stdin = read
		if change != nil {
			change(child)
		}
		if err := child.Start(); err != nil {
			tb.Fatal(err)
		}
		children = append(children, child)
	}
	for _, child := range children {
		// Start returns within execve(2), while the process still has the name and the rights of this one.
		eventually(tb, func() bool {
			comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child.Process.Pid))
			return err == nil && string(comm) == filepath.Base(child.Path)+"\n"
		})
	}
	return children
}

func startChild(tb testing.TB) int32 {
	tb.Helper()
	return int32(startChildren(tb, 1, nil)[0].Process.Pid)
}

// startZombie starts a process that has ended and is not waited for until the test ends.
func startZombie(t *testing.T, r *proc.Reader) int32 {
	t.Helper()
	child := startChildren(t, 1, nil)[0]
	pid := int32(child.Process.Pid)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	open(t, r, pid)
	eventually(t, func() bool {
		var s proc.Stat
		return r.Stat(&s) == nil && s.State == 'Z'
	})
	return pid
}

func open(tb testing.TB, r *proc.Reader, pid int32) {
	tb.Helper()
	if err := r.Open(pid); err != nil {
		tb.Fatal(err)
	}
}

func eventually(tb testing.TB, condition func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatal("the condition did not come true within 10 s")
		}
	}
}
