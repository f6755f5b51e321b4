package probe_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/cgroup"
)

// mixSize is how many processes of a crowd share their namespaces and their group.
const mixSize = 25

// mixScript is what the first process of a mix does: it starts the others, says so, and waits for them. All of them
// read from a pipe that only the crowd's own process can write to, so that they end with it, however it ends.
const mixScript = `i=1; while [ $i -lt $1 ]; do read -r _ <&3 & i=$((i+1)); done; echo; wait`

// mixFlags are the namespaces that a mix may have for itself; a process is not born into a time namespace.
var mixFlags = [...]uintptr{
	unix.CLONE_NEWUTS, unix.CLONE_NEWIPC, unix.CLONE_NEWNET, unix.CLONE_NEWNS, unix.CLONE_NEWPID, unix.CLONE_NEWUSER,
	unix.CLONE_NEWCGROUP,
}

// mixCloneFlags returns which namespaces the mix of a number has for itself. 127 successive mixes are all different.
func mixCloneFlags(number int) uintptr {
	chosen := number*83%127 + 1
	var flags uintptr
	for bit, flag := range mixFlags {
		if chosen>>bit&1 != 0 {
			flags |= flag
		}
	}
	return flags
}

// crowd is sleeping processes in fresh namespaces and groups of version 2.
type crowd struct {
	dir        string // The group above those of the mixes.
	mixes      []*exec.Cmd
	read, hold *os.File // The ends of the pipe that the processes wait at.
}

// playCrowd starts as many processes as it is told to, says "crowd" and the directory of their group, and ends them
// with its standard input. It outlives the interrupt from the terminal that ends whoever started it.
func playCrowd(size string) {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	count, err := strconv.Atoi(size)
	var c crowd
	if err == nil {
		err = c.gather(count)
	}
	if err != nil {
		c.disperse()
		say("no crowd:", err)
		os.Exit(1)
	}
	say("crowd", c.dir)
	var b [1]byte
	_, _ = os.Stdin.Read(b[:]) // It only ever ends.
	c.disperse()
}

func (c *crowd) gather(count int) error {
	mountinfo, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer mountinfo.Close()
	mounts, err := cgroup.Mounts(mountinfo)
	if err != nil {
		return err
	}
	hierarchies := cgroup.Hierarchies(mounts)
	if len(hierarchies) == 0 || hierarchies[0].Version != 2 {
		return fmt.Errorf("version 2 of control groups is mounted nowhere")
	}
	c.dir = filepath.Join(hierarchies[0].MountPoint, fmt.Sprintf("bulkhead-crowd-%d", os.Getpid()))
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		return err
	}
	if c.read, c.hold, err = os.Pipe(); err != nil {
		return err
	}
	for number := 0; number*mixSize < count; number++ {
		if err := c.add(number, min(mixSize, count-number*mixSize)); err != nil {
			return fmt.Errorf("mix %d: %w", number, err)
		}
	}
	return nil
}

// add starts a mix and waits until all of its processes are there.
func (c *crowd) add(number, size int) error {
	path := filepath.Join(c.dir, strconv.Itoa(number))
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	group, err := os.Open(path)
	if err != nil {
		return err
	}
	defer group.Close()
	mix := exec.Command("sh", "-c", mixScript, "sh", strconv.Itoa(size))
	mix.ExtraFiles = []*os.File{c.read}
	mix.SysProcAttr = &syscall.SysProcAttr{Cloneflags: mixCloneFlags(number), UseCgroupFD: true, CgroupFD: int(group.Fd())}
	if mix.SysProcAttr.Cloneflags&unix.CLONE_NEWUSER != 0 {
		mix.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{Size: 1}}
	}
	ready, err := mix.StdoutPipe()
	if err != nil {
		return err
	}
	if err := mix.Start(); err != nil {
		return err
	}
	c.mixes = append(c.mixes, mix)
	var b [1]byte
	_, err = ready.Read(b[:])
	_ = ready.Close()
	return err
}

// disperse ends the processes and removes their groups.
func (c *crowd) disperse() {
	if c.hold != nil {
		_ = c.hold.Close()
	}
	for _, mix := range c.mixes {
		_ = mix.Wait() // Its outcome says nothing.
	}
	for number := range c.mixes {
		_ = os.Remove(filepath.Join(c.dir, strconv.Itoa(number)))
	}
	_ = os.Remove(c.dir)
}

// startCrowd starts a crowd in a process of its own, which the benchmark's memory is not burdened with, until the
// benchmark ends.
func startCrowd(b *testing.B, size int) {
	b.Helper()
	if os.Geteuid() != 0 {
		b.Skip("needs root, to make namespaces and groups")
	}
	c := startRole(b, fmt.Sprintf("crowd %d", size))
	if line := c.line(b); line[:min(5, len(line))] != "crowd" {
		b.Fatal(line)
	}
	b.Cleanup(func() {
		_ = c.stdin.Close()
		_ = c.cmd.Wait()
	})
}
