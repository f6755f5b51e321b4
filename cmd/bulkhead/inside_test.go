package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/testhost"
)

// boxed starts a process in new namespaces of every type with what is known of them: a host name, an offset of the clock, a
// message queue, a port that is listened on. It returns its pid.
func boxed(t *testing.T) int {
	t.Helper()
	const furnish = `hostname box; echo 77 > /proc/sys/kernel/msgmni; ipcmk -Q > /dev/null; echo; exec sleep 100`
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc",
		"--cgroup", "--time", "--monotonic", "3600", "sh", "-c", furnish)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start unshare(1) of util-linux: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // With it, by --kill-child, goes what is inside.
		_ = cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", cmd.Process.Pid, cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// seen is what show --json says of what a task sees.
type sight struct {
	PID       int
	HostName  string `json:"host_name"`
	Processes int
	Numbered  []struct{ PID, Inside int } `json:"first_processes"`
	Mounts    []struct {
		Point string `json:"mount_point"`
	}
	Interfaces []struct {
		Name      string
		State     string `json:"operstate"`
		Addresses []string
		Peer      struct {
			Name      string
			Namespace uint64
		}
	}
	SysV      []struct{ Kind string }       `json:"sysvipc"`
	IPCLimits map[string]string             `json:"ipc_limits"`
	UIDMap    []struct{ Inside, Count int } `json:"uid_map"`
	Clock     struct{ Monotonic float64 }   `json:"timens_offsets"`
	Cgroups   []struct{ Hierarchy, Path, Inside, Root string }
	Refusals  map[string]string
	Lacks     string `json:"network_lacks"`
}

func seenBy(t *testing.T, target string) sight {
	t.Helper()
	got := execute(t, "show", target, "--json")
	var shown struct{ Sees sight }
	if err := json.Unmarshal([]byte(got.out), &shown); err != nil || got.code != exitDone {
		t.Fatalf("show %s: %+v: %v", target, got, err)
	}
	return shown.Sees
}

// TestInside reads what root and what an ordinary user have put into namespaces, and leaves nothing open and nobody behind.
func TestInside(t *testing.T) {
	t.Run("root", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("the ordinary user is tested beside this")
		}
		lookInside(t)
	})
	t.Run("nobody", func(t *testing.T) { testhost.AsNobody(t, lookInside) })
}

func lookInside(t *testing.T) {
	pid := boxed(t)
	got := seenBy(t, strconv.Itoa(pid))
	got.expectNames(t, pid)
	if len(got.Refusals) != 0 || got.Lacks != "" {
		t.Errorf("was refused %v, lacks %q, want all to be told", got.Refusals, got.Lacks)
	}
	if len(got.Interfaces) != 1 || got.Interfaces[0].Name != "lo" || got.Interfaces[0].State != "down" || len(got.Mounts) == 0 {
		t.Errorf("sees the interfaces %v and %d mounts, want lo alone, down", got.Interfaces, len(got.Mounts))
	}
	for _, g := range got.Cgroups {
		if g.Inside != "/" || g.Root != g.Path {
			t.Errorf("believes to be at %q of %s, with the root %q, want the root, which is %q", g.Inside, g.Hierarchy, g.Root, g.Path)
		}
	}
	for kind, complaint := range map[string]func(sight) bool{
		"uts": func(s sight) bool { return s.HostName != "box" }, "ipc": func(s sight) bool { return len(s.SysV) != 1 },
		"net": func(s sight) bool { return len(s.Interfaces) != 1 }, "time": func(s sight) bool { return s.Clock.Monotonic != 3600 },
		"pid": func(s sight) bool { return s.Processes != 1 }, "user": func(s sight) bool { return len(s.UIDMap) != 1 },
		"cgroup": func(s sight) bool { return len(s.Cgroups) == 0 }, "mnt": func(s sight) bool { return len(s.Mounts) == 0 },
	} {
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil {
			t.Fatal(err)
		}
		if s := seenBy(t, link); complaint(s) || len(s.Refusals) != 0 {
			t.Errorf("%s has %+v, want the same as its process sees", link, s)
		}
	}
	files := openFiles(t)
	_ = seenBy(t, strconv.Itoa(pid))
	if after := openFiles(t); !slices.Equal(files, after) {
		t.Errorf("open files were %v and are %v", files, after)
	}
}

