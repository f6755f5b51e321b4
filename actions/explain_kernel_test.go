package actions

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// provocation makes the kernel refuse a step in a group of the test's own.
type provocation struct {
	label string                // Of the hierarchy; "v1" and "v2" for any of that version.
	step  func(l lab) Step      // Lays the trap, and returns the step that falls into it. Nil where this kernel cannot.
	err   error                 // What the kernel answers.
	says  string                // LAB stands for the group, PID for the process that was started in it.
	way   func(l lab, w Intent) // What the way on must lead to; nil where there is none.
}

// group returns a group of the lab as a target.
func (l lab) group(path string) Group {
	l.t.Helper()
	key := l.below(path)
	if key.Path = strings.TrimSuffix(key.Path, "/"); path == ".." {
		key.Path = "/"
	}
	g, _, err := groupOf(scanLive(l.t), key)
	must(l.t, err)
	return g
}

func (l lab) mkdir(path string) {
	l.t.Helper()
	must(l.t, os.MkdirAll(l.dir+path, 0o755))
}

func (l lab) write(file, value string) {
	l.t.Helper()
	must(l.t, os.WriteFile(filepath.Join(l.dir, file), []byte(value+"\n"), 0))
}

// setting returns the write of a file of a group of the lab, from what it says now.
func (l lab) setting(path, file, value string) Step {
	l.t.Helper()
	g := l.group(path)
	now, ok := probe.Live.Knob(g.Dir(), file).Get()
	return Set{Group: g, File: file, From: now, To: value, Back: now, Blind: !ok}
}

// cpus gives a cpuset what it needs before tasks may enter.
func (l lab) cpus(path, list string) {
	l.t.Helper()
	l.mkdir(path)
	mems, err := os.ReadFile(filepath.Join(filepath.Dir(l.dir), "cpuset.mems"))
	must(l.t, err)
	l.write(path+"/cpuset.cpus", list)
	l.write(path+"/cpuset.mems", strings.TrimSpace(string(mems)))
}

func TestExplainRealErrors(t *testing.T) {
	asRoot(t)
	all := maps.Clone(provocations)
	maps.Copy(all, cpusetProvocations)
	maps.Copy(all, v2Provocations)
	maps.Copy(all, resourceProvocations)
	for name, p := range all {
		t.Run(name, func(t *testing.T) {
			label := p.label
			if label == "v1" {
				label = "freezer"
			}
			if mountOf(t, label) == "" {
				t.Skipf("this host does not mount %s", label)
			}
			l := makeLab(t, label)
			step := p.step(l)
			if step == nil {
				t.Skip("this kernel is built without it")
			}
			p.provoke(t, l, step)
		})
	}
}

func (p provocation) provoke(t *testing.T, l lab, step Step) {
	t.Helper()
	result := NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{step}})
	if !errors.Is(result.Err, p.err) {
		t.Fatalf("%s: %v, want %v", step.Shell(), result.Err, p.err)
	}
	why := Explain(result.Err, result.Failed, scanLive(t), probe.Live.Knob)
	if got := anonymous(l, step, why.Says); got != p.says {
		t.Errorf("says %q\nwant %q", got, p.says)
	}
	switch {
	case (why.Way != nil) != (p.way != nil):
		t.Errorf("there is a way on: %v", why.Way != nil)
	case why.Way != nil:
		p.way(l, why.Way)
	}
}

