package actions

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// carryOut does what a plan says, whether it changes something or starts a command.
func carryOut(t *testing.T, plan Plan) Result {
	t.Helper()
	if _, starts := plan.Steps[0].(Enter); !starts {
		return NewKernel(probe.Live).Apply(t.Context(), plan)
	}
	p, _, err := NewKernel(probe.Live).Start(plan.Steps[0], Streams{})
	if err != nil {
		return Result{Plan: plan, Failed: plan.Steps[0], Err: err}
	}
	_, err = p.Wait()
	return Result{Plan: plan, Done: []Done{{Step: plan.Steps[0]}}, Err: err}
}

// expectReplaced demands that nothing was done, since the target is another, and that this is what is said.
func expectReplaced(t *testing.T, name string, result Result) {
	t.Helper()
	if !errors.Is(result.Err, ErrReplaced) || len(result.Done) != 0 {
		t.Errorf("%s: %v, %d steps stand; want %v and none", name, result.Err, len(result.Done), ErrReplaced)
		return
	}
	why := Explain(result.Err, result.Failed, scanLive(t), probe.Live.Knob)
	if !strings.Contains(why.Says, "is not the one that was shown: another has taken its name or number") || why.Help == "" {
		t.Errorf("%s: it says %q and advises %q, want that another has taken its place", name, why.Says, why.Help)
	}
}

// TestNumberGivenAgain gives a process's number to another between the plan and its turn: neither the signal nor the move nor the
// command may reach that one.
func TestNumberGivenAgain(t *testing.T) {
	alone(t, func(t *testing.T) {
		l := makeLab(t, freezerHere(t))
		must(t, apply(t, MakeGroup(l.below("/to"), MakeOptions{})).Err)
		started := filepath.Join(t.TempDir(), "started")
		for name, intend := range map[string]func(probe.TaskKey) Intent{
			"signal": func(key probe.TaskKey) Intent { return SignalTasks([]probe.TaskKey{key}, unix.SIGKILL, false) },
			"move": func(key probe.TaskKey) Intent {
				return MoveTasks([]probe.TaskKey{key}, l.below("/to"), MoveOptions{})
			},
			"enter": func(key probe.TaskKey) Intent {
				return EnterTask(key, EnterOptions{Command: []string{"touch", started}})
			},
		} {
			shown := sleepApart(t)
			key := keyOf(t, int32(shown.Process.Pid))
			must(t, os.WriteFile(filepath.Join(l.dir, fileProcs), []byte(decimal(key.PID)), 0))
			plan, err := intend(key)(scanLive(t), probe.Live.Knob)
			must(t, err)
			end(shown)
			other := sleepAs(t, key)
			must(t, os.WriteFile(filepath.Join(l.dir, fileProcs), []byte(decimal(key.PID)), 0))
			expectReplaced(t, name, carryOut(t, plan))
			if got := procsOf(t, l.dir); !slices.Equal(got, []string{decimal(key.PID)}) {
				t.Errorf("%s: in its group are %q, want %d, which nobody chose", name, got, key.PID)
			}
			if got := endedBy(t, other); got != unix.SIGTERM {
				t.Errorf("%s: the other process was ended by %v", name, got)
			}
		}
		if _, err := os.Stat(started); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a command was started in the namespaces of another process: %v", err)
		}
	})
}

// TestNumberGivenAgainBeforeUndo: nor may an undo reach it, by when its target has long ended.
func TestNumberGivenAgainBeforeUndo(t *testing.T) {
	alone(t, func(t *testing.T) {
		l := makeLab(t, freezerHere(t))
		must(t, apply(t, MakeGroup(l.below("/to"), MakeOptions{})).Err)
		shown := sleepApart(t)
		key := keyOf(t, int32(shown.Process.Pid))
		must(t, os.WriteFile(filepath.Join(l.dir, fileProcs), []byte(decimal(key.PID)), 0))
		result := apply(t, MoveTasks([]probe.TaskKey{key}, l.below("/to"), MoveOptions{}))
		must(t, result.Err)
		end(shown)
		sleepAs(t, key)
		must(t, os.WriteFile(l.dir+"/to/"+fileProcs, []byte(decimal(key.PID)), 0))
		undo, _ := result.Undo()
		expectReplaced(t, "undo", carryOut(t, undo))
		if got := procsOf(t, l.dir+"/to"); !slices.Equal(got, []string{decimal(key.PID)}) {
			t.Errorf("where the other process is are %q, want %d", got, key.PID)
		}
	})
}

// freezerHere returns the label of a hierarchy that can freeze.
func freezerHere(t *testing.T) string {
	t.Helper()
	for _, label := range []string{"v2", "freezer"} {
		if mountOf(t, label) != "" {
			return label
		}
	}
	t.Fatal("neither version 2 nor the freezer of version 1 is mounted: mount one of them")
	return ""
}

// TestGroupMadeAgain removes a group and makes another of its name between the plan and its turn: that one, and who is in it,
// are left alone.
func TestGroupMadeAgain(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		path := l.dir + "/named"
		for name, intend := range map[string]func(probe.GroupKey, probe.TaskKey) Intent{
			"freeze": func(g probe.GroupKey, _ probe.TaskKey) Intent { return Freeze(g, false) },
			"kill":   func(g probe.GroupKey, _ probe.TaskKey) Intent { return KillGroup(g, false) },
			"remove": func(g probe.GroupKey, _ probe.TaskKey) Intent { return RemoveGroup(g, RemoveOptions{}) },
			"move out": func(g probe.GroupKey, key probe.TaskKey) Intent {
				return MoveTasks([]probe.TaskKey{key}, l.below("/elsewhere"), MoveOptions{})
			},
			"make below": func(g probe.GroupKey, _ probe.TaskKey) Intent {
				g.Path += "/inner"
				return MakeGroup(g, MakeOptions{})
			},
		} {
			_ = os.Mkdir(l.dir+"/elsewhere", 0o755) // It is there from the second round on.
			must(t, os.Mkdir(path, 0o755))
			cmd := sleepApart(t)
			pid := int32(cmd.Process.Pid)
			put := func(dir string) { must(t, os.WriteFile(filepath.Join(dir, fileProcs), []byte(decimal(pid)), 0)) }
			if name != "remove" {
				put(path)
			}
			plan, err := intend(l.below("/named"), keyOf(t, pid))(scanLive(t), probe.Live.Knob)
			must(t, err)
			put(l.dir)
			must(t, syscall.Rmdir(path))
			must(t, os.Mkdir(path, 0o755))
			put(path)
			result := carryOut(t, plan)
			lab{t, l.below("/named"), path}.thaw()          // Else it could not end where the freeze was not refused.
			if name == "move out" || name == "make below" { // The group is only where it comes from, or lies in.
				must(t, result.Err)
				put(path)
			} else {
				expectReplaced(t, name, result)
			}
			if got := procsOf(t, path); !slices.Equal(got, []string{decimal(pid)}) {
				t.Errorf("%s: in the new group are %q, want %d", name, got, pid)
			}
			if got := endedBy(t, cmd); got != unix.SIGTERM {
				t.Errorf("%s: the process in the new group was ended by %v", name, got)
			}
			_ = os.Remove(path + "/inner")
			await(t, "the group to be empty", func() bool { return syscall.Rmdir(path) == nil })
		}
	})
}
