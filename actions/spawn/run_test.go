package spawn_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// oneself maps a root inside to who runs the test.
func oneself() []spawn.IDMap { return []spawn.IDMap{{Outside: uint32(os.Geteuid()), Count: 1}} }

func oneselfGroup() []spawn.IDMap { return []spawn.IDMap{{Outside: uint32(os.Getegid()), Count: 1}} }

func TestRunEachType(t *testing.T) {
	needRoot(t)
	for _, kind := range probe.NamespaceTypes {
		for name, unshare := range map[string]bool{"clone": false, "unshare": true} {
			t.Run(kind.String()+" "+name, func(t *testing.T) {
				expectNew(t, spawn.Run{Flags: spawn.Flag(kind), Unshare: unshare})
			})
		}
	}
}

// expectNew checks that a command is in a new namespace of each of the types, and else in this process's.
func expectNew(t *testing.T, r spawn.Run) {
	t.Helper()
	ours, got := links(t, "/proc/self"), linksInside(t, run(r))
	for _, kind := range probe.NamespaceTypes {
		wanted := r.Flags&spawn.Flag(kind) != 0 && (!r.Unshare || kind != probe.PID)
		if kind == probe.Time && r.Unshare && wanted && !atLeast(t, 6, 1) {
			wanted = false
		}
		if isNew := got[kind] != ours[kind]; isNew != wanted {
			t.Errorf("%s: new %v, want %v", kind, isNew, wanted)
		}
	}
}

func TestRunAllTypes(t *testing.T) {
	needRoot(t)
	runAll(t)
}

func TestRunAllTypesAsNobody(t *testing.T) { testhost.AsNobody(t, runAll) }

// runAll has all that can be set up in new namespaces set up.
func runAll(t *testing.T) {
	for name, unshare := range map[string]bool{"clone": false, "unshare": true} {
		t.Run(name, func(t *testing.T) {
			r := spawn.Run{
				Flags: allTypes, Unshare: unshare,
				UIDMap: oneself(), GIDMap: oneselfGroup(), DenySetgroups: true,
				MountProc: !unshare, Hostname: "walled", Loopback: true, Monotonic: time.Hour, Boottime: 2 * time.Hour,
			}
			expectNew(t, r)
			const script = `id -u; id -g; hostname; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; echo $$`
			c := shell(script)
			if unshare { // The pid namespace lives as long as the first child, which so has to be the one that does it all.
				c = shell(`sh -c "$0"; exit $?`)
				c.Args = append(c.Args, script)
			}
			out, code := output(t, c, run(r))
			want := fmt.Sprintf("0 0 walled 0 %d 1 0 %d 1 deny 1", os.Geteuid(), os.Getegid())
			if got := strings.Join(strings.Fields(out), " "); got != want || code != 0 {
				t.Errorf("inside: %q, code %d, want %q", got, code, want)
			}
		})
	}
}

// TestPIDs counts as the tutorials do: what clone makes is pid 1; so is the first child of what unshare made, and the next
// to enter is another.
func TestPIDs(t *testing.T) {
	needRoot(t)
	if out, _ := output(t, shell("echo $$"), run(spawn.Run{Flags: unix.CLONE_NEWPID})); out != "1\n" {
		t.Errorf("clone: pid %q, want 1", out)
	}
	c := shell(`echo $$; sh -c 'echo $$'; exit 0`)
	var outer int
	out, _, err := try(t, c, func(c spawn.Command) (*spawn.Process, error) {
		p, err := c.Run(spawn.Run{Flags: unix.CLONE_NEWPID, Unshare: true})
		if err == nil {
			outer = p.PID()
		}
		return p, err
	})
	if want := strconv.Itoa(outer) + "\n1\n"; err != nil || out != want {
		t.Errorf("unshare: pids %q (%v), want %q", out, err, want)
	}
	pid := target(t, unix.CLONE_NEWPID)
	e := spawn.Enter{Namespaces: []spawn.Join{join(t, proc(pid), probe.PID)}}
	if out, _ := output(t, shell("echo $$"), enter(e)); out != "2\n" {
		t.Errorf("setns: pid %q, want 2", out)
	}
}

// TestProcessNumber looks from outside at a command that has been forked twice.
func TestProcessNumber(t *testing.T) {
	needRoot(t)
	in, hold, err := os.Pipe()
	check(t, err)
	c := spawn.Command{Path: "cat", Stdin: in}
	p, err := c.Run(spawn.Run{Flags: unix.CLONE_NEWPID | unix.CLONE_NEWTIME})
	check(t, errors.Join(err, in.Close()))
	status, err := os.ReadFile(proc(p.PID()) + "/status")
	check(t, err)
	for _, want := range []string{"Name:\tcat\n", fmt.Sprintf("PPid:\t%d\n", os.Getpid()), fmt.Sprintf("NSpid:\t%d\t1\n", p.PID())} {
		if !strings.Contains(string(status), want) {
			t.Errorf("status of the command lacks %q", want)
		}
	}
	check(t, hold.Close())
	if code, err := p.Wait(); code != 0 || err != nil {
		t.Errorf("code %d, %v", code, err)
	}
	if _, err := p.Wait(); !errors.Is(err, unix.ECHILD) {
		t.Errorf("a second Wait: %v, want %v", err, unix.ECHILD)
	}
}

