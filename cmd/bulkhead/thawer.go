package main

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// startThawer starts a process outside of a group, in the topmost one of its hierarchy, that thaws the group after a time. It lives
// on when this program ends. What is returned ends it.
func startThawer(ctx context.Context, roots probe.Roots, group actions.Group, after time.Duration) (giveUp func(), err error) {
	args := []string{"thaw", group.Dir(), "--yes", "--after", after.String()}
	if roots != probe.Live {
		args = append(args, "--proc", roots.Proc, "--sys", roots.Sys)
	}
	thawer := exec.CommandContext(context.WithoutCancel(ctx), "/proc/self/exe", args...)
	thawer.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := thawer.Start(); err != nil {
		return nil, fmt.Errorf("start what thaws it again: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = thawer.Wait() // What it did is seen in the group; nobody else may be there to reap it.
		close(ended)
	}()
	giveUp = func() {
		_ = thawer.Process.Kill() // Nothing is frozen, and so there is nothing to thaw.
		<-ended
	}
	if err := moveOut(ctx, roots, int32(thawer.Process.Pid), group); err != nil { //nolint:gosec // A pid fits.
		giveUp()
		return nil, fmt.Errorf("what would thaw it again cannot be moved out of it: %w", err)
	}
	return giveUp, nil
}

// lookPeriod is how often it is looked whether a freeze that is to be taken back later still lasts.
const lookPeriod = 100 * time.Millisecond

// awaitThaw waits for a time, and reports whether there is then still something to thaw: somebody else may have thawed the
// group meanwhile, and have frozen it anew for reasons of his own.
func awaitThaw(ctx context.Context, roots probe.Roots, group string, after time.Duration) (due bool, err error) {
	dir, err := dirOf(ctx, roots, group)
	if err != nil {
		return false, err
	}
	end := time.NewTimer(after)
	defer end.Stop()
	look := time.NewTicker(lookPeriod)
	defer look.Stop()
	for was := false; ; {
		now := asksToFreeze(roots, dir)
		if was && !now {
			return false, nil
		}
		was = now
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("wait to thaw: %w", ctx.Err())
		case <-end.C:
			return true, nil
		case <-look.C:
		}
	}
}

// dirOf returns the directory of a group that is written as on the command line; none where its hierarchy is not mounted.
func dirOf(ctx context.Context, roots probe.Roots, text string) (string, error) {
	now, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		return "", err
	}
	key, err := now.ResolveGroup(text, statIn(roots))
	if err != nil {
		return "", err
	}
	if g, ok := now.Group(key); ok {
		return g.Dir, nil
	}
	return "", fmt.Errorf("there is no group %s: %w", key, actions.ErrGone)
}

// asksToFreeze reports whether a group itself, rather than one above it, was asked to freeze: by cgroup.freeze of version 2, and
// freezer.self_freezing of version 1.
func asksToFreeze(roots probe.Roots, dir string) bool {
	for _, file := range []string{"cgroup.freeze", "freezer.self_freezing"} {
		if says, ok := roots.Knob(dir, file).Get(); ok {
			return says == "1"
		}
	}
	return false
}

// undoesFreeze has a thaw count as what takes back the freeze in the log that it ends, so that undo does not freeze again.
func undoesFreeze(thaw actions.Intent) actions.Intent {
	return func(now *probe.Snapshot, knob actions.Knobs) (actions.Plan, error) {
		plan, err := thaw(now, knob)
		if err != nil {
			return plan, err
		}
		if journal, err := openJournal(); err == nil { // Without a log nothing is left to be undone.
			plan.Undoes = journal.FreezeOf(plan)
		}
		return plan, nil
	}
}
