package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// allTools is the variable that makes a program which a test needs, and which is not installed, a failure: where they are
// installed beforehand. Elsewhere such a test is skipped, and says what is missing.
const allTools = "BULKHEAD_TEST_TOOLS"

// needTool demands a program of a distribution.
func needTool(t *testing.T, name, debian string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv(allTools) != "" {
		t.Fatalf("%s is not installed: on Debian, apt-get install %s", name, debian)
	}
	t.Skipf("%s is not installed: on Debian, apt-get install %s", name, debian)
}

// TestEnterRunc enters a container of runc, the program that docker, podman, containerd and CRI-O start theirs by.
func TestEnterRunc(t *testing.T) {
	asRoot(t)
	needTool(t, "runc", "runc")
	bundle, state := t.TempDir(), t.TempDir()
	name := "bulkhead-test-" + strconv.Itoa(os.Getpid()) + "-runc"
	layBundle(t, bundle, name)
	command := func(args ...string) *exec.Cmd {
		return exec.Command("runc", append([]string{"--root", state}, args...)...)
	}
	t.Cleanup(func() { // By its force the container is killed, and its groups are removed.
		if out, err := command("delete", "--force", name).CombinedOutput(); err != nil {
			t.Errorf("runc delete: %v\n%s", err, out)
		}
	})
	start := command("run", "--detach", "--bundle", bundle, name)
	said := filepath.Join(t.TempDir(), "said") // Its own output is a file: the container keeps it open.
	out, err := os.Create(said)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	start.Stdout, start.Stderr = out, out
	if err := start.Run(); err != nil {
		text, _ := os.ReadFile(said)
		t.Fatalf("runc run: %v\n%s", err, text)
	}
	text, err := command("state", name).Output()
	if err != nil {
		t.Fatalf("runc state: %v", err)
	}
	var container struct{ PID int }
	if err := json.Unmarshal(text, &container); err != nil || container.PID == 0 {
		t.Fatalf("runc state says %s (%v), want a pid", text, err)
	}
	expectContainer(t, container.PID, []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC})
	target := strconv.Itoa(container.PID)
	if got := succeed(t, "enter", target, "--", "sh", "-c", "pwd; hostname; cat /proc/1/comm"); got != "/harbour\nwalled\nsleep\n" {
		t.Errorf("inside it says %q, want the container's directory, host name and first process", got)
	}
	if got := succeed(t, "enter", target, "--cgroup", "--", "cat", "/proc/self/cgroup"); !strings.Contains(got, ":/"+name+"\n") {
		t.Errorf("with its groups the command is in\n%s\nwant %s among them", got, name)
	}
}

// expectContainer demands that one gets into a container by its process, and by each type of its namespaces alone.
func expectContainer(t *testing.T, pid int, types []probe.NamespaceType) {
	t.Helper()
	target := strconv.Itoa(pid)
	expectInside(t, proc(pid), types, target)
	for _, kind := range types {
		if kind != probe.Mnt { // Its /proc shows only those in its pid namespace, so that it takes both.
			expectInside(t, proc(pid), []probe.NamespaceType{kind}, target, "--types", kind.String())
		}
	}
	expectInside(t, proc(pid), []probe.NamespaceType{probe.Mnt, probe.PID}, target, "--types", "mnt,pid")
}

// layBundle writes what runc starts a container from, by the runtime specification of the Open Container Initiative: a root
// in which the programs of this host are, and a config.json.
func layBundle(t *testing.T, bundle, name string) {
	t.Helper()
	type object = map[string]any
	type array = []any
	mounts := array{
		object{"destination": "/proc", "type": "proc", "source": "proc"},
		object{"destination": "/usr", "type": "bind", "source": "/usr", "options": array{"rbind", "ro"}},
	}
	root := filepath.Join(bundle, "rootfs")
	for _, dir := range []string{"harbour", "dev"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		if link, err := os.Readlink(dir); err == nil {
			if err := os.Symlink(link, root+dir); err != nil {
				t.Fatal(err)
			}
		} else if _, err := os.Stat(dir); err == nil {
			mounts = append(mounts, object{"destination": dir, "type": "bind", "source": dir, "options": array{"rbind", "ro"}})
		}
	}
	var namespaces array
	for _, kind := range []string{"pid", "network", "ipc", "uts", "mount"} {
		namespaces = append(namespaces, object{"type": kind})
	}
	config, err := json.Marshal(object{
		"ociVersion": "1.0.2", "hostname": "walled", "root": object{"path": "rootfs"}, "mounts": mounts,
		"process": object{
			"args": array{"sleep", "1000"}, "cwd": "/harbour", "user": object{"uid": 0, "gid": 0},
			"env": array{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		},
		"linux": object{"namespaces": namespaces, "cgroupsPath": "/" + name},
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(bundle, "config.json"), config, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestEnterBubblewrap enters a sandbox of bubblewrap, which flatpak starts programs by, as an ordinary user and as root.
func TestEnterBubblewrap(t *testing.T) {
	enter := func(t *testing.T) {
		needTool(t, "bwrap", "bubblewrap")
		pid := sandboxed(t)
		target := strconv.Itoa(pid)
		types := []probe.NamespaceType{probe.User, probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup}
		expectInside(t, proc(pid), types, target)
		if got := succeed(t, "enter", target, "--", "sh", "-c", "pwd; cat /proc/1/comm"); got != "/usr\nbwrap\n" {
			t.Errorf("inside it says %q, want the sandbox's directory and first process", got)
		}
	}
	t.Run("root", func(t *testing.T) {
		asRoot(t)
		enter(t)
	})
	t.Run("user", func(t *testing.T) { testhost.AsNobody(t, enter) })
}

// sandboxed starts a sandbox until the test ends, and returns the pid of the command in it.
func sandboxed(t *testing.T) int {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	args := []string{"--unshare-all", "--die-with-parent", "--info-fd", "3", "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--chdir", "/usr"}
	for _, dir := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		if link, err := os.Readlink(dir); err == nil {
			args = append(args, "--symlink", link, dir)
		} else if _, err := os.Stat(dir); err == nil {
			args = append(args, "--ro-bind", dir, dir)
		}
	}
	cmd := exec.Command("bwrap", append(args, "sleep", "1000")...)
	var says bytes.Buffer
	cmd.ExtraFiles, cmd.Stderr = []*os.File{write}, &says
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // With it goes the sandbox.
		_ = cmd.Wait()         // It says that it was killed.
	})
	_ = write.Close() // The sandbox has it.
	var info struct {
		PID int `json:"child-pid"`
	}
	if err := json.NewDecoder(read).Decode(&info); err != nil {
		t.Fatalf("bwrap says no pid: %v", err)
	}
	return onlyChild(t, info.PID, "sleep")
}

// onlyChild waits until a process has one child, which has become a command, and returns its pid.
func onlyChild(t *testing.T, pid int, command string) (child int) {
	t.Helper()
	eventually(t, func() string {
		text, err := os.ReadFile(proc(pid) + "/task/" + strconv.Itoa(pid) + "/children")
		if err != nil {
			return err.Error()
		}
		if child, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			return "the children are " + string(text)
		}
		comm, _ := os.ReadFile(proc(child) + "/comm") // It may be gone: then it is none.
		if string(comm) != command+"\n" {
			return "the child is " + string(comm)
		}
		return ""
	})
	return child
}