// anonymous takes names out of a sentence that differ from run to run.
func anonymous(l lab, step Step, says string) string {
	says = strings.ReplaceAll(strings.ReplaceAll(says, l.dir, "DIR"), l.key.String(), "LAB")
	says = strings.ReplaceAll(says, l.key.Hierarchy+":/", "TOP")
	if mount := mountOf(l.t, "cpuset"); mount != "" {
		says = strings.ReplaceAll(says, mount, "CPUSET")
	}
	for _, line := range append([]string{l.dir}, subdirectories(l.dir)...) {
		text, _ := os.ReadFile(filepath.Join(line, fileProcs)) // A threaded group has none to be read.
		for pid := range strings.FieldsSeq(string(text)) {
			says = strings.ReplaceAll(says, pid, "PID")
		}
	}
	if l.key.Hierarchy == cgroup.LabelV2 {
		if text, err := os.ReadFile(filepath.Join(l.dir, "cgroup.controllers")); err == nil {
			if domain := lacking(threadedControllers, strings.Fields(string(text))); len(domain) > 0 {
				says = strings.ReplaceAll(says, domain[0], "DOMAIN")
			}
		}
	}
	if m, ok := step.(Move); ok {
		says = strings.ReplaceAll(says, decimal(m.Task.TID), "PID")
	}
	return says
}

// onto carries out the way on, after which the step that failed must succeed.
func onto(step func(l lab) Step) func(l lab, w Intent) {
	return func(l lab, w Intent) {
		must(l.t, apply(l.t, w).Err)
		must(l.t, NewKernel(probe.Live).Apply(l.t.Context(), Plan{Steps: []Step{step(l)}}).Err)
	}
}

// child starts a process outside of the lab.
func (l lab) child() int32 {
	l.t.Helper()
	cmd := exec.Command("sleep", "1000")
	must(l.t, cmd.Start())
	l.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // It was killed.
	})
	return int32(cmd.Process.Pid)
}

// from returns the move of a process from wherever it is to a group of the lab.
func (l lab) from(pid int32, path, file string) Step {
	l.t.Helper()
	s := scanLive(l.t)
	task, ok := s.Task(pid)
	if !ok {
		l.t.Fatalf("there is no process %d", pid)
	}
	to := l.group(path)
	h := s.HierarchyOf(&probe.Group{GroupKey: to.GroupKey})
	at, _ := task.Cgroups.Path(h.ID)
	from, _, err := groupOf(s, probe.GroupKey{Hierarchy: h.Label, Path: at})
	must(l.t, err)
	return Move{Task: task.TaskKey, Comm: "sleep", From: from, To: to, File: file}
}

// domainController hands a controller to the lab that does not work on threads, and returns its name. Nobody but the topmost
// group can: it does so for as long as the test runs.
func (l lab) domainController() string {
	l.t.Helper()
	top := filepath.Dir(l.dir)
	all, err := os.ReadFile(top + "/cgroup.controllers")
	must(l.t, err)
	domain := lacking(threadedControllers, strings.Fields(string(all)))
	if len(domain) == 0 {
		return ""
	}
	handOnFor(l.t, top, domain[0])
	return domain[0]
}

// realtime makes a process one of the realtime policy SCHED_FIFO.
func (l lab) realtime(pid int32) {
	l.t.Helper()
	must(l.t, unix.SchedSetAttr(int(pid), &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: 1}, 0))
}

// ended is a process that is there no more.
func (l lab) ended() probe.TaskKey {
	l.t.Helper()
	cmd := exec.Command("sleep", "1000")
	must(l.t, cmd.Start())
	key := keyOf(l.t, int32(cmd.Process.Pid))
	must(l.t, cmd.Process.Kill())
	_ = cmd.Wait() // It was killed.
	return key
}

