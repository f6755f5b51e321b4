package spawn_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
)

func TestExitCode(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + 15, "kill -KILL $$": 128 + 9} {
		if _, code := output(t, shell(script), run(spawn.Run{})); code != want {
			t.Errorf("%s: code %d, want %d", script, code, want)
		}
	}
}

func TestExecError(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "garbage": 0o755} {
		check(t, os.WriteFile(filepath.Join(dir, name), []byte{0, 1, 2}, mode))
	}
	for name, test := range map[string]struct {
		path, search string
		code         int
		err          error
	}{
		"absent":             {"/none/of/this", "", 127, unix.ENOENT},
		"nowhere":            {"bulkhead-none", "/bin:/usr/bin", 127, unix.ENOENT},
		"no directory":       {"sh", "/etc/passwd", 127, unix.ENOTDIR},
		"nowhere to search":  {"sh", "relative:", 127, unix.ENOENT},
		"no name":            {"", "/bin", 127, unix.ENOENT},
		"not executable":     {dir + "/plain", "", 126, unix.EACCES},
		"found, not allowed": {"plain", dir + ":/bin", 126, unix.EACCES},
		"no program":         {"garbage", dir, 126, unix.ENOEXEC},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := try(t, spawn.Command{Path: test.path, Env: []string{"PATH=" + test.search}}, run(spawn.Run{}))
			var got *spawn.ExecError
			if !errors.As(err, &got) || !errors.Is(err, test.err) || got.Code() != test.code {
				t.Errorf("got %v, want %v with code %d", err, test.err, test.code)
			}
		})
	}
}

// TestSearch finds a command behind one of the same name that may not be executed.
func TestSearch(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "sh"), nil, 0o644))
	c := shell("echo found")
	c.Env = []string{"PATH=" + dir + ":/usr/bin:/bin"}
	if out, _ := output(t, c, run(spawn.Run{})); out != "found\n" {
		t.Errorf("output %q", out)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("BULKHEAD_TEST", "inherited")
	if out, _ := output(t, shell("echo $BULKHEAD_TEST"), run(spawn.Run{})); out != "inherited\n" {
		t.Errorf("this process's own environment: %q", out)
	}
	c := shell(`echo "$BULKHEAD_TEST $0 $(pwd)"`)
	c.Path, c.Args[0], c.Env, c.Dir = "/bin/sh", "-name", []string{"BULKHEAD_TEST=given"}, "/etc"
	if out, _ := output(t, c, run(spawn.Run{})); out != "given -name /etc\n" {
		t.Errorf("a given environment: %q", out)
	}
}

func TestUnfitText(t *testing.T) {
	for name, c := range map[string]spawn.Command{
		"path": {Path: "/bin/\x00sh"}, "argument": {Path: "sh", Args: []string{"a\x00b"}}, "directory": {Path: "sh", Dir: "\x00"},
	} {
		if _, _, err := try(t, c, run(spawn.Run{})); !errors.Is(err, unix.EINVAL) {
			t.Errorf("%s with a zero byte: %v, want %v", name, err, unix.EINVAL)
		}
	}
}

// TestDescriptors has the command list what is open in it, while this process has a descriptor that it would pass on.
func TestDescriptors(t *testing.T) {
	fds, err := unix.FcntlInt(open(t, "/dev/null", unix.O_RDONLY).Fd(), unix.F_DUPFD, 0)
	check(t, err)
	defer unix.Close(fds)
	// sh adds none of its own while it expands the pattern, but for the directory.
	out, _ := output(t, shell("for fd in /proc/$$/fd/*; do [ -e $fd ] && echo ${fd##*/}; done"), run(spawn.Run{}))
	if out != "0\n1\n2\n" {
		t.Errorf("the command's descriptors are %q", out)
	}
	if out, _ := output(t, shell("readlink /proc/$$/fd/0"), run(spawn.Run{})); out != "/dev/null\n" {
		t.Errorf("standard input without any is %q", out)
	}
}

func TestStandardFiles(t *testing.T) {
	in, w, err := os.Pipe()
	check(t, err)
	_, err = io.WriteString(w, "said\n")
	check(t, errors.Join(err, w.Close()))
	defer in.Close()
	c := spawn.Command{Path: "cat", Stdin: in}
	if out, code := output(t, c, run(spawn.Run{})); out != "said\n" || code != 0 {
		t.Errorf("cat wrote %q, code %d", out, code)
	}
}

// TestSignalState compares what is blocked, ignored and limited with a command of package exec.
func TestSignalState(t *testing.T) {
	const script = "grep -E '^Sig(Blk|Ign|Cgt)|^NoNewPrivs|^Cap' /proc/self/status"
	want, err := exec.Command("sh", "-c", script).Output()
	check(t, err)
	out, _ := output(t, shell(script), run(spawn.Run{}))
	if out != string(want) {
		t.Errorf("state of the command:\n%swant, as package exec:\n%s", out, want)
	}
}

func TestPassesSignalsOn(t *testing.T) {
	for name, signal := range map[string]unix.Signal{
		"INT": unix.SIGINT, "TERM": unix.SIGTERM, "HUP": unix.SIGHUP, "QUIT": unix.SIGQUIT, "USR1": unix.SIGUSR1,
		"USR2": unix.SIGUSR2, "WINCH": unix.SIGWINCH,
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := os.Pipe()
			check(t, err)
			defer r.Close()
			// A shell that waits in a system call may have looked for signals just before.
			c := shell("trap 'echo got; exit 3' " + name + "; echo ready; while :; do :; done")
			c.Stdout = w
			p, err := c.Run(spawn.Run{})
			check(t, errors.Join(err, w.Close()))
			ready := make([]byte, len("ready\n"))
			_, err = io.ReadFull(r, ready)
			check(t, err)
			check(t, unix.Kill(os.Getpid(), signal))
			code, err := p.Wait()
			check(t, err)
			rest, err := io.ReadAll(r)
			check(t, err)
			if string(rest) != "got\n" || code != 3 {
				t.Errorf("the command wrote %q, code %d", rest, code)
			}
		})
	}
}

// staticBusybox makes a directory that holds a program which needs nothing else. Where the programs of a distribution that
// tests need were installed beforehand, a missing one is a failure.
func staticBusybox(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("busybox")
	if err != nil && os.Getenv("BULKHEAD_TEST_TOOLS") == "" {
		t.Skipf("%v: on Debian, apt-get install busybox-static", err)
	}
	check(t, err)
	program, err := os.ReadFile(path)
	check(t, err)
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "busybox"), program, 0o755))
	return dir
}

// TestErrors checks the words of errors.
func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		"setns net: operation not permitted": &spawn.Error{Stage: "setns net", Err: unix.EPERM},
		"exec sh: no such file or directory": &spawn.ExecError{Path: "sh", Err: unix.ENOENT},
	} {
		if got := err.Error(); got != want || !strings.Contains(got, errors.Unwrap(err).Error()) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestLimit starts this program from a shell that allows few open files. The runtime allows this program more, and the
// command is to have what the shell has.
func TestLimit(t *testing.T) {
	exe, err := os.Executable()
	check(t, err)
	cmd := exec.Command("sh", "-c", `ulimit -Sn 100; "$0" sh -c 'ulimit -Sn'; exit $?`, exe)
	cmd.Env = append(os.Environ(), roleName+"=job", "GOCOVERDIR=")
	out, err := cmd.Output()
	if string(out) != "100\n" || err != nil {
		t.Errorf("the command may open %q files (%v), want 100", out, err)
	}
}
