package actions

import "bulkhead/probe"

// Intent is what a user wants: it makes the plan from a snapshot and from what the files of groups say. The error is a
// *Refusal where the plan must not, or cannot, be carried out.
type Intent func(now *probe.Snapshot, knob Knobs) (Plan, error)

// Knobs reads a control file of a group's directory; see probe.Roots.Knob.
type Knobs func(dir, file string) probe.Reading[string]

// Force says which guards an intent overrides.
type Force bool
