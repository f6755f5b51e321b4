package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for the kernel or another program.
const patience = 60 * time.Second

// eventually calls a check until it returns nothing to complain of.
func eventually(t *testing.T, check func() string) {
	t.Helper()
	if complaint := within(patience, check); complaint != "" {
		t.Fatal(complaint)
	}
}

// within is eventually with a time of its own; it returns the last complaint.
func within(limit time.Duration, check func() string) string {
	complaint := check()
	for deadline := time.Now().Add(limit); complaint != "" && time.Now().Before(deadline); complaint = check() {
		time.Sleep(20 * time.Millisecond)
	}
	return complaint
}

// unshared starts a child in a new namespace of every type, and returns the pid of the process that is in all of them. They
// are gone when the test ends.
func unshared(t *testing.T) int {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes namespaces of every type")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child",
		"--net", "--uts", "--ipc", "--cgroup", "--time", "sh", "-c", "echo; sleep 60 & exec sleep 60")
	cmd.Stdout = write
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start unshare(1) of util-linux: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // With it, by --kill-child, goes the first process of the pid namespace and so all of them.
		_ = cmd.Wait()         // It says that it was killed.
	})
	_ = write.Close() // The child has it.
	if _, err := bufio.NewReader(read).ReadString('\n'); err != nil {
		t.Fatalf("unshare --user --mount --pid --net --uts --ipc --cgroup --time: %v", err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", cmd.Process.Pid, cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatalf("children of unshare: %v", err)
	}
	return pid
}

// counts are how many processes are in each namespace, by its name.
type counts map[string]int

// fromLsns returns what lsns(8) counts, and an error where it counts nothing: it gives up when a process ends while it
// looks at it.
func fromLsns(t *testing.T) (counts, error) {
	t.Helper()
	if _, err := exec.LookPath("lsns"); err != nil {
		t.Fatalf("needs lsns of util-linux: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), "lsns", "-J", "-o", "NS,TYPE,NPROCS").Output()
	if err != nil {
		return nil, err
	}
	var listed struct {
		Namespaces []struct {
			NS     uint64
			Type   string
			NProcs int
		}
	}
	if err := json.Unmarshal(out, &listed); err != nil {
		t.Fatal(err)
	}
	found := counts{}
	for _, n := range listed.Namespaces {
		found[fmt.Sprintf("%s:[%d]", n.Type, n.NS)] = n.NProcs
	}
	return found, nil
}

// fromList returns what `list namespaces --json` counts.
func fromList(t *testing.T) counts {
	t.Helper()
	got := execute(t, "list", "namespaces", "--json")
	if got.code != exitDone {
		t.Fatalf("list namespaces: %+v", got)
	}
	var listed struct {
		Namespaces []struct {
			Type      string
			Inode     uint64
			Processes int
			Leader    int
			Owner, ID *uint64
			Unknown   map[string]string
		}
	}
	if err := json.Unmarshal([]byte(got.out), &listed); err != nil {
		t.Fatal(err)
	}
	found := counts{}
	for _, n := range listed.Namespaces {
		found[fmt.Sprintf("%s:[%d]", n.Type, n.Inode)] = n.Processes
	}
	return found
}

func TestNamespacesAgreeWithLsns(t *testing.T) {
	pid := unshared(t)
	var own []string
	for _, kind := range []string{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time"} {
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil {
			t.Fatal(err)
		}
		host, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil || host == link {
			t.Fatalf("the child is in this test's own %s (%v)", link, err)
		}
		own = append(own, link)
	}
	eventually(t, func() string {
		want, err := fromLsns(t)
		if err != nil {
			return "lsns: " + err.Error()
		}
		got := fromList(t)
		for _, name := range own {
			if got[name] != want[name] || got[name] == 0 {
				return fmt.Sprintf("%s has %d processes, lsns says %d", name, got[name], want[name])
			}
		}
		return ""
	})
}

// The child is a world of its own, by all that is printed of it.
func TestWorldHere(t *testing.T) {
	pid := unshared(t)
	got := execute(t, "show", strconv.Itoa(pid), "--json")
	if got.code != exitDone {
		t.Fatalf("show: %+v", got)
	}
	var shown struct {
		Tasks []struct {
			PID        int
			NSpid      []int
			Namespaces map[string]uint64
			Cgroups    map[string]string
		}
	}
	if err := json.Unmarshal([]byte(got.out), &shown); err != nil || len(shown.Tasks) != 1 {
		t.Fatalf("show has %d tasks: %v", len(shown.Tasks), err)
	}
	task := shown.Tasks[0]
	if task.PID != pid || len(task.NSpid) == 0 || task.NSpid[len(task.NSpid)-1] != 1 || len(task.Namespaces) < 8 || len(task.Cgroups) == 0 {
		t.Errorf("show says %+v of process %d, which is the first of its pid namespace", task, pid)
	}
	list := execute(t, "list", "worlds", "--filter", fmt.Sprintf("pid:%d", pid))
	if lines := strings.Count(list.out, "\n"); list.code != exitDone || lines != 2 || strings.Contains(list.out, wallHost) {
		t.Errorf("list worlds says %+v, want one world that shares nothing with the host", list)
	}
}

// shared is a buffer that a test reads while it is written.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestEventsHere(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, diagnostics shared
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"events", "--json", "--interval", "100ms"}, streams{strings.NewReader(""), &out, &diagnostics})
	}()
	// What is there at the first scan is no event: children are born until one is seen.
	eventually(t, func() string {
		name, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", unshared(t)))
		if err != nil {
			t.Fatal(err)
		}
		inode := strings.Trim(strings.TrimPrefix(name, "net:"), "[]")
		return within(time.Second, func() string {
			if !strings.Contains(out.String(), `"namespace":{"type":"net","inode":`+inode+`}`) {
				return "no event of " + name + " in\n" + out.String()
			}
			return ""
		})
	})
	stop()
	select {
	case code := <-ended:
		if code != exitDone || diagnostics.String() != "" {
			t.Errorf("events ended with code %d and %q, want %d and nothing", code, diagnostics.String(), exitDone)
		}
	case <-time.After(patience):
		t.Fatal("events did not end")
	}
	for line := range strings.Lines(out.String()) {
		var event struct {
			Schema int
			At     time.Time
			Kind   string
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil || event.Schema != 1 || event.At.IsZero() || event.Kind == "" {
			t.Errorf("no event: %q (%v)", line, err)
		}
	}
}

