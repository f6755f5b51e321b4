package main

import (
	"context"
	"fmt"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// applyPlan applies a plan and logs it. A log that cannot be written hinders nothing: it may be a thaw that is applied.
func applyPlan(ctx context.Context, roots probe.Roots, plan actions.Plan) (actions.Result, error) {
	apply := func(plan actions.Plan) actions.Result { return applyGuarded(ctx, roots, plan) }
	var result actions.Result
	journal, err := openJournal(roots)
	if err != nil {
		result = apply(plan)
	} else {
		result, err = journal.Apply(ctx, plan, apply)
	}
	if err != nil && len(result.Done) > 0 {
		return result, fmt.Errorf("it is done, but could not be logged, so that undo does not know of it: %w", err)
	}
	return result, nil
}

// openJournal opens the user's log of changes to a host.
func openJournal(roots probe.Roots) (actions.Journal, error) {
	dir, err := actions.StateDir()
	if err != nil {
		return actions.Journal{}, err
	}
	return actions.OpenJournal(dir, roots)
}

// applyGuarded applies a plan after a last look at whom it would harm. A freeze that is to last for a while only thaws by itself,
// whatever becomes of this program.
func applyGuarded(ctx context.Context, roots probe.Roots, plan actions.Plan) actions.Result {
	began := time.Now()
	giveUp, err := beforeApply(ctx, roots, plan, began)
	if err != nil {
		return actions.Result{At: began, Plan: plan, Failed: plan.Steps[0], Err: err}
	}
	result := actions.NewKernel(roots).Apply(ctx, plan)
	result.At = began // By this the thawer knows it.
	switch last := len(result.Done) - 1; {
	case plan.ThawAfter <= 0 || last < 0:
		giveUp()
	case time.Since(began) < plan.ThawAfter: // Else it was frozen with the group, and that is thawed by now.
		result.Done[last].Says += ", and thaws by itself after " + lasting(plan.ThawAfter)
	}
	return result
}

// beforeApply looks once more whether a plan would stop what bulkhead stands on, and starts what thaws it again where a freeze is
// to last for a while only. What it returns ends that again where nothing was frozen.
func beforeApply(ctx context.Context, roots probe.Roots, plan actions.Plan, began time.Time) (giveUp func(), err error) {
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
		return startThawer(ctx, roots, freeze{group, began}, plan.ThawAfter)
	}
	return func() {}, nil
}
