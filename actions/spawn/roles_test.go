package spawn_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
)

// roleName names the variable that makes the test's binary play another part than that of a test.
const roleName = "BULKHEAD_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleName) {
	case "":
		os.Exit(m.Run())
	case "loose":
		playLoose()
	case "rootless":
		playRootless()
	case "job":
		os.Exit(playJob())
	}
}

// self is this binary in another part. The path of the test's binary leads through directories of root alone; the link
// jumps over them.
func self(role string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), roleName+"="+role, "GOCOVERDIR=")
	return cmd
}

// playLoose is a process with one thread in a net namespace of its own.
func playLoose() {
	runtime.LockOSThread() // This goroutine starts on the leading thread and has to keep it.
	ready := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		fmt.Println(unix.Gettid(), unix.Unshare(unix.CLONE_NEWNET))
		close(ready)
		select {}
	}()
	<-ready
	awaitEnd()
}

// playRootless has a child in new namespaces of all types, as a rootless container is: its user is called root inside.
func playRootless() {
	cmd := sleeper(allTypes, os.Getuid(), os.Getgid())
	if err := cmd.Start(); err != nil {
		fmt.Println(0, err)
		return
	}
	fmt.Println(cmd.Process.Pid, nil)
	awaitEnd()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// awaitEnd returns when whoever has started this process wants it to end.
func awaitEnd() { _, _ = bufio.NewReader(os.Stdin).ReadByte() }

// playJob runs the command in its arguments, as the programs built on this package do: from the terminal it is on.
func playJob() int {
	c := spawn.Command{Path: os.Args[1], Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	r := spawn.Run{}
	if os.Getenv("JOB_IN_PID_NAMESPACE") != "" {
		r.Flags = unix.CLONE_NEWPID
	}
	p, err := c.Run(r)
	if execErr := (*spawn.ExecError)(nil); errors.As(err, &execErr) {
		fmt.Fprintln(os.Stderr, "job:", err)
		return execErr.Code()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "job:", err)
		return 125
	}
	code, err := p.Wait()
	if err != nil {
		fmt.Fprintln(os.Stderr, "job:", err)
		return 125
	}
	return code
}

// sleeper is a process in new namespaces, whose root is the given user outside if it gets a user namespace.
func sleeper(flags uintptr, uid, gid int) *exec.Cmd {
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags, Pdeathsig: syscall.SIGKILL}
	if flags&unix.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: gid, Size: 1}}
	}
	return cmd
}
