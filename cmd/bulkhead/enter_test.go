package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// asRoot skips a test that takes root.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make and enter namespaces of every type")
	}
}

// links are the namespaces of a task, by its directory in /proc.
func links(t *testing.T, task string) map[probe.NamespaceType]string {
	t.Helper()
	all := map[probe.NamespaceType]string{}
	for _, kind := range probe.NamespaceTypes {
		link, err := os.Readlink(task + "/ns/" + kind.String())
		if err != nil {
			t.Fatal(err)
		}
		all[kind] = link
	}
	return all
}

// inside runs `bulkhead enter` with arguments, and returns the namespaces that the command finds itself in.
func inside(t *testing.T, args ...string) map[probe.NamespaceType]string {
	t.Helper()
	const each = `for kind; do readlink "/proc/self/ns/$kind"; done` // The readlink of busybox takes one file.
	args = append(append([]string{"enter"}, args...), "--", "sh", "-c", each, "sh")
	for _, kind := range probe.NamespaceTypes {
		args = append(args, kind.String())
	}
	lines := strings.Fields(succeed(t, args...))
	if len(lines) != len(probe.NamespaceTypes) {
		t.Fatalf("%v: inside are the links %q, want %d", args, lines, len(probe.NamespaceTypes))
	}
	all := map[probe.NamespaceType]string{}
	for i, kind := range probe.NamespaceTypes {
		all[kind] = lines[i]
	}
	return all
}

// succeed runs the real program and returns what it printed.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	out, err := program(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("bulkhead %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// expectInside demands that the command is in the target's namespaces of the given types, which are other ones than this test's,
// and in this test's of all other types.
func expectInside(t *testing.T, task string, types []probe.NamespaceType, args ...string) {
	t.Helper()
	want, theirs := links(t, "/proc/self"), links(t, task)
	for _, kind := range types {
		if theirs[kind] == want[kind] {
			t.Errorf("the target's %s namespace is this test's own", kind)
		}
		want[kind] = theirs[kind]
	}
	got := inside(t, args...)
	for _, kind := range probe.NamespaceTypes {
		if got[kind] != want[kind] {
			t.Errorf("enter %v: the command is in %s, want %s", args, got[kind], want[kind])
		}
	}
}

func proc(pid int) string { return "/proc/" + strconv.Itoa(pid) }

// TestEnterEachType enters the eight types one by one and all together.
func TestEnterEachType(t *testing.T) {
	pid := unshared(t)
	target := strconv.Itoa(pid)
	for _, kind := range probe.NamespaceTypes {
		t.Run(kind.String(), func(t *testing.T) {
			expectInside(t, proc(pid), []probe.NamespaceType{kind}, target, "--types", kind.String())
		})
	}
	t.Run("all", func(t *testing.T) { expectInside(t, proc(pid), probe.NamespaceTypes[:], target) })
	t.Run("by the inode", func(t *testing.T) {
		for _, kind := range probe.NamespaceTypes {
			expectInside(t, proc(pid), []probe.NamespaceType{kind}, links(t, proc(pid))[kind])
		}
	})
}

