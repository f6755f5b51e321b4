package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// boxRoot lays out a root that has nothing but busybox.
func boxRoot(t *testing.T) string {
	t.Helper()
	const root = "/run/box"
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"bin", "dev", "etc", "proc", "sys", "tmp", "usr"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	engineSays(t, exec.Command("cp", busybox, root+"/bin/busybox"))
	for _, applet := range []string{"sh", "sleep", "readlink"} {
		if err := os.Symlink("busybox", filepath.Join(root, "bin", applet)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// boxImage packs that root for an engine that starts images alone.
func boxImage(t *testing.T) string {
	t.Helper()
	engineSays(t, exec.Command("tar", "-C", boxRoot(t), "-cf", "/run/box.tar", "."))
	return "/run/box.tar"
}

// lay writes a file.
func lay(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil { // Whatever the umask is.
		t.Fatal(err)
	}
	return path
}

// toldPID reads a pid that an engine tells.
func toldPID(t *testing.T, text string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || pid <= 0 {
		t.Fatalf("the engine says the pid is %q", text)
	}
	return pid
}

// startDocker starts a daemon with a directory, a socket and groups of its own, and a container.
func startDocker(t *testing.T, name string) contained {
	docker := func(args ...string) string {
		t.Helper()
		return engineSays(t, exec.Command("docker", append([]string{"-H", "unix:///run/docker.sock"}, args...)...))
	}
	_, log := daemon(t, "dockerd", "-H", "unix:///run/docker.sock", "--config-file", lay(t, "/run/daemon.json", "{}"),
		"--storage-driver", "vfs", "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", "/"+name+"/docker",
		"--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false")
	began(t, log, "docker", "-H", "unix:///run/docker.sock", "version")
	docker("import", boxImage(t), "box")
	id := docker("run", "--detach", "--pull", "never", "--network", "none", "--security-opt", "apparmor=unconfined", "--name", name,
		"box", "/bin/sleep", "1000")
	return contained{
		pid: toldPID(t, docker("inspect", "--format", "{{.State.Pid}}", name)), world: "docker " + name, kind: "docker", name: name, id: id,
		from: "state file /var/lib/docker/containers/" + id + "/config.v2.json", walls: boxWalls,
	}
}

// podmanRun is how podman starts a container. Without limits that it is told it takes more files than root may have here.
var podmanRun = []string{
	"run", "--detach", "--pull", "never", "--network", "none", "--security-opt", "apparmor=unconfined",
	"--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
}

// podman returns a command of podman with its usual places, but for the driver, which is there on every file system.
func podman(args ...string) *exec.Cmd {
	cmd := exec.Command("podman", append([]string{
		"--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime", "runc",
	}, args...)...)
	cmd.Dir = "/"
	return cmd
}

// startPodman starts a container as root.
func startPodman(t *testing.T, name string) contained {
	t.Setenv("CONTAINERS_STORAGE_CONF", lay(t, "/run/storage.conf",
		"[storage]\ndriver=\"vfs\"\nrunroot=\"/run/containers/storage\"\ngraphroot=\"/var/lib/containers/storage\"\n"))
	engineSays(t, podman("import", "--quiet", boxImage(t), "localhost/box"))
	run := slices.Concat(podmanRun, []string{
		"--cgroup-parent", "/" + name + "/libpod_parent", "--name", name, "localhost/box", "/bin/sleep", "1000",
	})
	id := engineSays(t, podman(run...))
	pid := toldPID(t, engineSays(t, podman("inspect", "--format", "{{.State.Pid}}", name)))
	return contained{
		pid: pid, world: "podman " + name, kind: "podman", name: name, id: id,
		from: "state file /var/lib/containers/storage/vfs-containers/", walls: boxWalls,
	}
}

// The user of the yard's, whom a machine need not have.
const (
	harbour     = 4711
	harbourHome = "/var/lib/harbour"
)

// startRootless has an ordinary user start a container.
func startRootless(t *testing.T, name string) contained {
	image := boxImage(t)
	layUser(t)
	as := func(args ...string) string {
		t.Helper()
		cmd := podman(args...)
		cmd.Env = append(os.Environ(), "HOME="+harbourHome, "USER=harbour", "LOGNAME=harbour", "XDG_RUNTIME_DIR=/run/user/"+strconv.Itoa(harbour))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: harbour, Gid: harbour}}
		return engineSays(t, cmd)
	}
	as("import", "--quiet", image, "localhost/box")
	id := as(slices.Concat(podmanRun, []string{"--name", name, "localhost/box", "/bin/sleep", "1000"})...)
	return contained{
		pid: toldPID(t, as("inspect", "--format", "{{.State.Pid}}", name)), world: "podman " + name + " (uid 4711)", kind: "podman",
		name: name, id: id, in: "uid 4711", from: "state file " + harbourHome + "/.local/share/containers/storage/vfs-containers/",
		walls: append(boxWalls, probe.User),
	}
}

// layUser gives the yard a user with subordinate ids; subuid(5).
func layUser(t *testing.T) {
	t.Helper()
	for file, line := range map[string]string{
		"/etc/passwd": "harbour:x:4711:4711::" + harbourHome + ":/bin/sh\n", "/etc/group": "harbour:x:4711:\n",
		"/etc/subuid": "harbour:471100:65536\n", "/etc/subgid": "harbour:471100:65536\n",
	} {
		text, _ := os.ReadFile(file) // There may be none.
		mine := lay(t, "/run"+file, string(text)+line)
		if err := unix.Mount(mine, file, "", unix.MS_BIND, ""); err != nil {
			t.Fatalf("mount on %s: %v", file, err)
		}
	}
	for _, dir := range []string{"/run/user/" + strconv.Itoa(harbour), harbourHome} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(dir), 0o755), os.Mkdir(dir, 0o700)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, harbour, harbour); err != nil {
			t.Fatal(err)
		}
	}
}

