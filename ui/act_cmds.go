package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

// Starter is an Actions that starts the commands of plans which have one: those that enter namespaces, or run something in
// new ones.
type Starter interface {
	// Command returns the command of a plan, and whether it has one. It is run while the screen is suspended.
	Command(plan actions.Plan) (Command, bool)
}

// Command runs on the terminal until it ends; its result tells what came of it then.
type Command interface {
	tea.ExecCommand
	Result() actions.Result
}

// Explainer is an Actions that says in words why a plan failed.
type Explainer interface {
	Explain(now *probe.Snapshot, failed actions.Result) actions.Explanation
}

// plannedMsg brings a plan, or why there is none.
type plannedMsg struct {
	serial int
	plan   actions.Plan
	err    error
}

// builtMsg brings a dialog that was made from files, or why there is none.
type builtMsg struct {
	serial int
	dialog dialog.Dialog
	err    error
}

// judgedMsg brings what planning the entries of a menu came to.
type judgedMsg struct {
	serial   int
	verdicts dialog.Verdicts
}

// appliedMsg brings what came of a plan.
type appliedMsg struct {
	report dialog.Report
	undoes int
	at     time.Time
}

// readyMsg says that a dialog has been in sight for a moment.
type readyMsg struct{ serial int }

// settle is how long a dialog is in sight before a key is taken to be meant for it: nobody reads and answers faster, and the
// screen is drawn several times in it.
const settle = 150 * time.Millisecond

func readyCmd(serial int) tea.Cmd {
	return tea.Tick(settle, func(time.Time) tea.Msg { return readyMsg{serial} })
}

func planCmd(a Actions, now *probe.Snapshot, intent actions.Intent, serial int) tea.Cmd {
	return func() tea.Msg {
		plan, err := a.Plan(now, intent)
		return plannedMsg{serial, plan, err}
	}
}

func buildCmd(maker func() (dialog.Dialog, error), serial int) tea.Cmd {
	return func() tea.Msg {
		d, err := maker()
		return builtMsg{serial, d, err}
	}
}

// judgeCmd plans every entry of a menu, or makes its form, to know which of them can be done.
func judgeCmd(a Actions, now *probe.Snapshot, all []dialog.Entry, serial int) tea.Cmd {
	return func() tea.Msg {
		verdicts := make(dialog.Verdicts, len(all))
		for i, e := range all {
			switch {
			case e.Intent != nil:
				plan, err := a.Plan(now, e.Intent)
				verdicts[i] = dialog.Verdict{Refused: err, Guarded: plan.Guarded}
			case e.Dialog != nil:
				_, err := e.Dialog()
				verdicts[i] = dialog.Verdict{Refused: err}
			}
		}
		return judgedMsg{serial, verdicts}
	}
}

// applyCmd applies a plan, or starts its command in place of the screen.
func applyCmd(ctx context.Context, a Actions, now *probe.Snapshot, plan actions.Plan, undoes int) tea.Cmd {
	done := func(result actions.Result) tea.Msg {
		report := dialog.Report{Result: result}
		if explainer, ok := a.(Explainer); ok && result.Err != nil {
			report.Why = explainer.Explain(now, result)
		}
		return appliedMsg{report, undoes, time.Now()}
	}
	if starter, ok := a.(Starter); ok {
		if command, ok := starter.Command(plan); ok {
			return tea.Exec(command, func(error) tea.Msg { return done(command.Result()) })
		}
	}
	if alarmer, ok := a.(Alarmer); ok {
		if step, ok := watchOf(plan); ok {
			return func() tea.Msg { return setAlarm(alarmer, plan, step, undoes) }
		}
	}
	return func() tea.Msg { return done(a.Apply(ctx, plan)) }
}
