package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/uitest"
)

// screenLab is a group with another one in it, which a test makes, fills, empties and removes by keys, and what is put there: a
// shell and its two children.
type screenLab struct {
	*uitest.Process
	h        probe.Hierarchy
	name     string // Of the group.
	dir, key string // The same as the kernel and as the screen has it.
	shell    string
	children []string
}

// TestActionsFromTheScreen does by keys what can be done to groups and processes, in version 2 and in version 1, as far as they are
// mounted, and asks the kernel what came of it.
func TestActionsFromTheScreen(t *testing.T) {
	asRoot(t)
	mounted := slices.DeleteFunc(scanned(t).Hierarchies, func(h probe.Hierarchy) bool {
		return h.MountPoint == "" || h.ReadOnly || h.Version == 1 && !slices.Contains(h.Controllers, "pids")
	})
	if len(mounted) == 0 {
		t.Fatal("neither version 2 nor pids of version 1 is mounted: mount one of them")
	}
	for _, h := range mounted {
		t.Run(h.Label, func(t *testing.T) {
			l := newScreenLab(t, h)
			l.make(t)
			l.write(t)
			l.move(t)
			l.run(t)
			l.moveMarked(t)
			l.signal(t)
			l.kill(t)
			l.remove(t)
			play(t, l.Process, "q")
			ended(t, l.Process, exitDone)
		})
	}
}

// newScreenLab starts the processes, and opens the screen with the topmost group selected.
func newScreenLab(t *testing.T, h probe.Hierarchy) *screenLab {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("SHELL", "/bin/sh")
	l := &screenLab{h: h, name: fmt.Sprintf("bulkhead-test-%d-keys", os.Getpid())}
	l.dir, l.key = filepath.Join(h.MountPoint, l.name), probe.GroupKey{Hierarchy: h.Label, Path: "/" + l.name}.String()
	removeAfter(t, l.in("one"), l.dir)
	cmd := exec.Command("sh", "-c", "sleep 1000 & sleep 1000 & wait")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	startFor(t, cmd)
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // What was not killed by keys.
	l.shell = strconv.Itoa(cmd.Process.Pid)
	eventually(t, func() string {
		l.children = strings.Fields(textOf(t, "/proc/"+l.shell+"/task/"+l.shell+"/children"))
		if len(l.children) != 2 {
			return fmt.Sprintf("the children of the shell are %v, want two", l.children)
		}
		return ""
	})
	l.Process = inTerminal(t, 130, 40, "cgroups", "--filter", h.MountPoint)
	label := asTyped(h.Label)
	play(t, l.Process, "wait:"+label+"  /,click:"+label+"  /,wait:"+label+" /")
	return l
}

// in is the path of what is in the group: a file, or a group.
func (l *screenLab) in(name ...string) string {
	return filepath.Join(append([]string{l.dir}, name...)...)
}

// apply applies the plan in sight, and waits for what is said of it.
func (l *screenLab) apply(t *testing.T, says string) {
	t.Helper()
	play(t, l.Process, "wait:]   apply,a,wait:"+says)
}

// hold demands that exactly these processes are in a group.
func (l *screenLab) hold(t *testing.T, dir string, want ...string) {
	t.Helper()
	got := strings.Fields(textOf(t, filepath.Join(dir, "cgroup.procs")))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("in %s are %v, want %v; the screen:\n%s", dir, got, want, l.Screen())
	}
}

// ends demands that a process ends. One that nobody has waited for yet has ended.
func (l *screenLab) ends(t *testing.T, pid string) {
	t.Helper()
	eventually(t, func() string {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err == nil && !strings.Contains(string(text), ") Z ") {
			return fmt.Sprintf("process %s goes on: %s", pid, text)
		}
		return ""
	})
}

func (l *screenLab) make(t *testing.T) {
	t.Helper()
	play(t, l.Process, "n,wait:New group below,type:"+l.name+"/one,enter,wait:mkdir "+l.in("one"))
	l.apply(t, "✓ Make "+l.key+"/one")
	l.hold(t, l.in("one"))
	l.choose(t)
}

// choose selects the group: only the hierarchy is above it where nothing else is shown.
func (l *screenLab) choose(t *testing.T) {
	t.Helper()
	play(t, l.Process, "/,ctrl+u,type:"+l.name+",enter,wait:filter: "+l.name+",wait:─ 2 of ,home,down,wait:─ "+l.h.Label+" /"+l.name+" ─")
}

// write sets how many processes may be in the group, or where that is not limited how many groups deep below it.
func (l *screenLab) write(t *testing.T) {
	t.Helper()
	file := "pids.max"
	if _, err := os.Stat(l.in(file)); errors.Is(err, os.ErrNotExist) {
		file = "cgroup.max.depth"
	}
	play(t, l.Process, "w,wait:Files of "+l.key+",type:"+file+",wait: 1 of,enter,wait:─ "+file+",ctrl+u,type:77,enter,wait:echo 77 > "+l.in(file))
	l.apply(t, file+" is 77")
	if got := textOf(t, l.in(file)); got != "77" {
		t.Errorf("%s says %q, want 77", l.in(file), got)
	}
}