// startContainerd starts a daemon, and a container by its own ctr(8), which takes a directory for an image.
func startContainerd(t *testing.T, name string) contained {
	_, log := daemon(t, "containerd", "--config", lay(t, "/run/containerd.toml", "version = 2\n"))
	began(t, log, "ctr", "version")
	engineSays(t, exec.Command("ctr", "run", "--detach", "--rootfs", "--cgroup", "/"+name+"/default/"+name, "--pid-file", "/run/box.pid",
		boxRoot(t), name, "/bin/sleep", "1000"))
	pid, err := os.ReadFile("/run/box.pid")
	if err != nil {
		t.Fatal(err)
	}
	return contained{
		pid: toldPID(t, string(pid)), world: "containerd " + name + " (default)", kind: "containerd", name: name, id: name, in: "default",
		from: "command of the parent ", walls: boxWalls,
	}
}

// startLXC starts a container from a configuration written by hand; lxc.container.conf(5).
func startLXC(t *testing.T, name string) contained {
	dir := "/var/lib/lxc/" + name
	lay(t, dir+"/config", strings.Join([]string{
		"lxc.uts.name = walled", "lxc.rootfs.path = dir:" + boxRoot(t), "lxc.net.0.type = empty", "lxc.mount.auto = proc",
		"lxc.apparmor.profile = unconfined", "lxc.cgroup.dir.container = " + name + "/lxc.payload." + name,
		"lxc.cgroup.dir.monitor = " + name + "/lxc.monitor." + name, "lxc.cgroup.dir.monitor.pivot = " + name + "/lxc.pivot", "",
	}, "\n"))
	lxc := func(command string, args ...string) string {
		t.Helper()
		return engineSays(t, exec.Command(command, append([]string{"--lxcpath", "/var/lib/lxc", "--name", name}, args...)...))
	}
	lxc("lxc-start", "--logfile", "/run/lxc.said", "--", "/bin/sleep", "1000")
	return contained{
		pid: toldPID(t, lxc("lxc-info", "--pid", "--no-humanize")), world: "lxc " + name, kind: "lxc", name: name, id: name,
		from: "/lxc.payload." + name + ", command of the parent ", walls: append(boxWalls, probe.Cgroup),
	}
}