// Whoever has seen enough closes the pipe, and hears no complaint: the kernel ends the program as it ends others.
func TestBrokenPipe(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	_ = read.Close() // Nobody will read.
	for _, args := range [][]string{{"list", "tasks"}, {"list", "tasks", "--json"}, {"doctor"}} {
		var diagnostics bytes.Buffer
		cmd := program(t, args...)
		cmd.Stdout, cmd.Stderr = write, &diagnostics
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.String() != "signal: broken pipe" || diagnostics.Len() > 0 {
			t.Errorf("%v ended by %v and said %q, want SIGPIPE and silence", args, err, diagnostics.String())
		}
		// Where the output is not the standard one there is an error in place of the signal.
		if code := run(t.Context(), args, streams{strings.NewReader(""), write, &diagnostics}); code != exitDone || diagnostics.Len() > 0 {
			t.Errorf("%v ended with code %d and said %q, want %d and silence", args, code, diagnostics.String(), exitDone)
		}
	}
}

// A full disk is told.
func TestFullDisk(t *testing.T) {
	device, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	for _, args := range [][]string{
		{"list", "tasks"},
		{"list", "tasks", "--json"},
		{"show", strconv.Itoa(os.Getpid())},
		{"doctor"},
		{"version"},
		{"completion", "bash"},
		{"--help"},
		{"help", "list"},
		{"show", "--help"},
		{"--version"},
	} {
		var diagnostics bytes.Buffer
		code := run(t.Context(), args, streams{strings.NewReader(""), io.Writer(device), &diagnostics})
		if code != exitRefused || !strings.Contains(diagnostics.String(), "no space left on device") {
			t.Errorf("%v on a full disk: code %d, %q", args, code, diagnostics.String())
		}
	}
}
