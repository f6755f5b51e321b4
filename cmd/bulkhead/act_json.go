package main

import (
	"encoding/json"
	"errors"
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

// resultJSON is what came of a plan, or why there is none.
type resultJSON struct {
	Done        []doneJSON       `json:"done"`
	Error       *recording.Text  `json:"error,omitempty"`
	Explanation *explanationJSON `json:"explanation,omitempty"`
	LogError    *recording.Text  `json:"log_error,omitempty"` // Undo does not know of it.
}

// explanationJSON is an error in words.
type explanationJSON struct {
	Says     recording.Text `json:"says"`
	Help     recording.Text `json:"help,omitempty"`
	Forcible bool           `json:"forcible,omitempty"` // --force overrides it.
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

// writeResult writes what came of a plan, and of its log.
func writeResult(out io.Writer, r actions.Result, why actions.Explanation, logErr error) error {
	result := resultJSON{Done: []doneJSON{}, Error: errorText(r.Err), LogError: errorText(logErr)}
	for _, done := range r.Done {
		d := doneJSON{Step: recording.Text(done.Step.Shell()), Says: recording.Text(done.Says)}
		d.Undo = shells(done.Inverse)
		result.Done = append(result.Done, d)
	}
	if r.Err != nil {
		result.Explanation = explanationToJSON(r.Err, why)
	}
	return writeJSON(out, outcomeJSON{recording.Schema, r.At, pointerTo(planToJSON(r.Plan)), result})
}

// writeFailure writes why nothing was tried.
func writeFailure(out io.Writer, err error) error {
	failure := outcomeJSON{
		Schema: recording.Schema, At: time.Now(),
		Result: resultJSON{Done: []doneJSON{}, Error: errorText(err), Explanation: explanationToJSON(err, actions.Explanation{})},
	}
	var made planned
	if errors.As(err, &made) {
		failure.Plan = pointerTo(planToJSON(made.plan))
	}
	return writeJSON(out, failure)
}

// outcomeJSON is what a command that changes something prints. The plan is missing where none could be made.
type outcomeJSON struct {
	Schema int        `json:"schema"`
	At     time.Time  `json:"at"`
	Plan   *planJSON  `json:"plan,omitempty"`
	Result resultJSON `json:"result"`
}

func errorText(err error) *recording.Text {
	if err == nil {
		return nil
	}
	return pointerTo(recording.Text(err.Error()))
}

func pointerTo[T any](value T) *T { return &value }

// explanationToJSON writes an error in words; nil where there are no others than its own.
func explanationToJSON(err error, why actions.Explanation) *explanationJSON {
	var refusal *actions.Refusal
	if errors.As(err, &refusal) {
		return &explanationJSON{recording.Text(refusal.Says), recording.Text(refusal.Help), refusal.Forcible}
	}
	if why.Says == "" {
		return nil
	}
	return &explanationJSON{Says: recording.Text(why.Says), Help: recording.Text(why.Help)}
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
