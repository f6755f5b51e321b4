package form

import (
	"cmp"
	"slices"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// together is an intent that does what several do, in their order. Each is planned as if what those before it set was set already.
func together(intents []actions.Intent) actions.Intent {
	if len(intents) == 1 {
		return intents[0]
	}
	return func(now *probe.Snapshot, knob actions.Knobs) (actions.Plan, error) {
		var all actions.Plan
		for _, intent := range intents {
			plan, err := intent(now, after(knob, all.Steps))
			if err != nil {
				return actions.Plan{}, err
			}
			if all.Title != "" {
				all.Title += "; "
			}
			all.Title += plan.Title
			all.Effects = append(all.Effects, plan.Effects...)
			all.Steps = append(all.Steps, plan.Steps...)
			all.Warnings = append(all.Warnings, plan.Warnings...)
			all.Guarded = cmp.Or(all.Guarded, plan.Guarded)
		}
		return all, nil
	}
}

// after reads files as they will be after some steps: one that is written says what is written.
func after(knob actions.Knobs, steps []actions.Step) actions.Knobs {
	return func(dir, file string) probe.Reading[string] {
		for _, step := range slices.Backward(steps) {
			if set, ok := step.(actions.Set); ok && set.Group.Dir() == dir && set.File == file {
				return reading.Of(set.To)
			}
		}
		return knob(dir, file)
	}
}
