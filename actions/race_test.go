package actions

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bulkhead/probe"
)

// TestGuardHoldsUntilApply: tasks may have been moved since a plan was made, so that it is looked at once more.
func TestGuardHoldsUntilApply(t *testing.T) {
	h := layHost(t, "v2")
	s := h.scan(t)
	self, _ := s.Task(s.Host.Self)
	path, _ := self.Cgroups.Path(0)
	plan, err := Freeze(v2(path), true)(s, h.roots.Knob)
	must(t, err)
	if refusal := plan.Endangers(s); refusal != nil {
		t.Errorf("an overridden guard refuses again: %v", refusal)
	}
	plan.Guarded = "" // As if the reader had come into the group only after the plan was made.
	if refusal := plan.Endangers(s); refusal == nil || !plan.Dangerous() {
		t.Errorf("refusal %v, dangerous %v; want one for a group that the reader has come into", refusal, plan.Dangerous())
	}
}

// TestKillThatFailsThaws: what a plan froze on its way does not stay frozen.
func TestKillThatFailsThaws(t *testing.T) {
	asRoot(t)
	if mountOf(t, "freezer") == "" {
		t.Skip("this host does not mount the freezer of version 1")
	}
	l := makeLab(t, "freezer")
	l.start("exec sleep 1000")
	plan, err := KillGroup(l.key, false)(scanLive(t), probe.Live.Knob)
	must(t, err)
	for i, step := range plan.Steps {
		if s, ok := step.(SignalGroup); ok {
			s.Group.Inode++ // As if another group had taken its name.
			plan.Steps[i] = s
		}
	}
	result := NewKernel(probe.Live).Apply(t.Context(), plan)
	if !errors.Is(result.Err, ErrReplaced) {
		t.Errorf("the kill came to %v, want %v", result.Err, ErrReplaced)
	}
	if state := l.says(fileFreezer); state != stateThawed {
		t.Errorf("the group is left %s, want %s", state, stateThawed)
	}
	if undo, _ := result.Undo(); len(undo.Steps) > 0 {
		t.Errorf("the undo would do\n%s\nwant nothing: it was thawed", undo.Shell())
	}
}

// TestEndedTaskSparesTheOthers: of several that move, one may have ended.
func TestEndedTaskSparesTheOthers(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		must(t, apply(t, MakeGroup(l.below("/to"), MakeOptions{})).Err)
		ending, staying := keyOf(t, l.start("exec sleep 1000")), keyOf(t, l.start("exec sleep 1000"))
		plan, err := MoveTasks([]probe.TaskKey{ending, staying}, l.below("/to"), MoveOptions{})(scanLive(t), probe.Live.Knob)
		must(t, err)
		plan.Steps[0] = Move{
			Task: probe.TaskKey{PID: 1 << 30, TID: 1 << 30, Start: 1}, To: plan.Steps[0].(Move).To, From: plan.Steps[0].(Move).From, File: fileProcs,
		}
		must(t, NewKernel(probe.Live).Apply(t.Context(), plan).Err)
		if got := procsOf(t, l.dir+"/to"); !slices.Equal(got, []string{decimal(staying.PID)}) {
			t.Errorf("in the group are %q, want %d", got, staying.PID)
		}
	})
}

// TestUndoLeavesWhatOthersMoved: who was moved on by somebody else stays there.
func TestUndoLeavesWhatOthersMoved(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		for _, path := range []string{"/b", "/c"} {
			must(t, apply(t, MakeGroup(l.below(path), MakeOptions{})).Err)
		}
		pid := l.start("exec sleep 1000")
		result := apply(t, MoveTasks([]probe.TaskKey{keyOf(t, pid)}, l.below("/b"), MoveOptions{}))
		must(t, result.Err)
		must(t, os.WriteFile(l.dir+"/c/cgroup.procs", []byte(decimal(pid)), 0))
		undo, _ := result.Undo()
		if got := NewKernel(probe.Live).Apply(t.Context(), undo); !errors.Is(got.Err, ErrStale) {
			t.Errorf("the undo came to %v, want %v", got.Err, ErrStale)
		}
		if got := procsOf(t, l.dir+"/c"); !slices.Equal(got, []string{decimal(pid)}) {
			t.Errorf("in the group that another chose are %q, want %d", got, pid)
		}
	})
}

// TestOnlyGroupsAreWritten: a plan from a log cannot reach other files.
func TestOnlyGroupsAreWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	must(t, os.WriteFile(file, []byte("old\n"), 0o644))
	g := Group{GroupKey: v2("/"), Mount: dir, Below: "/", Inode: inodeAt(t, dir)}
	for _, step := range []Step{
		Set{Group: g, File: "secret", From: "old", To: "new", Back: "old"}, Make{g.child("x")}, Remove{Group: g.child("x")},
	} {
		if result := NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{step}}); !errors.Is(result.Err, errNoHierarchy) {
			t.Errorf("%s: %v, want %v", step.Shell(), result.Err, errNoHierarchy)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "old\n" {
		t.Errorf("the file says %q (%v), want it as it was", text, err)
	}
}

func inodeAt(t *testing.T, dir string) uint64 {
	t.Helper()
	root, err := os.OpenRoot(dir)
	must(t, err)
	defer root.Close() //nolint:errcheck // It was only looked at.
	inode, err := inodeOf(root, ".")
	must(t, err)
	return inode
}
