package form

import (
	"cmp"

	"bulkhead/actions"
	"bulkhead/probe"
)

// together is an intent that does what several do, in their order. None of them may build on what another changes.
func together(intents []actions.Intent) actions.Intent {
	if len(intents) == 1 {
		return intents[0]
	}
	return func(now *probe.Snapshot, knob actions.Knobs) (actions.Plan, error) {
		var all actions.Plan
		for _, intent := range intents {
			plan, err := intent(now, knob)
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