// TestPeerByName has a pair of veth devices between two network namespaces: each end tells the other by name.
func TestPeerByName(t *testing.T) {
	t.Run("root", func(t *testing.T) {
		asRoot(t)
		tiedByName(t)
	})
	t.Run("nobody", func(t *testing.T) { testhost.AsNobody(t, tiedByName) })
}

func tiedByName(t *testing.T) {
	needTool(t, "ip", "iproute2")
	near := tied(t)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", near, near))
	if err != nil {
		t.Fatal(err)
	}
	far := strings.TrimSpace(string(children))
	for target, want := range map[string]struct{ name, other, in string }{
		strconv.Itoa(near): {"outer", "inner", far}, far: {"inner", "outer", strconv.Itoa(near)},
	} {
		link, err := os.Readlink("/proc/" + want.in + "/ns/net")
		if err != nil {
			t.Fatal(err)
		}
		told := false
		for _, i := range seenBy(t, target).Interfaces {
			told = told || i.Name == want.name && i.Peer.Name == want.other && link == fmt.Sprintf("net:[%d]", i.Peer.Namespace)
		}
		if !told {
			t.Errorf("process %s sees %+v, want the peer %s of %s in %s", target, seenBy(t, target).Interfaces, want.other, want.name, link)
		}
	}
	if got := succeed(t, "show", far); !strings.Contains(got, " outer in net:[") {
		t.Errorf("it does not tell the name of the peer:\n%s", got)
	}
}

// tied starts a process in a network namespace of its own, and one below it in another, with a pair of veth devices between them.
func tied(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("unshare", "-Urn", "sh", "-c",
		`P=$$; unshare -n sh -c "ip link add inner type veth peer name outer netns $P && echo ready && exec sleep 1000"; :`)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start unshare(1) of util-linux: %v", err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // Both.
		_ = cmd.Wait()                                      // It says that it was killed.
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		if os.Geteuid() == 0 {
			t.Fatalf("no pair of veth devices can be made: it takes ip of iproute2 and the module veth: %v", err)
		}
		t.Skipf("this user can make no pair of veth devices: %v", err)
	}
	return cmd.Process.Pid
}

func (s *sight) expectNames(t *testing.T, pid int) {
	t.Helper()
	if s.HostName != "box" || s.PID != pid {
		t.Errorf("host name %q by %d, want that of %d", s.HostName, s.PID, pid)
	}
	if s.Processes != 1 || len(s.Numbered) != 1 || s.Numbered[0].Inside != 1 || s.Numbered[0].PID != pid {
		t.Errorf("sees %d processes, %v, want itself as 1", s.Processes, s.Numbered)
	}
	if len(s.SysV) != 1 || s.SysV[0].Kind != "msg" || s.IPCLimits["kernel/msgmni"] != "77" {
		t.Errorf("sees %v and the limits %v, want one queue, and 77 at most", s.SysV, s.IPCLimits)
	}
	if s.Clock.Monotonic != 3600 || len(s.UIDMap) != 1 || s.UIDMap[0].Count != 1 {
		t.Errorf("its clock is %v ahead, its users %v, want an hour and one user", s.Clock.Monotonic, s.UIDMap)
	}
}

// openFiles are the descriptors of this process.
func openFiles(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var open []string
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
			open = append(open, target)
		}
	}
	return open
}

