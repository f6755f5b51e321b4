package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui"
	"bulkhead/ui/text"
)

// screenActions is how the screen changes a host.
type screenActions struct{ roots probe.Roots }

// Plan implements ui.Actions.
func (a screenActions) Plan(now *probe.Snapshot, intent actions.Intent) (actions.Plan, error) {
	return intent(now, a.roots.Knob)
}

// Apply implements ui.Actions. What is done but could not be logged says so.
func (a screenActions) Apply(ctx context.Context, plan actions.Plan) actions.Result {
	result, err := applyPlan(ctx, a.roots, plan)
	if last := len(result.Done) - 1; err != nil && last >= 0 {
		result.Done[last].Says += fmt.Sprintf(" (but bulkhead undo will not know of it: %v)", err)
	}
	return result
}

// Watch implements ui.Alarmer.
func (a screenActions) Watch(step actions.Watch) (ui.Alarm, error) {
	return actions.NewKernel(a.roots).Watch(step) //nolint:wrapcheck // It names the group.
}

// Explain implements ui.Explainer.
func (a screenActions) Explain(now *probe.Snapshot, failed actions.Result) actions.Explanation {
	return actions.Explain(failed.Err, failed.Failed, now, a.roots.Knob)
}

// Command implements ui.Starter.
func (a screenActions) Command(plan actions.Plan) (ui.Command, bool) {
	if len(plan.Steps) != 1 {
		return nil, false
	}
	switch plan.Steps[0].(type) {
	case actions.Enter, actions.Run:
		return &screenCommand{plan: plan, roots: a.roots, result: actions.Result{At: time.Now(), Plan: plan}}, true
	}
	return nil, false
}

// screenCommand is a command that has the terminal while the screen is suspended.
type screenCommand struct {
	plan    actions.Plan
	roots   probe.Roots
	streams streams
	result  actions.Result
}

// SetStdin implements tea.ExecCommand.
func (c *screenCommand) SetStdin(in io.Reader) { c.streams.in = in }

// SetStdout implements tea.ExecCommand.
func (c *screenCommand) SetStdout(out io.Writer) { c.streams.out = out }

// SetStderr implements tea.ExecCommand.
func (c *screenCommand) SetStderr(err io.Writer) { c.streams.err = err }

// Result implements ui.Command.
func (c *screenCommand) Result() actions.Result { return c.result }

// Run starts the command and waits for it.
func (c *screenCommand) Run() error {
	step := c.plan.Steps[0]
	_, _ = fmt.Fprintf(c.streams.err, "%s. Its end leads back to bulkhead.\n", text.Safe(c.plan.Title)) // The command tells the rest.
	files := actions.Streams{In: fileOf(c.streams.in), Out: fileOf(c.streams.out), Err: fileOf(c.streams.err)}
	process, says, err := actions.NewKernel(c.roots).Start(step, files)
	if err != nil {
		c.result.Failed, c.result.Err = step, err
		return err //nolint:wrapcheck // It names the stage.
	}
	code, err := process.Wait()
	if err != nil {
		c.result.Failed, c.result.Err = step, err
		return err //nolint:wrapcheck // It names the process.
	}
	if says != "" {
		says += "; "
	}
	c.result.Done = []actions.Done{{Step: step, Says: fmt.Sprintf("%sit ended with exit code %d", says, code)}}
	return nil
}