var provocations = map[string]provocation{
	"no such file": {
		"v1", func(l lab) Step { return Set{Group: l.group(""), File: "freezer.nothing", To: "1", Blind: true} },
		syscall.ENOENT, "LAB has no freezer.nothing", nil,
	},
	"FREEZING": {"v1", func(l lab) Step { return l.setting("", "freezer.state", "FREEZING") }, syscall.EINVAL, "FREEZING is no value for freezer.state", nil},
	"group there": {
		"v1", func(l lab) Step {
			l.mkdir("/in")
			return Make{l.group("/in")}
		}, syscall.EEXIST, "DIR/in is there already: a group, or a control file of LAB", nil,
	},
	"group and file": {
		"v1", func(l lab) Step { return Make{l.group("").child(fileTasks)} }, syscall.EEXIST, "DIR/tasks is there already: a group, or a control file of LAB", nil,
	},
	"nothing above": {
		"v1", func(l lab) Step { return Make{l.group("").child("no").child("new")} }, syscall.ENOENT, "LAB/no, the group above, is not there", nil,
	},
	"newline": {
		"v1", func(l lab) Step { return Make{l.group("").child("a\nb")} }, syscall.EINVAL, "the kernel takes no group of the name 'a\nb'", nil,
	},
	"groups below": {
		"v1", func(l lab) Step {
			l.mkdir("/in/side")
			return Remove{Group: l.group("/in")}
		}, syscall.EBUSY, "LAB/in has 1 group below it", func(l lab, w Intent) { must(l.t, apply(l.t, w).Err) },
	},
	"members": {
		"v1", func(l lab) Step {
			l.mkdir("/in")
			lab{l.t, l.below("/in"), l.dir + "/in"}.start("exec sleep 1000")
			return Remove{Group: l.group("/in")}
		}, syscall.EBUSY, "LAB/in has 1 process (PID sleep) in it", func(l lab, w Intent) { must(l.t, apply(l.t, w).Err) },
	},
	"gone": {
		"v1", func(l lab) Step {
			l.mkdir("/in")
			step := l.setting("/in", "notify_on_release", "1")
			must(l.t, syscall.Rmdir(l.dir+"/in"))
			return step
		}, ErrGone, "the group LAB/in is gone since it was shown", nil,
	},
	"replaced": {
		"v1", func(l lab) Step {
			l.mkdir("/in")
			step := l.setting("/in", "notify_on_release", "1")
			must(l.t, syscall.Rmdir(l.dir+"/in"))
			l.mkdir("/in")
			return step
		}, ErrReplaced, "the group LAB/in is not the one that was shown: another has taken its name or number", nil,
	},
	"stale": {
		"v1", func(l lab) Step {
			step := l.setting("", "notify_on_release", "1")
			l.write("notify_on_release", "1")
			return step
		}, ErrStale, "notify_on_release of LAB was changed by somebody else since it was shown: it says 1 by now", nil,
	},
	"ended before the move": {
		"v1", func(l lab) Step {
			return Move{Task: l.ended(), Comm: "sleep", From: l.group(""), To: l.group(""), File: fileProcs}
		}, ErrGone, "sleep (PID) is gone since it was shown", nil,
	},
	"no realtime": {
		"cpu", func(l lab) Step {
			if _, err := os.Stat(l.dir + "/cpu.rt_runtime_us"); err != nil {
				return nil // CONFIG_RT_GROUP_SCHED.
			}
			pid := l.child()
			l.realtime(pid)
			return l.from(pid, "", fileProcs)
		}, syscall.EINVAL, "sleep (PID) is a realtime task, and LAB grants no realtime: its cpu.rt_runtime_us is 0", nil,
	},
	"too much realtime": {
		"cpu", func(l lab) Step {
			if _, err := os.Stat(l.dir + "/cpu.rt_runtime_us"); err != nil {
				return nil
			}
			return l.setting("", "cpu.rt_runtime_us", "999999")
		}, syscall.EINVAL, "999999 is more realtime than TOP, the group above, has left, or less than those below are granted", nil,
	},
	"quota": {
		"cpu", func(l lab) Step {
			if _, err := os.Stat(l.dir + "/cpu.cfs_quota_us"); err != nil {
				return nil // CONFIG_CFS_BANDWIDTH.
			}
			return l.setting("", "cpu.cfs_quota_us", "10")
		}, syscall.EINVAL, "10 is below 1000 or above 1000000 microseconds, or grants more than TOP, the group above, has", nil,
	},
	"negative": {"pids", func(l lab) Step { return l.setting("", "pids.max", "-1") }, syscall.EINVAL, "-1 is no value for pids.max", nil},
}
