package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// yardName is the variable that tells a test to be in a yard, and the name that what it starts there is to have.
const yardName = "BULKHEAD_TEST_YARD"

// inYard runs the calling test once more, in a yard: a process with mount and net namespaces of its own, in which the directories
// are empty that engines keep their containers, states and sockets in. There an engine works with its usual places, and nothing of
// this machine's is touched; when the process ends its mounts and interfaces are gone, whatever happened. The name that the test
// is given is that of a group, too, which it may make in any hierarchy.
func inYard(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	if name := os.Getenv(yardName); name != "" {
		layYard(t, name)
		test(t, name)
		return
	}
	asRoot(t)
	name := "bulkhead-test-" + strconv.Itoa(os.Getpid()) + "-" + filepath.Base(t.Name())
	again := exec.Command("/proc/self/exe", "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	again.Env = append(os.Environ(), "GOCOVERDIR=", yardName+"="+name)
	// Whoever interrupts the tests does not interrupt it: it has something to end.
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET, Setsid: true}
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("in a yard: %v\n%s", err, out)
	}
	if left := groupsCalled(t, name); len(left) > 0 {
		t.Errorf("the groups %q stayed behind", left)
		removeGroups(t, name)
	}
}

// layYard empties the directories of engines for this process alone, and ends what was started when the test ends.
func layYard(t *testing.T, name string) {
	t.Helper()
	for dir, mode := range map[string]string{"/run": "mode=755", "/var/lib": "mode=755", "/dev/shm": "mode=1777"} {
		if err := unix.Mount("yard", dir, "tmpfs", 0, mode); err != nil {
			t.Fatalf("mount on %s: %v", dir, err)
		}
	}
	for _, dir := range []string{"/run/lock", "/var/lib/home"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", "/var/lib/home") // What a person has set is not for the test.
	for _, other := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST", "CONTAINERD_ADDRESS", "XDG_RUNTIME_DIR"} {
		t.Setenv(other, "") // It is set again when the test ends.
		_ = os.Unsetenv(other)
	}
	signal.Notify(make(chan os.Signal, 1), unix.SIGPIPE) // It ends in order when nobody reads of it any more.
	// Monitors leave their parents. They become children of this process in place of init's.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	t.TempDir() // The directories of the test are removed after all that is in them has ended.
	t.Cleanup(func() {
		eventually(t, endChildren)
		removeGroups(t, name)
	})
}

// removeGroups removes the groups of a name; the last process in one may be about to end.
func removeGroups(t *testing.T, name string) {
	t.Helper()
	eventually(t, func() string {
		var err error
		for _, dir := range groupsCalled(t, name) {
			err = errors.Join(err, os.Remove(dir))
		}
		if err != nil {
			return err.Error()
		}
		return ""
	})
}

// endChildren kills all that this process and its children have started, and says who is left.
func endChildren() string {
	for _, pid := range offspring(os.Getpid()) {
		_ = unix.Kill(pid, unix.SIGKILL) // It may have ended.
	}
	for {
		switch pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); {
		case errors.Is(err, unix.ECHILD):
			return ""
		case err != nil:
			return err.Error()
		case pid == 0:
			return fmt.Sprintf("the processes %v do not end", offspring(os.Getpid()))
		}
	}
}

// offspring are the children of a process, theirs, and so on.
func offspring(pid int) (all []int) {
	files, _ := filepath.Glob(proc(pid) + "/task/*/children")
	for _, file := range files {
		text, _ := os.ReadFile(file) // Its thread may have ended.
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(append(all, child), offspring(child)...)
			}
		}
	}
	return all
}

// groupsCalled are the directories of the groups of a name right below the roots of all hierarchies, and of those below them,
// the deepest first.
func groupsCalled(t *testing.T, name string) (dirs []string) {
	t.Helper()
	for _, h := range hierarchies(t) {
		// A group may go while it is looked for: it is not there then, as most are not.
		_ = filepath.WalkDir(filepath.Join(h.MountPoint, name), func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
	}
	slices.Reverse(dirs)
	return dirs
}

// hierarchies are those that are mounted, and may be written.
func hierarchies(t *testing.T) []probe.Hierarchy {
	t.Helper()
	// The test's own context has ended when it cleans up.
	s, err := scanOnce(context.WithoutCancel(t.Context()), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(s.Hierarchies, func(h probe.Hierarchy) bool { return h.MountPoint == "" || h.ReadOnly })
}

// began waits until a command of an engine's succeeds that does only when its daemon answers.
func began(t *testing.T, log string, args ...string) {
	t.Helper()
	eventually(t, func() string {
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			text, _ := os.ReadFile(log) // It tells no more than the error where it has not begun.
			return fmt.Sprintf("%q: %v\n%s\nthe daemon says\n%s", args, err, out, text)
		}
		return ""
	})
}

// daemon starts a command that stays, with its output in a file, and returns its pid and the file.
func daemon(t *testing.T, args ...string) (pid int, log string) {
	t.Helper()
	log = filepath.Join("/run", filepath.Base(args[0])+".said")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	startFor(t, cmd)
	return cmd.Process.Pid, log
}

// engineSays runs a command of an engine, and returns what it prints on its standard output. Both outputs are files: what it starts
// may keep them open.
func engineSays(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	dir := t.TempDir()
	out, failed := os.Create(dir + "/out")
	errs, err := os.Create(dir + "/err")
	if err = errors.Join(failed, err); err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer errs.Close()
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hangs := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }) // It may have ended.
	err = cmd.Wait()
	hangs.Stop()
	said, unread := os.ReadFile(out.Name())
	if complaint, _ := os.ReadFile(errs.Name()); err != nil || unread != nil {
		t.Fatalf("%q: %v\n%s%s", cmd.Args, errors.Join(err, unread), said, complaint)
	}
	return strings.TrimSpace(string(said))
}
