package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/text"
)

// applyPlan applies a plan and logs it. A freeze that is to last for a while only thaws by itself, whatever becomes of this
// program.
func applyPlan(ctx context.Context, roots probe.Roots, plan actions.Plan) (actions.Result, error) {
	giveUp, err := beforeApply(ctx, roots, plan)
	if err != nil {
		return actions.Result{At: time.Now(), Plan: plan, Failed: plan.Steps[0], Err: err}, nil
	}
	result := actions.NewKernel(roots).Apply(ctx, plan)
	if last := len(result.Done) - 1; plan.ThawAfter > 0 && last >= 0 {
		result.Done[last].Says += ", and thaws by itself after " + text.Age(plan.ThawAfter)
	} else {
		giveUp()
	}
	if err := logResult(result); err != nil {
		return result, fmt.Errorf("it is done, but could not be logged, so that undo does not know of it: %w", err)
	}
	return result, nil
}

// beforeApply looks once more whether a plan would stop what bulkhead stands on, and starts what thaws it again where a freeze is
// to last for a while only. What it returns ends that again where nothing was frozen.
func beforeApply(ctx context.Context, roots probe.Roots, plan actions.Plan) (giveUp func(), err error) {
	if plan.Dangerous() && plan.Guarded == "" {
		now, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
		if err != nil {
			return nil, err
		}
		if refusal := plan.Endangers(now); refusal != nil {
			return nil, refusal
		}
	}
	if group, ok := plan.Freezes(); ok && plan.ThawAfter > 0 {
		return startThawer(ctx, roots, group, plan.ThawAfter)
	}
	return func() {}, nil
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
