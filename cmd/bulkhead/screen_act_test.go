package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sleeper starts a process until the test ends, in a net namespace of its own, and returns its pid once it is there.
func sleeper(t *testing.T) int {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make net namespaces")
	}
	cmd := exec.Command("unshare", "--net", "sh", "-c", "echo ready; exec sleep 1000")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // It ends here.
		_ = cmd.Wait()
	})
	if _, err := out.Read(make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestEnterFromTheScreen(t *testing.T) {
	pid := sleeper(t)
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHELL", "/bin/sh")
	p := inTerminal(t, 120, 36, "tasks", "--filter", "pid:"+strconv.Itoa(pid))
	play(t, p, "wait:sleep,e,wait:Enter "+strconv.Itoa(pid)+",enter,wait:nsenter,wait:]   apply,a,wait:leads back")
	play(t, p, "type:readlink /proc/self/ns/net,enter,wait:"+link+",type:exit 3,enter,wait:ended with exit code 3,q")
	ended(t, p, exitDone)
}

func TestFreezeFromTheScreen(t *testing.T) {
	pid := sleeper(t)
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	mount, group := freezerGroup(t)
	dir := filepath.Join(mount, filepath.Base(group))
	for _, args := range [][]string{{"group", "make", group}, {"move", strconv.Itoa(pid), "--to", group}} {
		if got := execute(t, append(args, "--yes")...); got.code != exitDone {
			t.Fatalf("%v: %+v", args, got)
		}
	}
	defer func() { // The program ends with the test's context, which is over when the test cleans up.
		if got := execute(t, "group", "remove", group, "--members", "--yes"); got.code != exitDone {
			t.Errorf("remove %s: %+v", group, got)
		}
	}()
	p := inTerminal(t, 120, 60, "tasks", "--filter", "pid:"+strconv.Itoa(pid))
	play(t, p, "wait:· cgroup,wait:"+filepath.Base(group)+",f,wait:]   apply,a,wait:: frozen")
	if !frozenNow(t, dir) {
		t.Errorf("the screen says that %s is frozen, the kernel does not", group)
	}
	play(t, p, "f,wait:: thawed,L,wait:Changes of this session,esc,q")
	ended(t, p, exitDone)
	if frozenNow(t, dir) {
		t.Errorf("the screen says that %s is thawed, the kernel does not", group)
	}
	if got := logged(t).states(); !strings.HasSuffix(got, "Freeze undone") {
		t.Errorf("the log says %s, want the thaw to have undone the freeze", got)
	}
}

// frozenNow asks the kernel whether a group is frozen.
func frozenNow(t *testing.T, dir string) bool {
	t.Helper()
	for _, file := range []string{"cgroup.events", "freezer.state"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil {
			return strings.Contains(string(text), "frozen 1") || strings.TrimSpace(string(text)) == "FROZEN"
		}
	}
	t.Fatalf("%s tells no state", dir)
	return false
}