// startNspawn starts a machine that no systemd-machined knows of, in groups of its own: it divides the one that it is in.
func startNspawn(t *testing.T, name string) contained {
	const script = `for dir; do mkdir "$dir"; echo $$ >"$dir/cgroup.procs"; done
		exec systemd-nspawn --quiet --register=no --keep-unit --private-network --machine="$NAME" --directory=/run/box /bin/sleep 1000`
	boxRoot(t)
	t.Setenv("NAME", name)
	args := []string{"sh", "-euc", script, "sh"}
	for _, h := range hierarchies(t) {
		if h.Version == 2 || h.Label == "name=systemd" { // It is in no other.
			args = append(args, filepath.Join(h.MountPoint, name))
		}
	}
	pid, _ := daemon(t, args...)
	return contained{
		pid: onlyChild(t, pid, "sleep"), world: "nspawn " + name, kind: "nspawn", name: name, id: name,
		from: "command of the parent " + strconv.Itoa(pid) + " systemd-nspawn", walls: append(boxWalls, probe.Cgroup),
	}
}

// startFirejail starts a sandbox that is given a name.
func startFirejail(t *testing.T, name string) contained {
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := daemon(t, "firejail", "--quiet", "--noprofile", "--net=none", "--name="+name, busybox, "sleep", "1000")
	return contained{
		pid: onlyChild(t, onlyChild(t, pid, "firejail"), "busybox"), world: "firejail " + name, kind: "firejail", name: name,
		from: "state file /run/firejail/name/" + strconv.Itoa(pid), walls: boxWalls,
	}
}

// startBubblewrap starts a sandbox, which has no name but its command.
func startBubblewrap(t *testing.T, _ string) contained {
	return contained{
		pid: sandboxed(t), world: "bubblewrap sleep", kind: "bubblewrap", name: "sleep", from: "command of ",
		walls: append(boxWalls, probe.User, probe.Cgroup),
	}
}

// startRunc starts a container with runc alone, which keeps its state where it does.
func startRunc(t *testing.T, name string) contained {
	return startBundle(t, name, "runc", "state.json")
}

// startCrun does the same with crun. Of a hybrid host it says that it does not support it: here it finds version 2 alone.
func startCrun(t *testing.T, name string) contained {
	const cgroups = "/sys/fs/cgroup"
	if err := errors.Join(unix.Unmount(cgroups, unix.MNT_DETACH), unix.Mount("yard", cgroups, "cgroup2", 0, "")); err != nil {
		t.Fatal(err)
	}
	keepHandedOn(t, cgroups)
	return startBundle(t, name, "crun", "status")
}

// keepHandedOn has the topmost group of version 2 hand on the same controllers after the test as before. Nobody else who locks its
// directory, as the tests of actions do, changes that meanwhile.
func keepHandedOn(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, "cgroup.subtree_control")
	lock, err := os.Open(dir)
	if err == nil {
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Fields(textOf(t, file))
	t.Cleanup(func() {
		for _, c := range strings.Fields(textOf(t, file)) {
			if !slices.Contains(before, c) {
				if err := os.WriteFile(file, []byte("-"+c), 0); err != nil {
					t.Error(err)
				}
			}
		}
		_ = lock.Close() // It was only locked.
	})
}

func startBundle(t *testing.T, name, runtime, file string) contained {
	t.Helper()
	bundle := t.TempDir()
	layBundle(t, bundle, name)
	engineSays(t, exec.Command(runtime, "run", "--detach", "--bundle", bundle, name))
	path := filepath.Join("/run", runtime, name, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		InitPID int `json:"init_process_pid"` // runc's.
		PID     int // crun's.
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return contained{
		pid: max(state.InitPID, state.PID), world: runtime + " " + name, kind: runtime, name: name, id: name,
		from: "state file " + path, walls: boxWalls,
	}
}
