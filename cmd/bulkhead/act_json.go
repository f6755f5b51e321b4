package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"bulkhead/actions"
	"bulkhead/probe/recording"
)

// planJSON is a plan in the JSON output.
type planJSON struct {
	Title    recording.Text   `json:"title"`
	Effects  []recording.Text `json:"effects"`
	Warnings []recording.Text `json:"warnings,omitempty"`
	Guarded  recording.Text   `json:"guarded,omitempty"`
	Steps    []recording.Text `json:"steps"`
	Undo     []recording.Text `json:"undo"`
}

// resultJSON is what came of a plan.
type resultJSON struct {
	Done  []doneJSON      `json:"done"`
	Error *recording.Text `json:"error,omitempty"`
}

type doneJSON struct {
	Step recording.Text   `json:"step"`
	Says recording.Text   `json:"says,omitempty"`
	Undo []recording.Text `json:"undo"`
}

func writePlan(out io.Writer, plan actions.Plan) error {
	return writeJSON(out, struct {
		Schema int       `json:"schema"`
		At     time.Time `json:"at"`
		Plan   planJSON  `json:"plan"`
	}{recording.Schema, time.Now(), planToJSON(plan)})
}

func writeResult(out io.Writer, r actions.Result) error {
	result := resultJSON{Done: []doneJSON{}}
	for _, done := range r.Done {
		d := doneJSON{Step: recording.Text(done.Step.Shell()), Says: recording.Text(done.Says)}
		d.Undo = shells(done.Inverse)
		result.Done = append(result.Done, d)
	}
	if r.Err != nil {
		says := recording.Text(r.Err.Error())
		result.Error = &says
	}
	return writeJSON(out, struct {
		Schema int        `json:"schema"`
		At     time.Time  `json:"at"`
		Plan   planJSON   `json:"plan"`
		Result resultJSON `json:"result"`
	}{recording.Schema, r.At, planToJSON(r.Plan), result})
}

func planToJSON(plan actions.Plan) planJSON {
	undo, _ := plan.Undo()
	return planJSON{
		recording.Text(plan.Title), texts(plan.Effects), texts(plan.Warnings), recording.Text(plan.Guarded),
		shells(plan.Steps), shells(undo.Steps),
	}
}

func texts(all []string) []recording.Text {
	written := make([]recording.Text, len(all))
	for i, s := range all {
		written[i] = recording.Text(s)
	}
	return written
}

func shells(steps []actions.Step) []recording.Text {
	written := make([]recording.Text, len(steps))
	for i, step := range steps {
		written[i] = recording.Text(step.Shell())
	}
	return written
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
