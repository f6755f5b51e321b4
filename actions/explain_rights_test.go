package actions

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// The variables by which root tells the test of an ordinary user what it laid out.
const (
	strangerPID = "BULKHEAD_TEST_STRANGER" // A process of that user outside of the delegated group.
	rootsPID    = "BULKHEAD_TEST_ROOTS"    // One of root.
	v1Group     = "BULKHEAD_TEST_V1_GROUP" // A group of version 1 that the user may write.
)

// startAs starts a process of a user until the test ends, and tells its pid by a variable.
func startAs(t *testing.T, user uint32, variable string) {
	t.Helper()
	cmd := exec.Command("sleep", "1000")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // It was killed.
	})
	t.Setenv(variable, strconv.Itoa(cmd.Process.Pid))
}

// pidIn returns the pid that a variable holds.
func pidIn(t *testing.T, variable string) int32 {
	t.Helper()
	pid, err := strconv.Atoi(os.Getenv(variable))
	must(t, err)
	return int32(pid)
}

// fails applies a step that the kernel must refuse, and compares what is said of it.
func fails(t *testing.T, step Step, want error, says, help string) {
	t.Helper()
	result := NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{step}})
	if !errors.Is(result.Err, want) {
		t.Fatalf("%s: %v, want %v", step.Shell(), result.Err, want)
	}
	s := scanLive(t)
	why := Explain(result.Err, step, s, probe.Live.Knob)
	if s.Host.User == strconv.Itoa(nobodyID) {
		says = strings.ReplaceAll(says, "nobody", "user "+s.Host.User) // A host without a list of users.
	}
	if why.Says != says || why.Help != help {
		t.Errorf("says  %q\nwant  %q\nhelps %q\nwant  %q", why.Says, says, why.Help, help)
	}
}

func targetOf(t *testing.T, key probe.GroupKey) Group {
	t.Helper()
	g, _, err := groupOf(scanLive(t), key)
	must(t, err)
	return g
}

func TestExplainMissingRights(t *testing.T) {
	if os.Geteuid() == 0 {
		startAs(t, nobodyID, strangerPID)
		startAs(t, 0, rootsPID)
	}
	delegate(t)
	testhost.AsNobody(t, func(t *testing.T) {
		mount := mountedV2(t)
		top := targetOf(t, v2(os.Getenv(delegatedTo)))
		start := targetOf(t, v2(top.Path+"/start"))
		stranger := lab{t, top.GroupKey, top.Dir()}.from(pidIn(t, strangerPID), "/start", fileProcs)
		pid := os.Getenv(strangerPID)
		fails(t, stranger, syscall.EACCES,
			"a move also takes the right to write cgroup.procs of the group above both places, "+filepath.Join(mount, fileProcs)+", which nobody has not",
			"it takes root, or that one be delegated too")
		moved, _ := stranger.(Move)
		moved.To = moved.From
		fails(t, moved, syscall.EACCES, "nobody may not write "+filepath.Join(moved.From.Dir(), fileProcs), "it takes root, or the user to whom the group was delegated")
		fails(t, Set{Group: start, File: "cgroup.freeze", From: "0", To: "1"}, syscall.EACCES,
			"nobody may not write "+start.file("cgroup.freeze"), "it takes root, or the user to whom the group was delegated")
		fails(t, Make{targetOf(t, v2("/")).child("bulkhead-test-no")}, syscall.EACCES, "nobody may not make a group in /", "it takes root, or the user to whom / was delegated")
		fails(t, Remove{Group: top}, syscall.EACCES, "nobody may not remove a group of /", "it takes root, or the user to whom / was delegated")
		roots := pidIn(t, rootsPID)
		fails(t, Signal{keyOf(t, roots), "sleep", unix.SIGTERM}, syscall.EPERM,
			"sleep ("+decimal(roots)+") belongs to another user than nobody, or to another user namespace", "it takes CAP_KILL over it, as root has")
		fails(t, Mount{Options: "none,name=bulkhead-test", Dir: t.TempDir()}, syscall.EPERM, "nobody may not mount control groups here",
			"it takes CAP_SYS_ADMIN in the user namespace that the system booted with, as root of the host has")
		if pid == "" {
			t.Error("there is no stranger")
		}
	})
}

