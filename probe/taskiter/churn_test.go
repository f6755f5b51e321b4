package taskiter_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/taskiter"
)

var pageSize = os.Getpagesize()

// cast are processes of many kinds, by what they are.
func cast(t *testing.T) map[string]*child {
	t.Helper()
	c := map[string]*child{
		"idle":       startRole(t, "idle"),
		"asleep":     startRole(t, "asleep"),
		"busy":       startRole(t, "busy"),
		"threads":    startRole(t, "threads"),
		"apart":      startRole(t, "apart"),
		"leaderless": startRole(t, "leaderless"),
		"nest":       startRole(t, "nest"),
		"nest more":  startRole(t, "nest more"),
		"zombie":     startRole(t, "end"),
		"stopped":    startRole(t, "idle"),
		"traced":     startRole(t, "idle"),
		"user": startRole(t, "idle", func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 1234, Gid: 1234}}
		}),
	}
	if err := unix.Kill(int(c["stopped"].pid), unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	trace(t, c["traced"].pid)
	c["nested"] = descendant(t, c["nest"], 1)
	c["nested twice"] = descendant(t, c["nest more"], 2)
	for _, h := range hierarchies(t) {
		member := startRole(t, "threads")
		if enter(t, h, member) {
			c["in a group of "+h.Label()] = member
		}
	}
	return c
}

// descendant is the child of a process, or its child's child.
func descendant(t *testing.T, c *child, generations int) *child {
	t.Helper()
	pid := c.pid
	for range generations {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		if err != nil {
			t.Fatal(err) // It is the first thread that starts it.
		}
		if _, err := fmt.Sscan(string(text), &pid); err != nil {
			t.Fatalf("children of %d: %q", pid, text)
		}
	}
	return &child{pid: pid}
}

// trace has a process stopped by a tracer until the test ends.
func trace(t *testing.T, pid int32) {
	t.Helper()
	done, attached := make(chan struct{}), make(chan error)
	var wait sync.WaitGroup
	wait.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		attached <- unix.PtraceAttach(int(pid))
		<-done
		_ = unix.PtraceDetach(int(pid)) // It ends either way.
	})
	if err := <-attached; err != nil {
		t.Fatalf("trace: %v", err)
	}
	t.Cleanup(func() {
		close(done)
		wait.Wait()
	})
}

// hierarchies are those that are mounted.
func hierarchies(t *testing.T) []cgroup.Mount {
	t.Helper()
	mountinfo, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	defer mountinfo.Close()
	mounts, err := cgroup.Mounts(mountinfo)
	if err != nil {
		t.Fatal(err)
	}
	return cgroup.Hierarchies(mounts)
}

// enter moves a process into a group of its own, until the test ends, and reports whether it could: some want to be set up
// first.
func enter(t *testing.T, h cgroup.Mount, c *child) bool {
	t.Helper()
	dir := filepath.Join(h.MountPoint, fmt.Sprintf("bulkhead-test-%d-iter", os.Getpid()))
	if os.Mkdir(dir, 0o755) != nil {
		return false
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // Before the group is removed, which must be empty.
		_ = c.Wait()
		eventually(t, "the group is removed", func() bool { return os.Remove(dir) == nil })
	})
	if os.WriteFile(filepath.Join(dir, "cgroup.procs"), fmt.Append(nil, c.pid), 0o644) != nil {
		return false
	}
	if freezer := filepath.Join(dir, "freezer.state"); h.Version == 1 {
		_ = os.WriteFile(freezer, []byte("FROZEN"), 0o644) // Only one of them has it.
		t.Cleanup(func() { _ = os.WriteFile(freezer, []byte("THAWED"), 0o644) })
	}
	return true
}

// churn starts and ends processes all the while, until the test ends.
func churn(t *testing.T) {
	t.Helper()
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			cmd := exec.Command("/proc/self/exe")
			cmd.Env = append(os.Environ(), childRole+"=end")
			_ = cmd.Run() // What becomes of it is of no interest.
		}
	})
	t.Cleanup(func() {
		close(done)
		wait.Wait()
	})
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("never happened: %s", what)
			return
		}
	}
}

// TestKernelFactsAreThoseOfProc compares all facts of all tasks with /proc's, while processes come and go. Each of the
// processes that were started for it must have been compared in everything at least once.
func TestKernelFactsAreThoseOfProc(t *testing.T) { eachProgram(t, factsAreThoseOfProc) }

func factsAreThoseOfProc(t *testing.T) {
	it := open(t)
	dir, err := proc.Open("/proc")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	c := cast(t)
	churn(t)
	known := follower{it: it, t: t}
	for name, read := range map[string]func([]taskiter.Record) ([]taskiter.Record, error){
		"processes": it.Read, "threads": it.ReadThreads, "changes": known.read,
	} {
		t.Run(name, func(t *testing.T) {
			threads := name == "threads"
			seen := map[taskID]map[string]int{}
			var lacking []string
			for round := 0; (round < 3 || len(lacking) > 0) && round < 40 && !t.Failed(); round++ {
				for id, facts := range compareAll(t, read, dir, threads) {
					if seen[id] == nil {
						seen[id] = map[string]int{}
					}
					for name, times := range facts {
						seen[id][name] += times
					}
				}
				lacking = uncompared(c, seen, threads)
			}
			for _, what := range lacking {
				t.Errorf("never compared: %s", what)
			}
			t.Logf("%d tasks were compared", len(seen))
		})
	}
}

// uncompared says which facts of the cast were not compared.
func uncompared(cast map[string]*child, seen map[taskID]map[string]int, threads bool) (lacking []string) {
	for name, c := range cast {
		id := taskID{pid: c.pid}
		if threads {
			id.tid = c.pid
		}
		for _, fact := range []string{"start", "ppid", "comm", "uid", "threads", "time", "state", "cpu", "rss", "allowed CPUs", "user namespace", "net namespace", "pid_for_children namespace"} {
			busy := name == "busy" && (fact == "state" || fact == "cpu" || fact == "rss")
			if seen[id][fact] == 0 && !busy {
				lacking = append(lacking, strings.Join([]string{fact, "of", name}, " "))
			}
		}
	}
	return lacking
}

// TestKernelGroupIsItsDirectory: the id of a group of version 2 is the inode number of its directory.
func TestKernelGroupIsItsDirectory(t *testing.T) {
	it := open(t)
	h := hierarchies(t)
	if len(h) == 0 || h[0].Version != 2 {
		t.Skip("version 2 is not mounted")
	}
	c := startRole(t, "idle")
	if !enter(t, h[0], c) {
		t.Fatal("no group could be made and entered")
	}
	var stat unix.Stat_t
	if err := unix.Stat(filepath.Join(h[0].MountPoint, fmt.Sprintf("bulkhead-test-%d-iter", os.Getpid())), &stat); err != nil {
		t.Fatal(err)
	}
	records, err := it.Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	classes := map[taskiter.GroupClass]bool{}
	for i := range records {
		r := &records[i]
		if in := r.PID == c.pid; in != (r.Group == stat.Ino) {
			t.Errorf("group of %d is %d, that of %d has %d", r.PID, r.Group, c.pid, stat.Ino)
		}
		if r.PID == c.pid && classes[r.GroupClass()] {
			t.Error("it has the class of processes elsewhere")
		}
		classes[r.GroupClass()] = true
	}
}
