package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// frozenGroup makes a group, and returns it with its directory and the plan that freezes it.
func frozenGroup(t *testing.T) (group, dir string, freeze actions.Plan) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv(asProgram, "1") // What thaws is this program again.
	mount, group := freezerGroup(t)
	if got := execute(t, "group", "make", group, "--yes"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	t.Cleanup(func() {
		if err := os.Remove(filepath.Join(mount, filepath.Base(group))); err != nil {
			t.Error(err)
		}
	})
	now, err := scanOnce(t.Context(), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	key, err := now.ResolveGroup(group, statIn(probe.Live))
	if err != nil {
		t.Fatal(err)
	}
	freeze, err = actions.Freeze(key, false)(now, probe.Live.Knob)
	if err != nil {
		t.Fatal(err)
	}
	return group, filepath.Join(mount, filepath.Base(group)), freeze
}

// TestFreezeThawsByItself freezes a group for a while, as the screen does: another process thaws it, and the log has that as
// what it is.
func TestFreezeThawsByItself(t *testing.T) {
	_, dir, freeze := frozenGroup(t)
	result, err := applyPlan(t.Context(), probe.Live, freeze.ThawsAfter(time.Second))
	if err != nil || result.Err != nil {
		t.Fatal(err, result.Err)
	}
	if says := result.Says(); !strings.HasSuffix(says, ", and thaws by itself after 1s") {
		t.Errorf("it says %q", says)
	}
	if !asksToFreeze(probe.Live, dir) {
		t.Error("it is not frozen")
	}
	eventually(t, func() string {
		if asksToFreeze(probe.Live, dir) {
			return "it is still frozen"
		}
		if got := execute(t, "log"); strings.Count(got.out, "(thawed by itself after 1s)") != 1 || strings.Contains(got.out, "(undone)") {
			return "the log is\n" + got.out
		}
		return ""
	})
}

// TestFailedFreezeLeavesNoThawer: what cannot be frozen is not thawed later either.
func TestFailedFreezeLeavesNoThawer(t *testing.T) {
	_, dir, freeze := frozenGroup(t)
	stale, ok := freeze.Steps[0].(actions.Set)
	if !ok {
		t.Fatalf("the step is %T", freeze.Steps[0])
	}
	stale.From = "something else"
	freeze.Steps = []actions.Step{stale}
	result, err := applyPlan(t.Context(), probe.Live, freeze.ThawsAfter(time.Hour))
	if err != nil || result.Err == nil {
		t.Fatalf("it was applied: %+v, %v", result, err)
	}
	if now := execute(t, "list", "tasks", "--filter", "cmd:"+filepath.Base(dir)); strings.Contains(now.out, "--after 1h") {
		t.Errorf("what would thaw it lives on:\n%s", now.out)
	}
}

// TestThawIsNotDueTwice: where somebody thaws a group before its time, what waits for that is done.
func TestThawIsNotDueTwice(t *testing.T) {
	group, dir, freeze := frozenGroup(t)
	due := make(chan bool, 1)
	go func() {
		is, err := awaitThaw(t.Context(), probe.Live, group, time.Hour)
		due <- is || err != nil
	}()
	set, ok := freeze.Steps[0].(actions.Set)
	if !ok {
		t.Fatalf("the step is %T", freeze.Steps[0])
	}
	for says := set.To; ; says = map[string]string{set.To: set.Back, set.Back: set.To}[says] {
		if err := os.WriteFile(filepath.Join(dir, set.File), []byte(says), 0); err != nil {
			t.Fatal(err)
		}
		select {
		case again := <-due:
			if again {
				t.Error("it would be thawed again")
			}
			return
		case <-time.After(2 * lookPeriod): // Until both have been seen.
		}
	}
}