// TestExplainForcedFreeze: an ordinary user overrides the guard of a group that is not his. That what would thaw it again
// cannot be moved is not what he needs to hear.
func TestExplainForcedFreeze(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Setenv(delegatedTo, makeLab(t, freezerLabel(t)).key.String())
	}
	testhost.AsNobody(t, func(t *testing.T) {
		if os.Getenv(delegatedTo) == "" {
			t.Skip("only root may make a group for this")
		}
		g := targetOf(t, keyNamed(os.Getenv(delegatedTo)))
		file := fileFreeze
		freeze := Set{Group: g, File: file, From: "0", To: "1", Back: "0"}
		if g.Hierarchy != "v2" {
			file = fileFreezer
			freeze = Set{Group: g, File: file, From: stateThawed, To: stateFrozen, Back: stateThawed}
		}
		thawer := &stepError{Move{Task: keyOf(t, int32(os.Getpid())), From: g, To: g, File: fileProcs}, met("write", syscall.EACCES)}
		s := scanLive(t)
		why := Explain(fmt.Errorf("what would thaw it again: %w", thawer), freeze, s, probe.Live.Knob)
		user := (&fault{s: s}).user()
		if want := user + " may not write " + g.file(file); why.Says != want {
			t.Errorf("says %q, want %q", why.Says, want)
		}
	})
}

func mountedV2(t *testing.T) string {
	t.Helper()
	for _, h := range scanLive(t).Hierarchies {
		if h.Version == 2 {
			return h.MountPoint
		}
	}
	t.Fatal("version 2 is not mounted")
	return ""
}

// In version 1 the right to write the file is not enough: the process must be one's own.
func TestExplainAnothersProcess(t *testing.T) {
	if os.Geteuid() == 0 {
		if mountOf(t, "freezer") == "" {
			t.Skip("this host does not mount the freezer of version 1")
		}
		l := makeLab(t, "freezer")
		must(t, os.Chown(filepath.Join(l.dir, fileProcs), nobodyID, nobodyID))
		startAs(t, 0, rootsPID)
		t.Setenv(v1Group, l.key.Path)
	}
	testhost.AsNobody(t, func(t *testing.T) {
		if os.Getenv(v1Group) == "" {
			t.Skip("only root may lay out a group for an ordinary user")
		}
		roots := pidIn(t, rootsPID)
		to := targetOf(t, v1("freezer", os.Getenv(v1Group)))
		step := lab{t, to.GroupKey, to.Dir()}.from(roots, "", fileProcs)
		fails(t, step, syscall.EACCES, "sleep ("+decimal(roots)+") belongs to another user than nobody, who may move only what is his own", "as root it works")
	})
}

func TestExplainReadOnlyMount(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		dir := t.TempDir()
		g := l.group("")
		var result Result
		done := make(chan error)
		go func() {
			done <- func() error {
				runtime.LockOSThread() // It is never unlocked: the thread ends, and its mounts with it.
				if err := errors.Join(unix.Unshare(unix.CLONE_FS|unix.CLONE_NEWNS), unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
					unix.Mount(l.dir, dir, "", unix.MS_BIND, ""), unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")); err != nil {
					return err
				}
				g.Mount, g.Below = dir, "/"
				result = NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{Make{g.child("in")}}})
				return nil
			}()
		}()
		must(t, <-done)
		if !errors.Is(result.Err, syscall.EROFS) {
			t.Fatalf("in a group that is mounted read-only: %v, want %v", result.Err, syscall.EROFS)
		}
		want := "the control groups at " + dir + " are mounted read-only here, as in most containers"
		if got := Explain(result.Err, result.Failed, nil, nil).Says; got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	})
}

func TestExplainRealMountErrors(t *testing.T) {
	asRoot(t)
	dir := t.TempDir()
	fails(t, Mount{Options: "nosuchthing", Dir: dir}, syscall.EINVAL, "this kernel has no version 1 controller nosuchthing, or it is turned off",
		"look at /proc/cgroups, and for cgroup_disable= and cgroup_no_v1= in /proc/cmdline")
	fails(t, Mount{Options: "none,name=x", Dir: dir, MakeDir: true}, syscall.EEXIST, dir+" is there already", "mount on it as it is, or choose another directory")
	fails(t, Mount{Options: "none,name=x", Dir: dir + "/no/such", MakeDir: true}, syscall.ENOENT, "the directory above "+dir+"/no/such is not there", "make that first")
	fails(t, Unmount{Options: "cpuset", Dir: dir}, syscall.EINVAL, "nothing is mounted at "+dir+" (any more)", "look again")
	s := scanLive(t)
	var apart []probe.Hierarchy
	for _, h := range s.Hierarchies {
		if h.Version == 1 && h.MountPoint != "" && len(h.Controllers) == 1 {
			apart = append(apart, h)
		}
	}
	if len(apart) < 2 {
		return // Version 1 is not mounted here, one controller by one.
	}
	both := apart[0].Label + "," + apart[1].Label
	fails(t, Mount{Options: both, Dir: dir}, syscall.EBUSY,
		strings.Join([]string{"a hierarchy with some of " + both + " is mounted already: " + apart[0].Label + " at " + apart[0].MountPoint, apart[1].Label + " at " + apart[1].MountPoint}, ", "),
		"mount exactly that combination, or use it where it is")
}
