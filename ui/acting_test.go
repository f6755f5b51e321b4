package ui

import (
	"errors"
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/dialog"
)

// made is a result of steps that all went well, and each of which so many steps take back.
func made(title string, inverses ...int) dialog.Report {
	r := actions.Result{Plan: actions.Plan{Title: title}}
	for _, n := range inverses {
		r.Done = append(r.Done, actions.Done{Step: actions.Make{}, Inverse: make([]actions.Step, n)})
	}
	return dialog.Report{Result: r}
}

func TestWhatIsLeftToUndo(t *testing.T) {
	type applied struct {
		report dialog.Report
		undoes int
	}
	for name, tt := range map[string]struct {
		changes []applied
		entry   int // The next to be undone; -1 for none.
		steps   int // How many steps take it back.
	}{
		"nothing":             {nil, -1, 0},
		"one":                 {[]applied{{made("a", 1), -1}}, 0, 1},
		"the newest first":    {[]applied{{made("a", 1), -1}, {made("b", 1), -1}}, 1, 1},
		"one is undone":       {[]applied{{made("a", 1), -1}, {made("b", 1), -1}, {made("undo b", 1), 1}}, 0, 1},
		"all is undone":       {[]applied{{made("a", 1), -1}, {made("undo a", 1), 0}}, -1, 0},
		"cannot be undone":    {[]applied{{made("a", 1), -1}, {made("kill", 0), -1}}, 0, 1},
		"half of it":          {[]applied{{made("a", 1, 2, 1), -1}, {made("undo a", 1, 1), 0}}, 0, 2},
		"of a half the rest":  {[]applied{{made("a", 1, 2, 1), -1}, {made("undo a", 1, 1), 0}, {made("undo a", 1, 1), 0}}, -1, 0},
		"nothing of the undo": {[]applied{{made("a", 1), -1}, {made("undo a"), 0}}, 0, 1},
		"done again":          {[]applied{{made("a", 1), -1}, {made("undo a", 1), 0}, {made("again a", 1), 1}}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var a acting
			for _, one := range tt.changes {
				a = a.withChange(one.report, one.undoes, time.Time{})
			}
			entry, ok := a.lastUndoable()
			if entry != tt.entry || ok != (tt.entry >= 0) {
				t.Fatalf("the next to undo is %d, want %d", entry, tt.entry)
			}
			if !ok {
				return
			}
			if undo, _ := a.changes[entry].rest.Undo(); len(undo.Steps) != tt.steps {
				t.Errorf("%d steps take it back, want %d", len(undo.Steps), tt.steps)
			}
		})
	}
}

// TestChangesFollowAGroupMadeAgain: the undo of a removal makes a group with another inode, which earlier changes are then about.
func TestChangesFollowAGroupMadeAgain(t *testing.T) {
	group := func(inode uint64) actions.Group { return actions.Group{Mount: "/m", Below: "/g", Inode: inode} }
	var a acting
	for _, step := range []actions.Step{actions.Make{Group: group(5)}, actions.Remove{Group: group(5)}} {
		a = a.withChange(dialog.Report{Result: actions.Result{Done: []actions.Done{{Step: step, Inverse: step.Inverse()}}}}, -1, time.Time{})
	}
	undo, _ := a.changes[1].rest.Undo()
	made := actions.Make{Group: group(9)}
	a = a.withChange(dialog.Report{Result: actions.Result{Plan: undo, Done: []actions.Done{{Step: made, Inverse: made.Inverse()}}}}, 1, time.Time{})
	entry, ok := a.lastUndoable()
	if !ok || entry != 0 {
		t.Fatalf("the next to undo is %d, want the making of the group", entry)
	}
	undo, _ = a.changes[0].rest.Undo()
	if remove, ok := undo.Steps[0].(actions.Remove); !ok || remove.Group.Inode != 9 {
		t.Errorf("its undo is %+v, want the removal of the group that was made again", undo.Steps)
	}
}

// TestNothingIsLeftToUndo: what cannot be taken back any more is not offered again and again.
func TestNothingIsLeftToUndo(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		over string
	}{
		"gone":           {actions.ErrGone, "passed over"},
		"another's":      {actions.ErrReplaced, "passed over"},
		"undone already": {actions.ErrTakenBack, "taken back"},
		"busy":           {errors.New("busy"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := acting{}.withChange(made("a", 1), -1, time.Time{})
			failed := dialog.Report{Result: actions.Result{Plan: actions.Plan{Undoes: time.Unix(1, 0)}, Err: tt.err}}
			a = a.withChange(failed, 0, time.Time{})
			if _, ok := a.lastUndoable(); ok != (tt.over == "") || a.changes[0].over() != tt.over {
				t.Errorf("it is %q, and can be undone: %v; want %q", a.changes[0].over(), ok, tt.over)
			}
		})
	}
}

func TestGroupToFreezeOfAWorld(t *testing.T) {
	for name, tt := range map[string]struct {
		paths []string
		want  string
	}{
		"none":        {nil, "/"},
		"one":         {[]string{"/a/b"}, "/a/b"},
		"below":       {[]string{"/a/b", "/a/b/c"}, "/a/b"},
		"beside":      {[]string{"/a/b", "/a/bc"}, "/a"},
		"far":         {[]string{"/a/b/c", "/x"}, "/"},
		"the topmost": {[]string{"/", "/x"}, "/"},
	} {
		if got := common(tt.paths); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

// TestSelfThawed: a freeze that has thawed by itself is left for no undo; one whose time has not come, or which does not, is.
func TestSelfThawed(t *testing.T) {
	begin := time.Date(2026, 8, 14, 14, 3, 22, 0, time.UTC)
	key := probe.GroupKey{Hierarchy: "v2", Path: "/lab"}
	step := actions.Set{Group: actions.Group{GroupKey: key}, File: "cgroup.freeze", From: "0", To: "1", Back: "0"}
	for name, tt := range map[string]struct {
		after  time.Duration
		later  time.Duration // When the snapshot was taken.
		frozen probe.Reading[bool]
		left   bool
	}{
		"thawed":         {10 * time.Second, 11 * time.Second, reading.Of(false), false},
		"too early":      {10 * time.Second, 9 * time.Second, reading.Of(false), true},
		"frozen still":   {10 * time.Second, 11 * time.Second, reading.Of(true), true},
		"may not be":     {10 * time.Second, 11 * time.Second, reading.None[bool](reading.Denied), true},
		"without an end": {0, time.Hour, reading.Of(false), true},
	} {
		t.Run(name, func(t *testing.T) {
			plan := actions.Plan{Steps: []actions.Step{step}}.ThawsAfter(tt.after)
			done := actions.Result{At: begin, Plan: plan, Done: []actions.Done{{Step: step, Inverse: step.Inverse()}}}
			ended := begin.Add(time.Hour) // It may have been told late, where the freeze hit this program too.
			a := acting{}.withChange(dialog.Report{Result: done}, -1, ended)
			now := &probe.Snapshot{At: begin.Add(tt.later), Groups: []probe.Group{
				{GroupKey: key, Parent: -1, Values: &cgroup.Values{FreezeRequested: tt.frozen}},
			}}
			later := a.selfThawed(now)
			if _, left := later.lastUndoable(); left != tt.left {
				t.Errorf("left to be undone: %v, want %v", left, tt.left)
			}
			if _, left := a.lastUndoable(); !left {
				t.Error("the state before was changed")
			}
		})
	}
}
