package actions

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// crowdRole makes this test binary a process of several threads, two and more of which do nothing for good: one that the runtime of Go
// has waiting might be woken and start another, in the group that it is in.
const crowdRole = "BULKHEAD_TEST_CROWD"

func TestCrowd(*testing.T) {
	if os.Getenv(crowdRole) == "" {
		return
	}
	for range 3 { // One of them may be on the thread that leads.
		go func() {
			runtime.LockOSThread()
			for {
				_, _ = unix.Ppoll(nil, nil, nil) // It ends with a signal alone.
			}
		}()
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // Until its parent ends.
}

// crowd starts a process of several threads until the test ends, and returns the one that leads it and two that do nothing.
func crowd(t *testing.T) []int32 {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrowd$")
	cmd.Env = append(os.Environ(), crowdRole+"=1", "GOCOVERDIR="+t.TempDir())
	in, err := cmd.StdinPipe()
	must(t, errors.Join(err, cmd.Start()))
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // It was killed.
		_ = in.Close()
	})
	pid := int32(cmd.Process.Pid)
	var tids []int32
	await(t, "two threads that do nothing", func() bool {
		tids = []int32{pid}
		tasks := "/proc/" + decimal(pid) + "/task/"
		entries, _ := os.ReadDir(tasks)
		for _, e := range entries {
			call, _ := os.ReadFile(tasks + e.Name() + "/syscall")
			if tid, _ := numbersIn(e.Name()); strings.HasPrefix(string(call), decimal(unix.SYS_PPOLL)+" ") && tid[0] != pid {
				tids = append(tids, tid...)
			}
		}
		return len(tids) >= 3
	})
	return tids[:3]
}

// threadsIn lists the threads in a group of the lab.
func (l lab) threadsIn(path string) []int32 {
	l.t.Helper()
	list := fileTasks
	if l.key.Hierarchy == "v2" {
		list = fileThreads
	}
	text, err := os.ReadFile(filepath.Join(l.dir+path, list))
	must(l.t, err)
	tids, _ := numbersIn(string(text))
	slices.Sort(tids)
	return tids
}

// scattered puts one thread of a process into each of two groups, one below the other, while the process is outside; in
// version 2 it is in the root of their threaded subtree.
func (l lab) scattered(tids []int32) {
	l.t.Helper()
	must(l.t, os.MkdirAll(l.dir+"/root/in/deep", 0o755))
	list := fileTasks
	if l.key.Hierarchy == "v2" {
		l.write("root/"+fileProcs, decimal(tids[0]))
		l.write("root/in/"+fileType, typeThreaded)
		l.write("root/in/deep/"+fileType, typeThreaded)
		list = fileThreads
	}
	l.write("root/in/"+list, decimal(tids[1]))
	l.write("root/in/deep/"+list, decimal(tids[2]))
}

// TestRemoveMovesSingleThreadsOut: a group with a thread of a process that is elsewhere is not empty.
func TestRemoveMovesSingleThreadsOut(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		tids := crowd(t)
		l.scattered(tids)
		key := l.below("/root/in")
		_, err := RemoveGroup(key, RemoveOptions{Below: true})(scanLive(t), probe.Live.Knob)
		if err == nil || !strings.HasPrefix(err.Error(), "no whole process is in it, but 2 threads: ") {
			t.Errorf("a group with threads in it: %v, want a refusal that names them", err)
		}
		plan, err := RemoveGroup(key, RemoveOptions{Members: true, Below: true})(scanLive(t), probe.Live.Knob)
		must(t, err)
		for _, tid := range tids[1:3] {
			if text := "echo " + decimal(tid) + " > " + l.dir + "/root/"; !strings.Contains(plan.Shell(), text) {
				t.Errorf("the plan does not move thread %d:\n%s", tid, plan.Shell())
			}
		}
		l.removedAndBack(plan, map[string][]int32{"/root/in": tids[1:2], "/root/in/deep": tids[2:3]})
	})
}

// TestRemoveThreadedSubtree: single threads do not leave their threaded subtree, which goes as a whole.
func TestRemoveThreadedSubtree(t *testing.T) {
	l := labIn(t, "v2")
	tids := crowd(t)
	l.scattered(tids)
	plan, err := RemoveGroup(l.below("/root"), RemoveOptions{Members: true, Below: true})(scanLive(t), probe.Live.Knob)
	must(t, err)
	l.removedAndBack(plan, map[string][]int32{
		"/root/in": tids[1:2], "/root/in/deep": tids[2:3],
		"/root": tids[:1],
	})
}

// removedAndBack applies a removal, and takes it back: then each thread is where it was.
func (l lab) removedAndBack(plan Plan, want map[string][]int32) {
	l.t.Helper()
	result := NewKernel(probe.Live).Apply(l.t.Context(), plan)
	if result.Err != nil {
		l.t.Fatalf("%v, of\n%s", result.Err, plan.Shell())
	}
	if _, err := os.Stat(l.dir + "/root/in"); !errors.Is(err, os.ErrNotExist) {
		l.t.Errorf("the group is still there: %v", err)
	}
	undo, whole := result.Undo()
	if !whole {
		l.t.Error("it can be undone as a whole")
	}
	if back := NewKernel(probe.Live).Apply(l.t.Context(), undo); back.Err != nil {
		l.t.Fatalf("undo: %v, of\n%s", back.Err, undo.Shell())
	}
	for path, tids := range want {
		got := l.threadsIn(path)
		for _, tid := range tids { // More may have been born beside the leading one.
			if !slices.Contains(got, tid) {
				l.t.Errorf("after the undo are in %s %v, want %d among them", path, got, tid)
			}
		}
	}
}

// TestThreadOnlyFromWhereItWasSeen: somebody else may have moved a thread since the plan was made.
func TestThreadOnlyFromWhereItWasSeen(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		tids := crowd(t)
		l.scattered(tids)
		key := probe.TaskKey{PID: tids[0], TID: tids[1]}
		scanner, err := probe.Open(probe.Live)
		must(t, err)
		defer scanner.Close() //nolint:errcheck // It was only read from.
		s, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts, Threads: []int32{key.PID}})
		must(t, err)
		for _, thread := range s.ThreadsOf(key.PID) {
			if thread.TID == key.TID {
				key.Start = thread.Start
			}
		}
		to := l.below("/root/in/deep")
		plan, err := MoveTasks([]probe.TaskKey{key}, to, MoveOptions{Thread: true})(s, probe.Live.Knob)
		must(t, err)
		list := fileTasks
		if l.key.Hierarchy == "v2" {
			list = fileThreads
		}
		l.write("root/"+list, decimal(key.TID))
		if result := NewKernel(probe.Live).Apply(t.Context(), plan); !errors.Is(result.Err, ErrStale) {
			t.Errorf("a thread that another has moved: %v, want %v", result.Err, ErrStale)
		}
		if got := l.threadsIn("/root"); !slices.Contains(got, key.TID) {
			t.Errorf("where the other had moved it are %v, want %d among them", got, key.TID)
		}
	})
}
