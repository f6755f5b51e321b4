package spawn_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

func TestEnterEachType(t *testing.T) {
	needRoot(t)
	for _, kind := range probe.NamespaceTypes {
		t.Run(kind.String(), func(t *testing.T) {
			flag := spawn.Flag(kind)
			pid := target(t, uintptr(flag))
			expectInside(t, proc(pid), flag, enter(spawn.Enter{Namespaces: []spawn.Join{join(t, proc(pid), kind)}}))
		})
	}
}

func TestEnterAllTypes(t *testing.T) {
	needRoot(t)
	enterAll(t, target(t, allTypes))
}

func TestEnterAllTypesAsNobody(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) { enterAll(t, target(t, allTypes)) })
}

// TestEnterRootless has root enter what nobody has made.
func TestEnterRootless(t *testing.T) {
	needRoot(t)
	cmd := self("rootless")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	_, pid := actor(t, cmd)
	enterAll(t, pid)
}

// enterAll enters a target in all its namespaces, as its root. In the order that fails first, the user namespace stands in
// the middle.
func enterAll(t *testing.T, pid int) {
	t.Helper()
	root := uint32(0)
	var joins []spawn.Join
	for _, kind := range []probe.NamespaceType{
		probe.Net, probe.Mnt, probe.Time, probe.User, probe.PID, probe.UTS, probe.IPC, probe.Cgroup,
	} {
		joins = append(joins, join(t, proc(pid), kind))
	}
	dir, cwd := open(t, proc(pid)+"/root", unix.O_PATH), open(t, proc(pid)+"/cwd", unix.O_PATH)
	e := spawn.Enter{Namespaces: joins, UID: &root, GID: &root, Root: dir, Cwd: cwd}
	expectInside(t, proc(pid), allTypes, enter(e))
	out, _ := output(t, shell(`id -u; id -g; cat /proc/self/uid_map`), enter(e))
	if got := strings.Fields(out); len(got) != 5 || got[0] != "0" || got[1] != "0" || got[2] != "0" || got[4] != "1" {
		t.Errorf("user, group and map are %q", out)
	}
}

// TestEnterLosingRights joins a net namespace that the owner of the user namespace has no rights to, so that the user
// namespace has to be the last.
func TestEnterLosingRights(t *testing.T) {
	needRoot(t)
	user, net := proc(target(t, unix.CLONE_NEWUSER)), proc(target(t, unix.CLONE_NEWNET))
	e := spawn.Enter{Namespaces: []spawn.Join{join(t, user, probe.User), join(t, net, probe.Net)}}
	got := linksInside(t, enter(e))
	if got[probe.User] != links(t, user)[probe.User] || got[probe.Net] != links(t, net)[probe.Net] {
		t.Errorf("the command is in %s and %s", got[probe.User], got[probe.Net])
	}
}

// TestEnterOwn names namespaces that are this process's own, among them the user namespace that nobody can join.
func TestEnterOwn(t *testing.T) {
	var joins []spawn.Join
	for _, kind := range probe.NamespaceTypes {
		joins = append(joins, join(t, "/proc/self", kind))
	}
	for name, e := range map[string]spawn.Enter{
		"descriptors": {Namespaces: joins},
		"nothing":     {},
	} {
		t.Run(name, func(t *testing.T) { expectInside(t, "/proc/self", 0, enter(e)) })
	}
}

func TestEnterThread(t *testing.T) {
	needRoot(t)
	pid, tid := actor(t, self("loose"))
	task := proc(pid) + "/task/" + strconv.Itoa(tid)
	if links(t, task)[probe.Net] == links(t, proc(pid))[probe.Net] {
		t.Fatal("the thread is in its process's net namespace")
	}
	expectInside(t, task, unix.CLONE_NEWNET, enter(spawn.Enter{Namespaces: []spawn.Join{join(t, task, probe.Net)}}))
}

// TestEnterMounted enters a namespace that only a bind mount keeps alive.
func TestEnterMounted(t *testing.T) {
	needRoot(t)
	file := filepath.Join(t.TempDir(), "net")
	check(t, os.WriteFile(file, nil, 0o600))
	var want string
	t.Run("mount", func(t *testing.T) { // Its target is gone afterwards.
		pid := target(t, unix.CLONE_NEWNET)
		want = links(t, proc(pid))[probe.Net]
		check(t, unix.Mount(proc(pid)+"/ns/net", file, "", unix.MS_BIND, ""))
	})
	t.Cleanup(func() {
		if err := unix.Unmount(file, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount the namespace: %v", err)
		}
	})
	f, err := os.Open(file)
	check(t, err)
	defer f.Close()
	got := linksInside(t, enter(spawn.Enter{Namespaces: []spawn.Join{{Type: probe.Net, File: f}}}))
	if got[probe.Net] != want {
		t.Errorf("the command is in %s, want %s", got[probe.Net], want)
	}
}

// TestEnterRoot enters a target that has changed its root: what a command finds at / is that, and not the root of the mount
// namespace.
func TestEnterRoot(t *testing.T) {
	needRoot(t)
	busybox := staticBusybox(t)
	check(t, os.Mkdir(busybox+"/sub", 0o755))
	e := spawn.Enter{Root: open(t, busybox, unix.O_PATH), Cwd: open(t, busybox+"/sub", unix.O_PATH)}
	out, code := output(t, spawn.Command{Path: "busybox", Args: []string{"busybox", "pwd"}, Env: []string{"PATH=/none:/"}}, enter(e))
	if out != "/sub\n" || code != 0 {
		t.Errorf("in the other root: %q, code %d", out, code)
	}
	out, _ = output(t, spawn.Command{Path: "/busybox", Args: []string{"busybox", "ls", "/"}, Dir: "/sub"}, enter(e))
	if out != "busybox\nsub\n" {
		t.Errorf("the other root has %q", out)
	}
	_, _, err := try(t, spawn.Command{Path: "sh"}, enter(e))
	var exec *spawn.ExecError
	if !errors.As(err, &exec) || exec.Code() != 127 {
		t.Errorf("a shell, which is outside only: %v, want code 127", err)
	}
}

// TestEnterDead enters a pid namespace whose init has died, where nobody can be born.
func TestEnterDead(t *testing.T) {
	needRoot(t)
	var dead spawn.Join
	t.Run("target", func(t *testing.T) {
		fd, err := unix.Open(proc(target(t, unix.CLONE_NEWPID))+"/ns/pid", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		check(t, err)
		dead = spawn.Join{Type: probe.PID, File: os.NewFile(uintptr(fd), "pid")}
	})
	defer dead.File.Close()
	_, _, err := try(t, shell("exit"), enter(spawn.Enter{Namespaces: []spawn.Join{dead}}))
	if !errors.Is(err, unix.ENOMEM) || !strings.HasPrefix(err.Error(), "fork into the pid namespace: ") {
		t.Errorf("got %v, want %v on the fork", err, unix.ENOMEM)
	}
}

// TestEnterDenied has nobody enter what belongs to root. The error says where it went wrong.
func TestEnterDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		pid := target(t, unix.CLONE_NEWUSER|unix.CLONE_NEWNET)
		e := spawn.Enter{Namespaces: []spawn.Join{join(t, proc(pid), probe.Net)}}
		_, _, err := try(t, shell("exit"), enter(e))
		var stage *spawn.Error
		if !errors.As(err, &stage) || !errors.Is(err, unix.EPERM) || err.Error() != "setns net: operation not permitted" {
			t.Errorf("got %v", err)
		}
	})
}
