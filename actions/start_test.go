package actions

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"bulkhead/probe"
)

// output starts the only step of an intent's plan and returns what it prints, and its exit code.
func output(t *testing.T, intent Intent) (string, int) {
	t.Helper()
	plan, err := intent(scanLive(t), probe.Live.Knob)
	must(t, err)
	r, w, err := os.Pipe()
	must(t, err)
	p, _, err := NewKernel(probe.Live).Start(plan.Steps[0], Streams{Out: w, Err: w})
	_ = w.Close() // The command has its own.
	must(t, err)
	text, err := io.ReadAll(r)
	must(t, err)
	code, err := p.Wait()
	must(t, err)
	return strings.TrimSpace(string(text)), code
}

// walled starts a process in new namespaces until the test ends, and returns its key once it is inside.
func walled(t *testing.T, options ...string) probe.TaskKey {
	t.Helper()
	asRoot(t)
	cmd := exec.Command("unshare", append(options, "--fork", "--kill-child", "sh", "-c", "echo ready; exec sleep 1000")...)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // Its child goes with it.
		_ = cmd.Wait()
	})
	ready := make([]byte, len("ready\n"))
	_, err = io.ReadFull(out, ready)
	must(t, err)
	s := scanLive(t)
	for i := range s.Tasks {
		if s.Tasks[i].PPID == int32(cmd.Process.Pid) {
			return s.Tasks[i].TaskKey
		}
	}
	t.Fatal("the child of unshare is not there")
	return probe.TaskKey{}
}

func TestEnterAllThatDiffer(t *testing.T) {
	key := walled(t, "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup")
	s := scanLive(t)
	task, _ := s.Task(key.PID)
	links, code := output(t, EnterTask(key, EnterOptions{
		Command: []string{"sh", "-c", "for t in mnt pid net uts ipc cgroup; do readlink /proc/self/ns/$t; done; exit 3"},
	}))
	if code != 3 {
		t.Errorf("exit code %d, want the command's, 3", code)
	}
	got := strings.Fields(links)
	want := []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup}
	if len(got) != len(want) {
		t.Fatalf("inside are the links %q, want %d", got, len(want))
	}
	for i, kind := range want {
		inode, _ := task.Namespaces.Inodes[kind].Get()
		if ref := (probe.NamespaceRef{Type: kind, Inode: inode}).String(); got[i] != ref {
			t.Errorf("inside is %s, want %s", got[i], ref)
		}
	}
}

func TestEnterRefusesWhatChanged(t *testing.T) {
	key := walled(t, "--net")
	plan, err := EnterTask(key, EnterOptions{Command: []string{"true"}})(scanLive(t), probe.Live.Knob)
	must(t, err)
	step, ok := plan.Steps[0].(Enter)
	if !ok {
		t.Fatalf("%T, want an Enter step", plan.Steps[0])
	}
	step.Doors[0].Inode++
	if _, _, err := NewKernel(probe.Live).Start(step, Streams{}); !errors.Is(err, ErrReplaced) {
		t.Errorf("entering another namespace than was shown: %v, want %v", err, ErrReplaced)
	}
	step.Task.Start++
	if _, _, err := NewKernel(probe.Live).Start(step, Streams{}); !errors.Is(err, ErrReplaced) {
		t.Errorf("entering another process than was shown: %v, want %v", err, ErrReplaced)
	}
}

func TestEnterOneself(t *testing.T) {
	s := scanLive(t)
	self, _ := s.Task(s.Host.Self)
	_, err := EnterTask(self.TaskKey, EnterOptions{})(s, probe.Live.Knob)
	if err == nil || !strings.Contains(err.Error(), "no wall to go through") {
		t.Errorf("entering one's own namespaces: %v, want a refusal", err)
	}
}

// TestTutorial does what the founding tutorial does with its three system calls, and sees the pids that it prints.
func TestTutorial(t *testing.T) {
	asRoot(t)
	pid := []probe.NamespaceType{probe.PID}
	if got, _ := output(t, RunCommand(RunOptions{New: pid, Command: []string{"sh", "-c", "echo $$"}})); got != "1" {
		t.Errorf("clone: the child sees pid %s, want 1", got)
	}
	child := []string{"sh", "-c", `sh -c 'echo $$'; :`}
	if got, _ := output(t, RunCommand(RunOptions{New: pid, Unshare: true, Command: child})); got != "1" {
		t.Errorf("unshare: its first child sees pid %s, want 1", got)
	}
	key := walled(t, "--pid")
	if got, _ := output(t, EnterTask(key, EnterOptions{Command: []string{"sh", "-c", "echo $$"}})); got != "2" {
		t.Errorf("setns: the child that comes after pid 1 sees pid %s, want 2", got)
	}
}

func TestRunInGroups(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		got, _ := output(t, RunCommand(RunOptions{Groups: []probe.GroupKey{l.key}, Command: []string{"cat", "/proc/self/cgroup"}}))
		if !strings.Contains(got, ":"+l.key.Path) {
			t.Errorf("the command is in\n%s\nwant %s among them", got, l.key)
		}
	})
}