// move moves the shell with its descendants into the group.
func (l *screenLab) move(t *testing.T) {
	t.Helper()
	play(t, l.Process, "esc,gone:filter: ,4,wait:PSR,t,/,type:pid:"+l.shell+",enter,wait:─ "+l.shell+" sh ─")
	play(t, l.Process, "m,wait:Move "+l.shell+",ctrl+d,type:"+l.name+",end,up,wait:into "+l.key+" ,enter,wait:echo "+l.children[1]+" > "+l.in("cgroup.procs"))
	l.apply(t, "✓ Move")
	l.hold(t, l.dir, l.shell, l.children[0], l.children[1])
}

// run starts a shell in the group and in a new pid and a new net namespace. The form offers the groups in which the screen has the
// selected process, which is why that must have seen the move.
func (l *screenLab) run(t *testing.T) {
	t.Helper()
	moved := "cg:" + l.name + " pid:" + l.shell
	play(t, l.Process, "/,ctrl+u,type:"+moved+",enter,wait:filter: "+moved+",wait:─ "+l.shell+" sh ─")
	play(t, l.Process, "n,wait:Run in new namespaces,right,right,space,right,space,tab,tab,tab,tab,tab"+strings.Repeat(",right", l.box(t))+
		",wait:it is in "+l.key+" from its first instruction,space,enter")
	l.apply(t, "leads back")
	var inside string
	eventually(t, func() string {
		for _, pid := range strings.Fields(textOf(t, l.in("cgroup.procs"))) {
			if pid != l.shell && !slices.Contains(l.children, pid) {
				inside = pid
				return ""
			}
		}
		return "nobody was started in " + l.dir
	})
	own, theirs := links(t, "/proc/self"), links(t, "/proc/"+inside)
	if own[probe.PID] == theirs[probe.PID] || own[probe.Net] == theirs[probe.Net] || own[probe.UTS] != theirs[probe.UTS] {
		t.Errorf("the command is in %v, the test in %v; want another pid and net alone", theirs, own)
	}
	play(t, l.Process, "type:exit 3,enter,wait:ended with exit code 3")
	l.ends(t, inside)
}

// box is which of the groups that the form offers is that of the lab: there is one for each hierarchy that the shell is in below
// the topmost group.
func (l *screenLab) box(t *testing.T) (at int) {
	t.Helper()
	s := scanned(t)
	pid, err := strconv.ParseInt(l.shell, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	shell, _ := s.Task(int32(pid))
	for _, h := range s.Hierarchies {
		if h.ID == l.h.ID {
			break
		}
		if path, ok := shell.Cgroups.Path(h.ID); ok && path != "/" && h.MountPoint != "" {
			at++
		}
	}
	return at
}

// moveMarked marks both children and moves them into the inner group.
func (l *screenLab) moveMarked(t *testing.T) {
	t.Helper()
	only := "cg:" + l.name + " comm:sleep"
	play(t, l.Process, "/,ctrl+u,type:"+only+",enter,wait:filter: "+only+",wait:─ 2 of ,click:"+l.children[0]+" root,space,click:"+l.children[1]+" root,space")
	play(t, l.Process, "m,wait:Move 2 processes,type:"+l.name+"/one,end,wait:into "+l.key+"/one,enter,wait:echo "+l.children[1]+" > "+l.in("one/cgroup.procs"))
	l.apply(t, "✓ Move")
	l.hold(t, l.in("one"), l.children...)
	l.hold(t, l.dir, l.shell)
}

// signal ends one of the children, which is selected since it was marked last.
func (l *screenLab) signal(t *testing.T) {
	t.Helper()
	play(t, l.Process, "esc,wait:─ "+l.children[1]+" sleep ─,K,wait:Send a signal to "+l.children[1]+",enter,wait:kill -TERM "+l.children[1])
	l.apply(t, "✓ Send SIGTERM")
	l.ends(t, l.children[1])
	l.hold(t, l.in("one"), l.children[0])
}

// kill kills those who are left in the group, and in the one below it.
func (l *screenLab) kill(t *testing.T) {
	t.Helper()
	play(t, l.Process, "3,wait:─ Cgroups")
	l.choose(t)
	play(t, l.Process, "K,wait:Kill "+l.key)
	l.apply(t, "✓ Kill "+l.key)
	l.ends(t, l.shell)
	l.ends(t, l.children[0])
	l.hold(t, l.dir)
	l.hold(t, l.in("one"))
}

// remove removes both groups, and makes them again by undo.
func (l *screenLab) remove(t *testing.T) {
	t.Helper()
	play(t, l.Process, "wait:  0 processes\\, 0 below,D,wait:rmdir "+l.dir) // What is still shown in it would be moved out first.
	l.apply(t, "✓ Remove "+l.key)
	if _, err := os.Stat(l.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the screen says that %s is removed, the kernel does not (%v)", l.dir, err)
	}
	play(t, l.Process, "u,wait:Undo: Remove "+l.key)
	l.apply(t, "✓ Undo: Remove "+l.key)
	l.hold(t, l.in("one"))
}
