package taskiter_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/taskiter"
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

// play is what the child does. It says when it is as it shall be, and ends with its standard input.
func play(role string) {
	runtime.LockOSThread() // The main goroutine starts on the leading thread, and has to stay there.
	if unix.Gettid() != os.Getpid() {
		_ = unix.Exec("/proc/self/exe", os.Args, os.Environ()) // Who calls this leads from then on.
	}
	name, argument, _ := strings.Cut(role, " ")
	switch name {
	case "end":
		return
	case "nest":
		nest(argument)
		return
	case "leaderless":
		go func() {
			fmt.Println("ready")
			awaitEnd()
		}()
		_, _, _ = unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
	case "busy":
		go work()
		go work()
	case "threads":
		count := 8
		_, _ = fmt.Sscan(argument, &count) // Where it says how many.
		startThreads(count)
	case "apart":
		if err := unix.Unshare(unix.CLONE_NEWPID | unix.CLONE_NEWTIME); err != nil {
			fmt.Println("unshare:", err)
			return
		}
	case "become":
		fmt.Println("ready")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		_ = unix.Exec("/proc/self/exe", []string{"became"}, append(os.Environ(), childRole+"=idle"))
		return
	case "asleep":
		sleep(argument)
		return
	case "rights":
		fmt.Println(openWith(argument))
	case "descriptors":
		fmt.Println(openWithFew(argument))
	}
	fmt.Println("ready")
	awaitEnd()
}

// nest starts a process in namespaces of its own, or one in such that starts one in a pid namespace of its own, and ends
// with it.
func nest(argument string) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS |
			unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
	}
	inner := "idle"
	switch argument {
	case "more":
		inner = "nest deep"
	case "deep": // /proc is that of the outermost pid namespace, so that no user could be mapped by it.
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}
	}
	cmd.Env = append(os.Environ(), childRole+"="+inner)
	if err := cmd.Run(); err != nil {
		fmt.Println("nest:", err)
	}
}

// sleep becomes a program of one thread that sleeps, or starts one and ends with it.
func sleep(argument string) {
	path, err := exec.LookPath("sleep")
	if err != nil {
		fmt.Println("it needs sleep (coreutils):", err)
		return
	}
	fmt.Println("ready")
	if argument != "below" {
		_ = unix.Exec(path, []string{"sleep", "1000"}, os.Environ())
		return
	}
	cmd := exec.Command(path, "1000")
	if cmd.Start() == nil {
		fmt.Println(cmd.Process.Pid)
	}
	awaitEnd()
}

func awaitEnd() {
	var b [1]byte
	for {
		if n, err := os.Stdin.Read(b[:]); n == 0 || err != nil {
			os.Exit(0)
		}
	}
}

// work uses some CPU time, and then some more.
func work() {
	for {
		for until := time.Now().Add(time.Millisecond); time.Now().Before(until); {
			runtime.Gosched()
		}
		time.Sleep(9 * time.Millisecond)
	}
}

// startThreads starts threads that only wait.
func startThreads(count int) {
	started := make(chan struct{})
	for range count {
		go func() {
			runtime.LockOSThread()
			started <- struct{}{}
			_ = unix.Pause()
		}()
		<-started
	}
}

// openWith tries the iterator with some capabilities only.
func openWith(mask string) string {
	var wanted uint64
	_, _ = fmt.Sscan(mask, &wanted)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	set := func(half uint32) unix.CapUserData { return unix.CapUserData{Effective: half, Permitted: half} }
	data := [2]unix.CapUserData{set(uint32(wanted)), set(uint32(wanted >> 32))}
	if err := unix.Capset(&header, &data[0]); err != nil {
		return err.Error()
	}
	it, err := taskiter.Open()
	if err != nil {
		return err.Error()
	}
	defer it.Close()
	records, err := it.Read(nil)
	return fmt.Sprint("read ", len(records) > 0, " ", err)
}

// openWithFew loads a program with as few descriptors as do, after it failed with fewer, and says what is left of the failures.
func openWithFew(program string) string {
	var all unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &all); err != nil {
		return err.Error()
	}
	limit := func(n uint64) { _ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: all.Max}) }
	count := func() int {
		limit(all.Cur)
		entries, _ := os.ReadDir("/proc/self/fd") // Without any the count is seen to be wrong.
		return len(entries)
	}
	try := func() error {
		it, err := taskiter.OpenWith(program)
		if err == nil {
			err = it.Close()
		}
		return err
	}
	if err := try(); err != nil { // What is opened once and for all is open from now on.
		return err.Error()
	}
	before, failed := count(), 0
	for n := uint64(3); ; n++ { // The standard ones are open.
		limit(n)
		err := try()
		if now := count(); now != before {
			return fmt.Sprintf("%d descriptors are open with %d allowed, before there were %d", now, n, before)
		}
		if err == nil {
			return fmt.Sprintf("loaded after %d failures", failed)
		}
		failed++
	}
}

// child is a process that a test looks at.
type child struct {
	*exec.Cmd
	pid    int32
	said   string // Before it said that it is ready.
	stdout *bufio.Reader
	stdin  io.Writer
}

// startRole runs the test's binary in a part of play until the test ends, and waits until it is as it shall be.
func startRole(t *testing.T, role string, change ...func(*exec.Cmd)) *child {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childRole+"="+role)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	for _, c := range change {
		c(cmd)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %q: %v", role, err)
	}
	c := &child{Cmd: cmd, pid: int32(cmd.Process.Pid), stdout: bufio.NewReader(stdout), stdin: stdin}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill() // It may have ended by itself.
		_ = cmd.Wait()
	})
	if role != "end" {
		c.said = c.await(t)
	}
	return c
}

// await reads what the child says until it is ready.
func (c *child) await(t *testing.T) string {
	t.Helper()
	var before strings.Builder
	for {
		line, err := c.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("child %d: %q, then %v", c.pid, before.String(), err)
		}
		if line == "ready\n" {
			return before.String()
		}
		before.WriteString(line)
	}
}
