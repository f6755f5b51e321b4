package probe_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// childRole names the variable that makes the test's binary play the part of a process to be looked at.
const childRole = "BULKHEAD_TEST_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		play(role)
		return
	}
	os.Exit(m.Run())
}

// play is what the child does. It says what is worth knowing on its standard output and ends with its standard input.
func play(role string) {
	runtime.LockOSThread() // The main goroutine starts on the leading thread, and has to stay there.
	if unix.Gettid() != os.Getpid() {
		_ = unix.Exec("/proc/self/exe", os.Args, os.Environ()) // It went before it could be held: who calls this leads from then on.
	}
	name, argument, _ := strings.Cut(role, " ")
	switch name {
	case "crowd":
		playCrowd(argument)
		return
	case "memory":
		playMemory(argument)
		return
	case "find-memory":
		playFindMemory(argument)
		return
	case "source":
		playSource(argument)
		return
	case "leaderless":
		leaderless()
	case "loose":
		looseThread()
	case "changer":
		for in := bufio.NewReader(os.Stdin); ; {
			if _, err := in.ReadString('\n'); err != nil {
				return
			}
			say("changed", unix.Unshare(unix.CLONE_NEWUTS), unix.Unshare(unix.CLONE_NEWUTS))
		}
	case "holder":
		playHolder(argument)
	case "joiner":
		go func() {
			for ; ; time.Sleep(time.Millisecond) { // It is a process that runs all the time.
			}
		}()
		say("ready")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		say("joined", joinUTS(argument))
	case "unsharer":
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		say("unshared", unix.Unshare(unix.CLONE_NEWUTS), line)
	}
	awaitEnd()
}

func say(what ...any) { fmt.Println(what...) }

func awaitEnd() {
	var b [1]byte
	for {
		if n, err := os.Stdin.Read(b[:]); n == 0 || err != nil {
			os.Exit(0)
		}
	}
}

// leaderless ends the thread that leads the process, while another lives on in a uts namespace of its own.
func leaderless() {
	go func() {
		runtime.LockOSThread()
		say("thread", unix.Gettid(), unix.Unshare(unix.CLONE_NEWUTS))
		awaitEnd()
	}()
	if unix.Gettid() != os.Getpid() {
		say("not the leader")
		os.Exit(1)
	}
	_, _, _ = unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
}

// joinUTS has the leading thread enter the uts namespace of a process.
func joinUTS(pid string) error {
	fd, err := unix.Open("/proc/"+pid+"/ns/uts", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Setns(fd, unix.CLONE_NEWUTS)
}

// looseThread starts a thread that is in another net namespace than its process.
func looseThread() {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		say("thread", unix.Gettid(), unix.Unshare(unix.CLONE_NEWNET))
		close(done)
		select {}
	}()
	<-done
}

// child is a process that a test looks at.
type child struct {
	pid    int32
	stdin  interface{ Close() error }
	stdout *bufio.Reader
	write  func(string)
	cmd    *exec.Cmd
}

// start runs a command until the test ends.
func start(t testing.TB, cmd *exec.Cmd) *child {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %v: %v", cmd.Args, err)
	}
	c := &child{
		pid: int32(cmd.Process.Pid), stdin: stdin, stdout: bufio.NewReader(stdout), cmd: cmd, //nolint:gosec // A pid fits.
		write: func(s string) {
			if _, err := stdin.Write([]byte(s)); err != nil {
				t.Errorf("write to child: %v", err)
			}
		},
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // It may have ended by itself.
		_ = cmd.Wait()         // Its outcome says nothing.
	})
	return c
}

// startRole runs the test's binary in a part of play.
func startRole(t testing.TB, role string) *child {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childRole+"="+role)
	return start(t, cmd)
}

// line returns the next line the child says.
func (c *child) line(t testing.TB) string {
	t.Helper()
	line, err := c.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("child %d says nothing: %v", c.pid, err)
	}
	return strings.TrimSpace(line)
}

// thread returns the number in a line such as "thread 17 <nil>".
func (c *child) thread(t *testing.T) int32 {
	t.Helper()
	line := c.line(t)
	fields := strings.Fields(line)
	if len(fields) != 3 || fields[2] != "<nil>" {
		t.Fatalf("child %d: %q; unsharing a namespace needs root, or CAP_SYS_ADMIN", c.pid, line)
	}
	tid, err := strconv.ParseInt(fields[1], 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return int32(tid)
}

// eventually waits until a condition holds, and fails the test where it never does.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}