// TestInsideWithoutProcess reads a network namespace that a mount alone keeps alive, by its path.
func TestInsideWithoutProcess(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root mounts a namespace")
	}
	path := filepath.Join(t.TempDir(), "blue")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", path, err)
		}
	})
	if out, err := exec.Command("unshare", "--net="+path, "true").CombinedOutput(); err != nil {
		t.Fatalf("unshare --net=%s: %v: %s", path, err, out)
	}
	if got := seenBy(t, path); len(got.Interfaces) != 1 || got.Interfaces[0].Name != "lo" || len(got.Refusals) != 0 {
		t.Errorf("there is %+v, want lo alone", got)
	}
	if got := execute(t, "show", path); got.code != exitDone || !strings.Contains(got.out, "mount at "+path) || !strings.Contains(got.out, "  lo ") {
		t.Errorf("show %s: %+v", path, got)
	}
}

// TestInsideOfRecording asks a recording for what it has not.
func TestInsideOfRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host.json")
	recorded := layOut(t, "v2").succeed(t, "record")
	if err := os.WriteFile(path, []byte(recorded), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--sees", "--uses", "--groups"} {
		if got := execute(t, "show", "20553", "--from", path, flag); got.code != exitRefused || !strings.Contains(got.err, "a recording does not tell") {
			t.Errorf("%s: %+v, want to be told that a recording has it not", flag, got)
		}
	}
	if got := execute(t, "show", "20553", "--from", path); got.code != exitDone || strings.Contains(got.out, "reading…") {
		t.Errorf("show: %+v, want the facts alone", got)
	}
}

// TestInsideFromTheScreen turns the pages of the real screen.
func TestInsideFromTheScreen(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("the ordinary user has no process of this kind here")
	}
	pid := boxed(t)
	p := inTerminal(t, 120, 50, "tasks", "--filter", "pid:"+strconv.Itoa(pid))
	play(t, p, "wait:sleep,],wait:[sees],wait: box ,wait:1h0m0s ahead,],wait:[uses],wait:why this CPU,],wait:[groups],],wait:[facts],q")
	ended(t, p, exitDone)
}

// TestUsesHere has the kernel narrow a process by a cpuset.
func TestUsesHere(t *testing.T) {
	if _, err := os.Stat("/sys/fs/cgroup/cpuset/cpuset.cpus"); err != nil || os.Geteuid() != 0 {
		t.Skipf("no cpuset of version 1 that root can change is mounted where it usually is: %v", err)
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	group := fmt.Sprintf("cpuset:/bulkhead-test-%d-uses", os.Getpid())
	pid := boxed(t)
	defer func() { // The program ends with the test's context, which is over when the test cleans up.
		if got := execute(t, "group", "remove", group, "--members", "--yes"); got.code != exitDone {
			t.Errorf("remove %s: %+v", group, got)
		}
	}()
	for _, args := range [][]string{{"group", "make", group}, {"set", group, "cpuset.cpus", "1"}, {"move", strconv.Itoa(pid), "--to", group}} {
		if got := execute(t, append(args, "--yes")...); got.code != exitDone {
			t.Fatalf("%v: %+v", args, got)
		}
	}
	got := execute(t, "show", strconv.Itoa(pid), "--uses", "--json")
	var shown struct {
		Uses struct {
			Allowed    string                           `json:"cpus_allowed_list"`
			NarrowedBy struct{ Hierarchy, Path string } `json:"narrowed_by"`
			Cpusets    []struct{ Path, CPUs string }
		}
	}
	if err := json.Unmarshal([]byte(got.out), &shown); err != nil || got.code != exitDone {
		t.Fatalf("show: %+v: %v", got, err)
	}
	u := shown.Uses
	if u.Allowed != "1" || "cpuset:"+u.NarrowedBy.Path != group || len(u.Cpusets) < 2 || u.Cpusets[len(u.Cpusets)-1].CPUs != "1" {
		t.Errorf("may run on %q, narrowed by %v of %v, want 1, by %s", u.Allowed, u.NarrowedBy, u.Cpusets, group)
	}
}
