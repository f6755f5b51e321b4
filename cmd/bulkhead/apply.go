package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// applyPlan applies a plan and logs it. A freeze that overrides a guard, since it stops what bulkhead itself is used through,
// thaws by itself after a time.
func applyPlan(ctx context.Context, roots probe.Roots, plan actions.Plan) (actions.Result, error) {
	if err := beforeApply(ctx, roots, plan); err != nil {
		return actions.Result{At: time.Now(), Plan: plan, Failed: plan.Steps[0], Err: err}, nil
	}
	result := actions.NewKernel(roots).Apply(ctx, plan)
	if err := logResult(result); err != nil {
		return result, fmt.Errorf("it is done, but could not be logged, so that undo does not know of it: %w", err)
	}
	return result, nil
}

// beforeApply looks once more whether a plan would stop what bulkhead stands on, and starts what thaws it again where it is
// to do so all the same.
func beforeApply(ctx context.Context, roots probe.Roots, plan actions.Plan) error {
	if group, ok := plan.Freezes(); ok && plan.Guarded != "" {
		return startThawer(ctx, roots, group)
	}
	if !plan.Dangerous() {
		return nil
	}
	now, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		return err
	}
	if refusal := plan.Endangers(now); refusal != nil {
		return refusal
	}
	return nil
}

// logResult keeps what was done for undo, or notes what was undone. An undo of which no step could be done because its
// targets are gone leaves nothing that could be undone later.
func logResult(result actions.Result) error {
	nothingLeft := errors.Is(result.Err, actions.ErrGone) || errors.Is(result.Err, actions.ErrReplaced)
	undoes := !result.Plan.Undoes.IsZero()
	if len(result.Done) == 0 && !(undoes && nothingLeft) {
		return nil
	}
	journal, err := openJournal()
	if err != nil {
		return err
	}
	if undoes {
		return journal.MarkUndone(result.Plan.Undoes)
	}
	_, err = journal.Add(result)
	return err
}

// selfThaw is how long a freeze that overrides a guard lasts.
const selfThaw = 30 * time.Second

// startThawer starts a process outside of a group, in the topmost one of its hierarchy, that thaws the group by and by.
func startThawer(ctx context.Context, roots probe.Roots, group actions.Group) error {
	thawer := exec.CommandContext(context.WithoutCancel(ctx), "/proc/self/exe", "thaw", group.Dir(), "--yes", "--after", selfThaw.String())
	thawer.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := thawer.Start(); err != nil {
		return fmt.Errorf("start what thaws it again: %w", err)
	}
	err := moveOut(ctx, roots, int32(thawer.Process.Pid), group) //nolint:gosec // A pid fits.
	if err != nil {
		_ = thawer.Process.Kill() // Nothing is frozen, and so there is nothing to thaw.
		_ = thawer.Wait()
		return fmt.Errorf("what would thaw it again cannot be moved out of it: %w", err)
	}
	return nil
}

// moveOut moves a process that would freeze too into the topmost group of the hierarchy.
func moveOut(ctx context.Context, roots probe.Roots, pid int32, group actions.Group) error {
	snapshot, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		return err
	}
	task, ok := snapshot.Task(pid)
	if !ok {
		return fmt.Errorf("process %d: %w", pid, actions.ErrGone)
	}
	path, _ := task.Cgroups.Path(snapshot.HierarchyOf(&probe.Group{GroupKey: group.GroupKey}).ID)
	if path != group.Path && !strings.HasPrefix(path, group.Path+"/") {
		return nil // It is outside of the group as it is.
	}
	top := probe.GroupKey{Hierarchy: group.Hierarchy, Path: "/"}
	plan, err := actions.MoveTasks([]probe.TaskKey{task.TaskKey}, top, actions.MoveOptions{})(snapshot, roots.Knob)
	if err != nil {
		return err
	}
	return actions.NewKernel(roots).Apply(ctx, plan).Err
}
