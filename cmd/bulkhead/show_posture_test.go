package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"bulkhead/ui/uitest"
)

func TestShowPosture(t *testing.T) {
	hosts := laidOut{}
	for name, test := range map[string]struct{ host, target string }{
		"container": {"v2", "20553"},
		"v1":        {"hybrid", "redis-server"},
		"host":      {"v2", "host"},
	} {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) { uitest.Golden(t, "posture-"+name, h.succeed(t, "show", "--posture", test.target)) })
	}
}

// posed is what is read of the JSON output.
type posed struct {
	Posture struct {
		None     string
		Walls    []struct{ File, Value string }
		Findings []struct {
			What     string
			Evidence []struct{ File, Value string }
		}
	}
}

// posed returns what there is to say of a process.
func postureOf(t *testing.T, pid int) (p posed, found string) {
	t.Helper()
	got := execute(t, "show", fmt.Sprint(pid), "--posture", "--json")
	if got.code != exitDone {
		t.Fatalf("show: %+v", got)
	}
	if err := json.Unmarshal([]byte(got.out), &p); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Posture.Findings {
		found += f.What + "\n"
	}
	return p, found
}

func TestShowPostureLive(t *testing.T) {
	if got, _ := postureOf(t, os.Getpid()); got.Posture.None == "" {
		t.Skipf("this process is walled off itself, by %v", got.Posture.Walls)
	}
	got, found := postureOf(t, unshared(t))
	if len(got.Posture.Walls) != 8 || strings.Contains(found, "CAP_") || strings.Contains(found, "namespace") || !strings.Contains(found, "no seccomp filter\n") {
		t.Errorf("in namespaces of its own: %+v", got)
	}
	cmd := exec.CommandContext(t.Context(), "sleep", "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // It says that it was killed.
	}()
	got, found = postureOf(t, cmd.Process.Pid)
	for _, want := range []string{"no user namespace of its own\n", "the host's pid namespace\n", "CAP_SYS_ADMIN\n", "the host's root directory\n"} {
		if !strings.Contains(found, want) {
			t.Errorf("in mounts of its own, a copy of the host's: %q is missing: %+v", want, got)
		}
	}
}