// rootless starts a child in new namespaces of every type but time and cgroup, as `unshare -r` does for an ordinary user, and
// returns the pid of the process that is in all of them.
func rootless(t *testing.T, as *syscall.Credential) int {
	t.Helper()
	cmd := exec.Command("unshare", "-Urmpnui", "--fork", "--kill-child", "sh", "-c", "echo; exec sleep 1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as}
	cmd.Dir = "/"
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start unshare(1) of util-linux: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // With it goes its child.
		_ = cmd.Wait()         // It says that it was killed.
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("unshare -Urmpnui: %v; user namespaces must be allowed to ordinary users", err)
	}
	children, err := os.ReadFile(proc(cmd.Process.Pid) + "/task/" + strconv.Itoa(cmd.Process.Pid) + "/children")
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// rootlessTypes are the types of namespaces that rootless makes.
var rootlessTypes = []probe.NamespaceType{probe.User, probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC}

// nobody is the user of testhost.AsNobody.
var nobody = syscall.Credential{Uid: 65534, Gid: 65534}

// TestEnterRootless has an ordinary user enter what is his own, and root what is another's. Inside both are root.
func TestEnterRootless(t *testing.T) {
	enter := func(t *testing.T, pid int) {
		target := strconv.Itoa(pid)
		expectInside(t, proc(pid), rootlessTypes, target)
		expectInside(t, proc(pid), []probe.NamespaceType{probe.User, probe.Net}, target, "--types", "user,net")
		if got := succeed(t, "enter", target, "--", "sh", "-c", "id -u; id -g"); got != "0\n0\n" {
			t.Errorf("inside are user and group %q, want root", got)
		}
	}
	t.Run("by root", func(t *testing.T) {
		asRoot(t)
		enter(t, rootless(t, &nobody))
	})
	t.Run("by its user", func(t *testing.T) {
		testhost.AsNobody(t, func(t *testing.T) { enter(t, rootless(t, nil)) })
	})
}

// TestEnterThread enters the net namespace that one thread has to itself, and not that of its process.
func TestEnterThread(t *testing.T) {
	asRoot(t)
	pid, tid := inRole(t, "thread", 0)
	target := strconv.Itoa(pid) + "/" + tid
	expectInside(t, proc(pid)+"/task/"+tid, []probe.NamespaceType{probe.Net}, target)
	got := execute(t, "enter", strconv.Itoa(pid), "--", "true")
	if got.code != exitRefused || !strings.Contains(got.err, "there is no wall to go through") {
		t.Errorf("entering its process: %+v, want a refusal, as it is in this test's own namespaces", got)
	}
}

// TestEnterMounted enters namespaces by their path that nothing but a mount keeps.
func TestEnterMounted(t *testing.T) {
	asRoot(t)
	for _, kind := range []probe.NamespaceType{probe.User, probe.Net, probe.UTS, probe.IPC, probe.Cgroup, probe.Time} {
		t.Run(kind.String(), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "kept")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			want := links(t, "/proc/self")
			t.Run("keep", func(t *testing.T) { // Its process has ended afterwards.
				pid := unshared(t)
				want[kind] = links(t, proc(pid))[kind]
				if err := unix.Mount(proc(pid)+"/ns/"+kind.String(), file, "", unix.MS_BIND, ""); err != nil {
					t.Fatal(err)
				}
			})
			t.Cleanup(func() {
				if err := unix.Unmount(file, unix.MNT_DETACH); err != nil {
					t.Errorf("unmount the namespace: %v", err)
				}
			})
			if got := inside(t, file); got[kind] != want[kind] {
				t.Errorf("the command is in %s, want %s", got[kind], want[kind])
			}
		})
	}
}

// TestEnterContainer enters a container that has a root of its own: the command is in it, and works where its first process does.
func TestEnterContainer(t *testing.T) {
	asRoot(t)
	const flags = unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP
	pid, _ := inRole(t, "container", flags, containerRoot+"="+t.TempDir())
	target := strconv.Itoa(pid)
	expectInside(t, proc(pid), []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup}, target)
	got := succeed(t, "enter", target, "--", "sh", "-c", "pwd; hostname; cat /proc/1/comm; ls ..")
	if want := "/harbour\nwalled\nexe\n"; !strings.HasPrefix(got, want) || strings.Contains(got, "etc") {
		t.Errorf("inside it says\n%s\nwant the container's directory, name, first process and root", got)
	}
}

// TestStartJSON: a command that is started prints what it likes, so that --json is about the plan alone.
func TestStartJSON(t *testing.T) {
	for _, args := range [][]string{{"enter", "1", "--json"}, {"run", "--json"}} {
		file := filepath.Join(t.TempDir(), "started")
		got := execute(t, append(args, "--", "touch", file)...)
		if got.code != exitUsage || !strings.Contains(got.err, "--json needs --dry-run here") || got.out != "" {
			t.Errorf("%v: %+v, want wrong usage", args, got)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%v started the command", args)
		}
	}
	if got := execute(t, "run", "--json", "--dry-run", "--", "true"); got.code != exitDone || !strings.HasPrefix(got.out, "{") {
		t.Errorf("run --json --dry-run: %+v, want the plan as JSON", got)
	}
}

// TestEnterFileRefuses: flags that take a process are refused where the file of a namespace is entered.
func TestEnterFileRefuses(t *testing.T) {
	for _, args := range [][]string{{"--types", "mnt"}, {"--cgroup"}, {"--keep-ids"}} {
		got := execute(t, append(append([]string{"enter", "/proc/self/ns/net", "--dry-run"}, args...), "--", "true")...)
		if got.code != exitRefused || !strings.Contains(got.err, "/proc/self/ns/net is a ") || got.out != "" {
			t.Errorf("%v: %+v, want a refusal that names the file", args, got)
		}
	}
}