func TestMountProc(t *testing.T) {
	needRoot(t)
	before, err := os.ReadFile("/proc/self/mountinfo")
	check(t, err)
	r := spawn.Run{Flags: unix.CLONE_NEWPID | unix.CLONE_NEWNS, MountProc: true}
	if out, _ := output(t, shell(`cd /proc; echo [0-9]*`), run(r)); out != "1\n" {
		t.Errorf("processes in the new /proc: %q", out)
	}
	out, _ := output(t, shell(`grep -c shared: /proc/self/mountinfo`), run(r))
	if out != "0\n" {
		t.Errorf("%q mounts inside are shared with others", out)
	}
	after, err := os.ReadFile("/proc/self/mountinfo")
	check(t, err)
	if string(before) != string(after) {
		t.Errorf("mounts outside changed to\n%s", after)
	}
}

func TestLoopback(t *testing.T) {
	needRoot(t)
	for on, want := range map[bool]string{false: "0x8\n", true: "0x9\n"} { // IFF_LOOPBACK, and IFF_UP.
		r := spawn.Run{Flags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Loopback: on}
		// The mounted sysfs shows the net namespace that it was mounted in.
		out, _ := output(t, shell("mount -t sysfs none /sys && cat /sys/class/net/lo/flags"), run(r))
		if out != want {
			t.Errorf("with loopback %v the flags of lo are %q, want %q", on, out, want)
		}
	}
}

func TestTimeOffsets(t *testing.T) {
	needRoot(t)
	r := spawn.Run{Flags: unix.CLONE_NEWTIME, Monotonic: 3 * time.Second, Boottime: -1500 * time.Millisecond}
	out, code := output(t, shell("cat /proc/self/timens_offsets"), run(r))
	if got := strings.Join(strings.Fields(out), " "); got != "monotonic 3 0 boottime -2 500000000" || code != 0 {
		t.Errorf("offsets %q, code %d", got, code)
	}
}

// TestMaps has root become another user in a user namespace of several.
func TestMaps(t *testing.T) {
	needRoot(t)
	id := uint32(7)
	ids := []spawn.IDMap{{Outside: 100000, Count: 5}, {Inside: 7, Outside: 65534, Count: 1}}
	r := spawn.Run{Flags: unix.CLONE_NEWUSER, UIDMap: ids, GIDMap: ids, UID: &id, GID: &id}
	out, _ := output(t, shell(`id -u; id -g; id -G; cat /proc/self/uid_map`), run(r))
	if got := strings.Join(strings.Fields(out), " "); got != "7 7 7 0 100000 5 7 65534 1" {
		t.Errorf("user, group, groups and map are %q", got)
	}
	r.UIDMap = []spawn.IDMap{{Count: 0}}
	if _, _, err := try(t, shell("exit"), run(r)); !errors.Is(err, unix.EINVAL) {
		t.Errorf("an empty range: %v, want %v", err, unix.EINVAL)
	}
}

// TestMapHelpers puts programs in the place of newuidmap and newgidmap, which do as these do.
func TestMapHelpers(t *testing.T) {
	needRoot(t)
	dir := t.TempDir()
	for name, file := range map[string]string{"newuidmap": "uid_map", "newgidmap": "gid_map"} {
		script := "#!/bin/sh\n[ $3 = 9 ] && { echo not allowed; exit 1; }\necho $2 $3 $4 >/proc/$1/" + file + "\n"
		check(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	ids := []spawn.IDMap{{Outside: 0, Count: 3}}
	r := spawn.Run{Flags: unix.CLONE_NEWUSER, UIDMap: ids, GIDMap: ids, MapHelpers: true}
	out, _ := output(t, shell(`cat /proc/self/uid_map /proc/self/gid_map`), run(r))
	if got := strings.Join(strings.Fields(out), " "); got != "0 0 3 0 0 3" {
		t.Errorf("maps are %q", got)
	}
	r.GIDMap = []spawn.IDMap{{Outside: 9, Count: 3}}
	_, _, err := try(t, shell("exit"), run(r))
	if err == nil || err.Error() != "run newgidmap: the ids are not mapped: exit status 1: not allowed" {
		t.Errorf("a helper that refuses: %v", err)
	}
}

// TestUnfit asks for what would change this process's own namespaces.
func TestUnfit(t *testing.T) {
	for want, r := range map[string]spawn.Run{
		"map users: needs a new namespace of that type: user":   {UIDMap: oneself()},
		"mount proc: needs a new namespace of that type: mnt":   {MountProc: true},
		"set hostname: needs a new namespace of that type: uts": {Hostname: "x"},
		"set lo up: needs a new namespace of that type: net":    {Loopback: true},
		"set clocks: needs a new namespace of that type: time":  {Boottime: 1},
	} {
		if _, _, err := try(t, shell("exit"), run(r)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRunDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		for want, r := range map[string]spawn.Run{
			"clone mnt,uts: operation not permitted": {Flags: unix.CLONE_NEWUTS | unix.CLONE_NEWNS},
			"unshare net: operation not permitted":   {Flags: unix.CLONE_NEWNET, Unshare: true},
		} {
			if _, _, err := try(t, shell("exit"), run(r)); !errors.Is(err, unix.EPERM) || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		r := spawn.Run{Flags: unix.CLONE_NEWUSER, UIDMap: []spawn.IDMap{{Outside: 0, Count: 1}}}
		if _, _, err := try(t, shell("exit"), run(r)); !errors.Is(err, unix.EPERM) || !strings.HasPrefix(err.Error(), "prepare namespaces: write /proc/") {
			t.Errorf("mapping another's user: got %v", err)
		}
	})
}

// atLeast reports whether the running kernel is of a version or a later one.
func atLeast(t *testing.T, major, minor int) bool {
	t.Helper()
	var uts unix.Utsname
	check(t, unix.Uname(&uts))
	var x, y int
	_, err := fmt.Sscanf(unix.ByteSliceToString(uts.Release[:]), "%d.%d", &x, &y)
	check(t, err)
	return x > major || (x == major && y >= minor)
}
