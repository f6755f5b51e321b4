package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// The variables by which root tells the test of an ordinary user what is that user's, and what is root's.
const (
	delegatedTo = "BULKHEAD_TEST_DELEGATED" // The path of a group of version 2 that is the user's.
	rootsGroup  = "BULKHEAD_TEST_ROOTS"     // That of one that is root's, with a process of root in it.
	rootsPID    = "BULKHEAD_TEST_ROOTS_PID"
)

// v2Mount returns where version 2 is mounted.
func v2Mount(t *testing.T) string {
	t.Helper()
	s, err := scanOnce(t.Context(), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range s.Hierarchies {
		if h.Version == 2 && h.MountPoint != "" && !h.ReadOnly {
			return h.MountPoint
		}
	}
	t.Skip("this host does not mount version 2")
	return ""
}

// delegate makes a group of version 2 that belongs to nobody, as "Delegation" in the kernel's cgroup-v2 document has it, and moves
// this test into it, so that what it starts next is born there. Beside it is a group of root.
func delegate(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv(delegatedTo) == "" {
			t.Skip("only root may delegate a group to an ordinary user")
		}
		return
	}
	mount := v2Mount(t)
	name := "/bulkhead-test-" + strconv.Itoa(os.Getpid()) + "-"
	mine, roots := madeGroup(t, mount+name+"mine"), madeGroup(t, mount+name+"roots")
	start := madeGroup(t, mine+"/start")
	for _, dir := range []string{mine, start} {
		for _, file := range []string{"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control"} {
			if err := os.Chown(dir+file, int(nobody.Uid), int(nobody.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
	other := exec.Command("sleep", "1000")
	other.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUTS}
	startFor(t, other)
	enlist(t, roots, other.Process.Pid)
	home := mount + v2PathOf(t, os.Getpid())
	enlist(t, start, os.Getpid())
	t.Cleanup(func() { enlist(t, home, os.Getpid()) })
	t.Setenv(delegatedTo, name+"mine")
	t.Setenv(rootsGroup, name+"roots")
	t.Setenv(rootsPID, strconv.Itoa(other.Process.Pid))
}

// startFor starts a command until the test ends.
func startFor(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // It may have ended.
		_ = cmd.Wait()
	})
}

// madeGroup makes a group by its directory, until the test ends; with it goes what was made below it.
func madeGroup(t *testing.T, dir string) string {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		eventually(t, func() string { // The last process in it may be about to end.
			files, err := os.ReadDir(dir)
			for _, file := range files {
				if file.IsDir() {
					err = errors.Join(err, os.Remove(filepath.Join(dir, file.Name())))
				}
			}
			if err = errors.Join(err, os.Remove(dir)); err != nil {
				return err.Error()
			}
			return ""
		})
	})
	return dir
}

// enlist moves a process into a group.
func enlist(t *testing.T, dir string, pid int) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0); err != nil {
		t.Fatal(err)
	}
}

// v2PathOf returns the group of a process in version 2.
func v2PathOf(t *testing.T, pid int) string {
	t.Helper()
	text, err := os.ReadFile(proc(pid) + "/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(line, "0::"); ok {
			return strings.TrimSuffix(path, "\n")
		}
	}
	t.Fatalf("process %d is in no group of version 2", pid)
	return ""
}

