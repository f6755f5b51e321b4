package actions

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

func TestFreezeThawUndo(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start("exec sleep 1000")
		result := apply(t, Freeze(l.key, false))
		must(t, result.Err)
		if got := result.Says(); got != "frozen" {
			t.Errorf("the kernel says %q, want frozen", got)
		}
		if _, err := Freeze(l.key, false)(scanLive(t), probe.Live.Knob); err == nil || !strings.Contains(err.Error(), "frozen already") {
			t.Errorf("freezing it again: %v, want a refusal", err)
		}
		undo, whole := result.Undo()
		if !whole {
			t.Error("a freeze can be undone as a whole")
		}
		result = NewKernel(probe.Live).Apply(t.Context(), undo)
		must(t, result.Err)
		if got := result.Says(); got != "thawed" {
			t.Errorf("the kernel says %q, want thawed", got)
		}
	})
}

// TestThawOfAFreezeThatWasNotSeen: a snapshot may be older than the last freeze, or thaw.
func TestThawOfAFreezeThatWasNotSeen(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start("exec sleep 1000")
		before := scanLive(t)
		must(t, apply(t, Freeze(l.key, false)).Err)
		plan, err := Thaw(l.key)(before, probe.Live.Knob)
		must(t, err)
		frozen := scanLive(t)
		must(t, NewKernel(probe.Live).Apply(t.Context(), plan).Err)
		if _, err := Thaw(l.key)(frozen, probe.Live.Knob); err == nil || !strings.Contains(err.Error(), "is not frozen") {
			t.Errorf("thawing it again: %v, want a refusal", err)
		}
	})
}

func TestFrozenByAParent(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		must(t, apply(t, MakeGroup(l.below("/inner"), MakeOptions{})).Err)
		must(t, apply(t, Freeze(l.key, false)).Err)
		_, err := Thaw(l.below("/inner"))(scanLive(t), probe.Live.Knob)
		var refusal *Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "frozen by a group above") {
			t.Errorf("thawing below a frozen group: %v, want a refusal that says why", err)
		}
		must(t, apply(t, Thaw(l.key)).Err)
	})
}

func TestKillLeavesNobody(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start("sleep 1000 & sleep 1000 & wait")
		must(t, apply(t, KillGroup(l.key, false)).Err)
		await(t, "all to die", func() bool { return l.says(fileProcs) == "" })
	})
}

// forkBomb starts processes that start themselves anew, as fast as they can, a few at a time.
const forkBomb = `bomb() { while :; do (:) & (exec true) & wait; done; }; for i in 1 2 3; do bomb & done; wait`

func TestKillForkBomb(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start(forkBomb)
		must(t, apply(t, KillGroup(l.key, false)).Err)
		await(t, "the bomb to be quiet", func() bool { return l.says(fileProcs) == "" })
	})
}

func TestFreezeForkBomb(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start(forkBomb)
		result := apply(t, Freeze(l.key, false))
		if result.Err != nil && !errors.Is(result.Err, ErrUnsettled) {
			t.Fatal(result.Err)
		}
		if result.Err == nil {
			before := l.says(fileProcs)
			if after := l.says(fileProcs); after != before {
				t.Errorf("frozen, and yet %q became %q", before, after)
			}
			must(t, apply(t, Thaw(l.key)).Err)
		}
		must(t, apply(t, KillGroup(l.key, false)).Err)
	})
}

func TestMoveAndBack(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		pid := l.start("exec sleep 1000")
		must(t, apply(t, MakeGroup(l.below("/inner/deep"), MakeOptions{})).Err)
		result := apply(t, MoveTasks([]probe.TaskKey{keyOf(t, pid)}, l.below("/inner/deep"), MoveOptions{}))
		must(t, result.Err)
		if got := procsOf(t, l.dir+"/inner/deep"); !slices.Equal(got, []string{decimal(pid)}) {
			t.Errorf("in the new group are %q, want %d", got, pid)
		}
		undo, _ := result.Undo()
		must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
		if got := procsOf(t, l.dir); !slices.Equal(got, []string{decimal(pid)}) {
			t.Errorf("after the undo are in the old group %q, want %d", got, pid)
		}
	})
}

func procsOf(t *testing.T, dir string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, fileProcs))
	must(t, err)
	return strings.Fields(string(text))
}

func TestRemoveMovesMembersOut(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		must(t, apply(t, MakeGroup(l.below("/a/b"), MakeOptions{})).Err)
		inner := lab{t, l.below("/a/b"), l.dir + "/a/b"}
		pid := inner.start("exec sleep 1000")
		if _, err := RemoveGroup(l.below("/a"), RemoveOptions{})(scanLive(t), probe.Live.Knob); err == nil {
			t.Error("a group with groups below it is to be refused")
		}
		result := apply(t, RemoveGroup(l.below("/a"), RemoveOptions{Members: true, Below: true}))
		must(t, result.Err)
		if _, err := os.Stat(l.dir + "/a"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the group is still there: %v", err)
		}
		undo, whole := result.Undo()
		if !whole {
			t.Error("it can be undone as a whole")
		}
		must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
		if got := procsOf(t, inner.dir); !slices.Equal(got, []string{decimal(pid)}) {
			t.Errorf("after the undo are in the inner group %q, want %d", got, pid)
		}
	})
}

func TestSignalOnlyTheOneSeen(t *testing.T) {
	cmd := exec.Command("sleep", "1000")
	must(t, cmd.Start())
	key := keyOf(t, int32(cmd.Process.Pid))
	kernel := NewKernel(probe.Live)
	other := key
	other.Start++
	result := kernel.Apply(t.Context(), Plan{Steps: []Step{Signal{other, "sleep", unix.SIGKILL}}})
	if !errors.Is(result.Err, ErrReplaced) {
		t.Errorf("signal to a process that started at another time: %v, want %v", result.Err, ErrReplaced)
	}
	must(t, apply(t, SignalTasks([]probe.TaskKey{key}, unix.SIGKILL, false)).Err)
	_ = cmd.Wait() // It was killed.
	result = kernel.Apply(t.Context(), Plan{Steps: []Step{Signal{key, "sleep", unix.SIGKILL}}})
	if !errors.Is(result.Err, ErrGone) {
		t.Errorf("signal to a process that has ended: %v, want %v", result.Err, ErrGone)
	}
}

func TestGroupReplacedSincePreview(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		plan, err := Freeze(l.key, false)(scanLive(t), probe.Live.Knob)
		must(t, err)
		must(t, os.Remove(l.dir))
		result := NewKernel(probe.Live).Apply(t.Context(), plan)
		if !errors.Is(result.Err, ErrGone) {
			t.Errorf("freezing a group that was removed: %v, want %v", result.Err, ErrGone)
		}
		must(t, os.Mkdir(l.dir, 0o755))
		result = NewKernel(probe.Live).Apply(t.Context(), plan)
		if !errors.Is(result.Err, ErrReplaced) {
			t.Errorf("freezing a group of the same name: %v, want %v", result.Err, ErrReplaced)
		}
	})
}

func TestStaleKnob(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		plan, err := Freeze(l.key, false)(scanLive(t), probe.Live.Knob)
		must(t, err)
		must(t, apply(t, Freeze(l.key, false)).Err) // Another writer was quicker.
		result := NewKernel(probe.Live).Apply(t.Context(), plan)
		if !errors.Is(result.Err, ErrStale) || len(result.Done) != 0 {
			t.Errorf("applied on a file that another wrote to: %v, %d steps stand; want %v and none", result.Err, len(result.Done), ErrStale)
		}
		must(t, apply(t, Thaw(l.key)).Err)
	})
}
