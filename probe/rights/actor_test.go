package rights_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// The variables that make the test's binary play an actor: one that enters namespaces when it is told to.
const (
	actorRole   = "BULKHEAD_TEST_ACTOR"
	withoutName = "BULKHEAD_TEST_WITHOUT" // The capabilities that it does without, by number.
	hidden      = "hidden"                // It is not dumpable.
)

func TestMain(m *testing.M) {
	if role := os.Getenv(actorRole); role != "" {
		play(role)
		return
	}
	os.Exit(m.Run())
}

// outcome is what the kernel had to say of one way into a namespace: nothing, or its error.
type outcome struct{ Open, Direct, Through string }

// allTypes has the flags of all types of namespaces.
const allTypes = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS |
	unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME

// play reads pids and says of each what came of the attempts to enter it. With descriptors above the standard ones it has a
// child first, in namespaces of its own of all types, which plays the same on these.
func play(role string) {
	if without := os.Getenv(withoutName); without != "" {
		drop(strings.Fields(without))
	}
	if role == hidden {
		_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	}
	if more := os.NewFile(3, "more"); role == "nest" || role == "nested" {
		bear(role, more)
	}
	self, err := os.Readlink("/proc/self")
	fmt.Println(self, err)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		written, _ := json.Marshal(attempts(lines.Text()))
		fmt.Println(string(written))
	}
}

// drop leaves capabilities out of the bounding set and starts anew, which leaves them out of all others.
func drop(numbers []string) {
	runtime.LockOSThread()
	for _, text := range numbers {
		if n, err := strconv.ParseUint(text, 10, 8); err == nil {
			_ = unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(n), 0, 0, 0) // An older kernel does not know all.
		}
	}
	_ = os.Unsetenv(withoutName) // Else it would begin anew for ever.
	fmt.Println(0, syscall.Exec("/proc/self/exe", os.Args[:1], os.Environ()))
	os.Exit(1)
}

// bear starts the child: root of a user namespace that this process's user makes. One that has a child itself stays in the pid
// namespace, since package exec writes the map of that child by the number that it has inside.
func bear(role string, stdin *os.File) {
	cmd := exec.Command("/proc/self/exe")
	next, flags := "last", uintptr(allTypes)
	if role == "nest" {
		next, flags = "nested", allTypes&^unix.CLONE_NEWPID
		cmd.ExtraFiles = []*os.File{os.NewFile(5, "in"), os.NewFile(6, "out")}
	}
	cmd.Env = append(os.Environ(), actorRole+"="+next)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, os.NewFile(4, "out"), os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  flags,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
	if err := cmd.Start(); err != nil {
		fmt.Println(0, err)
		os.Exit(1)
	}
	for fd := 3; fd <= 6; fd++ {
		_ = unix.Close(fd) // The child has them: where it ends its reader is to know.
	}
	go func() { _ = cmd.Wait() }()
}

// attempts tries every way into every namespace of a process, each in a child of its own.
func attempts(pid string) map[string]outcome {
	all := map[string]outcome{}
	user, userErr := os.Open("/proc/" + pid + "/ns/user")
	if userErr == nil {
		defer user.Close()
	}
	for _, t := range probe.NamespaceTypes {
		f, err := os.Open("/proc/" + pid + "/ns/" + t.String())
		if err != nil {
			all[t.String()] = outcome{Open: err.Error()}
			continue
		}
		here := []spawn.Join{{Type: t, File: f}}
		o := outcome{Direct: enter(spawn.Enter{Namespaces: here})}
		if t != probe.User && userErr == nil {
			o.Through = enter(spawn.Enter{Namespaces: append(here, spawn.Join{Type: probe.User, File: user})})
		}
		all[t.String()] = o
		_ = f.Close()
	}
	return all
}

// enter says what the kernel answers to setns: any other failure is said so, and is no answer.
func enter(e spawn.Enter) string {
	p, err := spawn.Command{Path: "/bin/true"}.Enter(e)
	var refused *spawn.Error
	switch {
	case errors.As(err, &refused) && strings.HasPrefix(refused.Stage, "setns"):
		return err.Error()
	case err != nil:
		return "odd: " + err.Error()
	}
	if code, err := p.Wait(); code != 0 || err != nil {
		return fmt.Sprintf("odd: code %d: %v", code, err)
	}
	return ""
}

// actor is a process that enters namespaces when it is told to, and is entered by others.
type actor struct {
	name string
	pid  int32
	in   *os.File
	out  *bufio.Scanner
}

// tries has an actor try to enter a process.
func (a *actor) tries(t *testing.T, pid int32) map[string]outcome {
	t.Helper()
	if _, err := fmt.Fprintln(a.in, pid); err != nil || !a.out.Scan() {
		t.Fatalf("%s does not answer: %v, %v", a.name, err, a.out.Err())
	}
	var all map[string]outcome
	if err := json.Unmarshal(a.out.Bytes(), &all); err != nil {
		t.Fatalf("%s says %q: %v", a.name, a.out.Text(), err)
	}
	return all
}

// hear takes the first line of an actor, by which it tells its pid.
func (a *actor) hear(t *testing.T) {
	t.Helper()
	var problem string
	if !a.out.Scan() {
		t.Fatalf("%s says nothing: %v", a.name, a.out.Err())
	}
	if _, err := fmt.Sscan(a.out.Text(), &a.pid, &problem); err != nil || problem != "<nil>" {
		t.Fatalf("%s says %q: %v", a.name, a.out.Text(), err)
	}
}