// TestDelegated has an ordinary user do and undo all that can be done in a group of his own.
func TestDelegated(t *testing.T) {
	delegate(t)
	testhost.AsNobody(t, func(t *testing.T) {
		t.Setenv("XDG_STATE_HOME", t.TempDir())
		top := os.Getenv(delegatedTo)
		a, b := top+"/a", top+"/b"
		cmd := exec.Command("sleep", "1000")
		startFor(t, cmd)
		pid := strconv.Itoa(cmd.Process.Pid)
		for _, act := range []struct{ command, says string }{
			{"group make " + a, "made\n"},
			{"group make " + b, "made\n"},
			{"move " + pid + " --to " + a, "process " + pid + " is in " + a + "\n"},
			{"move " + pid + " --to " + b, "process " + pid + " is in " + b + "\n"},
			{"freeze " + b, "frozen\n"},
			{"undo", "thawed\n"},
			{"freeze " + b, "frozen\n"},
			{"thaw " + b, "thawed\n"},
			{"set " + b + " cgroup.max.descendants 3", "cgroup.max.descendants is 3\n"},
			{"undo", "cgroup.max.descendants is max\n"},
			{"signal STOP " + pid, "SIGSTOP sent to " + pid + "\n"},
			{"undo", "SIGCONT sent to " + pid + "\n"},
			{"undo", "frozen\n"}, // The thaw.
			{"undo", "thawed\n"}, // The freeze before it.
			{"undo", "process " + pid + " is in " + a + "\n"},
			{"undo", "process " + pid + " is in " + top + "/start\n"},
			{"undo", "removed\n"}, // What was b.
			{"move " + pid + " --to " + a, "process " + pid + " is in " + a + "\n"},
			{"kill " + a, "no process is left in it\n"},
			{"group remove " + a, "removed\n"},
			{"undo", "made\n"},
		} {
			got := execute(t, append(strings.Fields(act.command), "--yes")...)
			if title, says, titled := strings.Cut(got.out, "\n"); titled && act.command == "undo" && strings.HasPrefix(title, "Undo: ") {
				got.out = says // The title of the change stands above what came of it.
			}
			if got.code != exitDone || got.out != act.says || got.err != "" {
				t.Fatalf("%s: %+v, want %q", act.command, got, act.says)
			}
		}
		got := succeed(t, "run", "--in", top+"/start", "--", "cat", "/proc/self/cgroup")
		if !strings.Contains(got, "0::"+top+"/start\n") {
			t.Errorf("a command that is run in a delegated group is in\n%s", got)
		}
	})
}

// TestNotDelegated has an ordinary user try all that is not his, and be told which right is missing.
func TestNotDelegated(t *testing.T) {
	delegate(t)
	testhost.AsNobody(t, func(t *testing.T) {
		t.Setenv("XDG_STATE_HOME", t.TempDir())
		mine, roots, other := os.Getenv(delegatedTo), os.Getenv(rootsGroup), os.Getenv(rootsPID)
		cmd := exec.Command("sleep", "1000")
		startFor(t, cmd)
		own := strconv.Itoa(cmd.Process.Pid)
		const delegatee, admin = "it takes root, or the user to whom", "CAP_SYS_ADMIN"
		for command, want := range map[string][]string{
			"group make " + roots + "/x":                 {"nobody may not make a group in " + roots, delegatee},
			"group remove " + roots + " --members":       {"nobody may not", "takes root"},
			"move " + own + " --to " + roots:             {"nobody may not write", roots + "/cgroup.procs", delegatee},
			"move " + other + " --to " + mine + "/start": {"the right to write cgroup.procs of the group above both places", "which nobody has not"},
			"set " + roots + " cgroup.max.depth 3":       {"nobody may not write", roots + "/cgroup.max.depth", delegatee},
			"set " + mine + " cgroup.max.depth 3":        {"nobody may not write", mine + "/cgroup.max.depth", delegatee},
			"freeze " + roots:                            {"nobody may not write", roots + "/cgroup.freeze", delegatee},
			"kill " + roots:                              {"nobody may not", "takes root"},
			"signal TERM " + other:                       {"sleep (" + other + ") belongs to another user than nobody", "CAP_KILL"},
			"mount none,name=bulkhead-test /tmp":         {"mounting takes " + admin},
		} {
			t.Run(command, func(t *testing.T) { expectRefused(t, want, append(strings.Fields(command), "--yes")...) })
		}
		for command, want := range map[string][]string{
			"enter " + other:                  {"the namespaces of " + other + " sleep may not be read", "CAP_SYS_PTRACE"},
			"enter " + other + " --types uts": {"the namespaces of " + other + " sleep may not be read", "CAP_SYS_PTRACE"},
			"run --new net":                   {"new namespaces take " + admin, "with a new user namespace"},
			"run --in " + roots:               {"nobody may not", delegatee},
			"run --new user --in " + roots:    {"nobody may not", delegatee},
		} {
			t.Run(command, func(t *testing.T) { expectRefused(t, want, append(strings.Fields(command), "--", "true")...) })
		}
		if got := execute(t, "log"); got.out != "" {
			t.Errorf("nothing was changed, and yet the log says\n%s", got.out)
		}
	})
}

// expectRefused demands a refusal in words, on one line.
func expectRefused(t *testing.T, want []string, args ...string) {
	t.Helper()
	got := execute(t, args...)
	if got.code != exitRefused || got.out != "" || strings.Count(got.err, "\n") != 1 {
		t.Errorf("got %+v, want code %d and one line", got, exitRefused)
	}
	for _, words := range want {
		if !strings.Contains(got.err, words) {
			t.Errorf("it says %q, want %q in it", got.err, words)
		}
	}
}
