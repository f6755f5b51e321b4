package spawn_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// allTypes has the flags of all types of namespaces.
const allTypes = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS |
	unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make and join namespaces of all types")
	}
}

// target starts a process in new namespaces and returns its number. It lives until the test ends.
func target(t *testing.T, flags uintptr) int {
	t.Helper()
	cmd := sleeper(flags, os.Geteuid(), os.Getegid())
	if err := cmd.Start(); err != nil {
		t.Fatalf("start a target in new namespaces: %v; the kernel must allow them", err)
	}
	endWithTest(t, cmd)
	return cmd.Process.Pid
}

func endWithTest(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Errorf("kill %v: %v", cmd.Args, err)
		}
		_ = cmd.Wait() // It says "killed".
	})
}

// actor starts this binary in another part and returns the numbers on the first line that it writes; it ends with the test.
func actor(t *testing.T, cmd *exec.Cmd) (pid, first int) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	check(t, err)
	stdout, err := cmd.StdoutPipe()
	check(t, err)
	cmd.Stderr = os.Stderr
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", cmd.Args, err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	check(t, err)
	var problem string
	if _, err := fmt.Sscan(line, &first, &problem); err != nil || problem != "<nil>" {
		t.Fatalf("%v said %q: %v", cmd.Args, line, err)
	}
	return cmd.Process.Pid, first
}

// open opens a file until the test ends.
func open(t *testing.T, path string, flags int) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, flags, 0)
	check(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// join opens one namespace of a task, given by its directory in /proc.
func join(t *testing.T, task string, kind probe.NamespaceType) spawn.Join {
	t.Helper()
	return spawn.Join{Type: kind, File: open(t, task+"/ns/"+kind.String(), unix.O_RDONLY)}
}

func proc(pid int) string { return "/proc/" + strconv.Itoa(pid) }

// output starts a command, waits for it and returns what it has written and its exit code.
func output(t *testing.T, c spawn.Command, start func(spawn.Command) (*spawn.Process, error)) (string, int) {
	t.Helper()
	out, code, err := try(t, c, start)
	if err != nil {
		t.Fatalf("start %s: %v", c.Path, err)
	}
	return out, code
}

func try(t *testing.T, c spawn.Command, start func(spawn.Command) (*spawn.Process, error)) (string, int, error) {
	t.Helper()
	r, w, err := os.Pipe()
	check(t, err)
	defer r.Close()
	c.Stdout, c.Stderr = w, w
	p, err := start(c)
	_ = w.Close()
	if err != nil {
		return "", 0, err
	}
	out, err := io.ReadAll(r)
	check(t, err)
	code, err := p.Wait()
	check(t, err)
	return string(out), code, nil
}

func enter(e spawn.Enter) func(spawn.Command) (*spawn.Process, error) {
	return func(c spawn.Command) (*spawn.Process, error) { return c.Enter(e) }
}

func run(r spawn.Run) func(spawn.Command) (*spawn.Process, error) {
	return func(c spawn.Command) (*spawn.Process, error) { return c.Run(r) }
}

func shell(script string) spawn.Command {
	return spawn.Command{Path: "sh", Args: []string{"sh", "-c", script}}
}

// links are the namespaces of a task by type; without rights to see them the test fails.
func links(t *testing.T, task string) map[probe.NamespaceType]string {
	t.Helper()
	all := map[probe.NamespaceType]string{}
	for _, kind := range probe.NamespaceTypes {
		text, err := os.Readlink(task + "/ns/" + kind.String())
		check(t, err)
		all[kind] = text
	}
	return all
}

// linksInside are what a command finds out itself: readlink(1) prints a line for each.
func linksInside(t *testing.T, start func(spawn.Command) (*spawn.Process, error)) map[probe.NamespaceType]string {
	t.Helper()
	c := spawn.Command{Path: "readlink", Args: []string{"readlink"}}
	for _, kind := range probe.NamespaceTypes {
		c.Args = append(c.Args, "/proc/self/ns/"+kind.String())
	}
	out, code := output(t, c, start)
	lines := strings.Fields(out)
	if code != 0 || len(lines) != len(probe.NamespaceTypes) {
		t.Fatalf("readlink: code %d, output %q", code, out)
	}
	all := map[probe.NamespaceType]string{}
	for i, kind := range probe.NamespaceTypes {
		all[kind] = lines[i]
	}
	return all
}

// expectInside checks that a command is in the target's namespaces of the given types and in this process's of the others.
func expectInside(t *testing.T, task string, flags int, start func(spawn.Command) (*spawn.Process, error)) {
	t.Helper()
	ours, theirs, got := links(t, "/proc/self"), links(t, task), linksInside(t, start)
	for _, kind := range probe.NamespaceTypes {
		want := ours[kind]
		if flags&spawn.Flag(kind) != 0 {
			want = theirs[kind]
			if want == ours[kind] {
				t.Errorf("the target's %s namespace is ours", kind)
			}
		}
		if got[kind] != want {
			t.Errorf("%s: the command is in %s, want %s", kind, got[kind], want)
		}
	}
}

func waitFor(t *testing.T, what string, met func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !met(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
