package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/text"
)

// actFlags are the flags of all commands that change something.
type actFlags struct {
	hostFlags
	dryRun, yes, json, readOnly bool
	force                       bool

	applied func(actions.Result) // Told what came of the plan, where it is set.
}

func (f *actFlags) register(flags *pflag.FlagSet) {
	f.hostFlags.register(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the plan as shell commands and change nothing")
	flags.BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	flags.BoolVar(&f.json, "json", false, "print the plan and what came of it as JSON")
	flags.BoolVar(&f.force, "force", false, "override the guards that keep bulkhead, its terminal and the system alive")
	flags.BoolVar(&f.readOnly, "read-only", false, "refuse to change anything; --dry-run still works")
}

// actor carries out one command that changes something.
type actor struct {
	streams
	flags *actFlags
	ctx   context.Context //nolint:containedctx // That of the command.
}

// acting makes what a command that changes something does its RunE. With --json what hinders it is told as JSON too.
func acting(s streams, flags *actFlags, do func(a actor, args []string) error) func(*cobra.Command, []string) error {
	return work(func(cmd *cobra.Command, args []string) error {
		err := do(actor{s, flags, cmd.Context()}, args)
		var known told
		var usage usageError
		if err == nil || !flags.json || errors.As(err, &known) || errors.As(err, &usage) {
			return err
		}
		if writing := writeFailure(s.out, err); writing != nil {
			return fmt.Errorf("%w; %w", err, writing)
		}
		return told{err}
	})
}

// told is an error of which the output tells already.
type told struct{ error }

// Unwrap returns the error itself.
func (t told) Unwrap() error { return t.error }

// planned is an error that was met when a plan was made, but not yet applied.
type planned struct {
	error
	plan actions.Plan
}

// Unwrap returns the error itself.
func (p planned) Unwrap() error { return p.error }

// errReadOnly is returned where the ability to change anything was taken away.
var errReadOnly = errors.New("nothing is changed with --read-only")

// perform plans what an intent wants, asks, applies it, and tells what came of it.
func (a actor) perform(request probe.Request, intend func(*probe.Snapshot) (actions.Intent, error)) error {
	snapshot, err := a.flags.scan(a.ctx, request)
	if err != nil {
		return err
	}
	intent, err := intend(snapshot)
	if err != nil {
		return err
	}
	plan, err := intent(snapshot, a.flags.roots.Knob)
	if err != nil {
		return a.refused(err)
	}
	return a.carryOut(plan, snapshot)
}

// refused says how a guard can be overridden.
func (a actor) refused(err error) error {
	var refusal *actions.Refusal
	if errors.As(err, &refusal) && refusal.Forcible {
		return fmt.Errorf("%w; --force overrides this", err)
	}
	return err
}

// carryOut shows a plan, asks and applies it.
func (a actor) carryOut(plan actions.Plan, snapshot *probe.Snapshot) error {
	if a.flags.dryRun {
		return a.printPlan(plan)
	}
	if a.flags.readOnly {
		return planned{errReadOnly, plan}
	}
	if ok, err := a.agreed(plan); !ok || err != nil {
		return err
	}
	// A change is not left half-done by a signal: the step that runs is finished, and those before it can be undone.
	ctx, stop := interruptible(a.ctx)
	defer stop()
	result, logErr := applyPlan(ctx, a.flags.roots, plan)
	if a.flags.applied != nil {
		a.flags.applied(result)
	}
	return a.tell(result, snapshot, logErr)
}

// tell says what came of a plan, and what of its log. The error of one that failed is explained, and the steps that stand are
// told.
func (a actor) tell(result actions.Result, snapshot *probe.Snapshot, logErr error) error {
	why := actions.Explain(result.Err, result.Failed, snapshot, a.flags.roots.Knob)
	if a.flags.json {
		if err := writeResult(a.out, result, why, logErr); err != nil {
			return err
		}
	} else {
		for _, done := range result.Done {
			if _, err := fmt.Fprintln(a.out, text.Safe(done.Says)); err != nil {
				return fmt.Errorf("write outcome: %w", err)
			}
		}
	}
	if result.Err != nil {
		err := a.refused(failure(result, why))
		if logErr != nil {
			err = fmt.Errorf("%w; %w", err, logErr)
		}
		return told{err}
	}
	if logErr != nil {
		return told{logErr}
	}
	return nil
}

// failure is the error of a plan that failed, in words.
func failure(result actions.Result, why actions.Explanation) error {
	var refusal *actions.Refusal
	if errors.As(result.Err, &refusal) {
		return refusal
	}
	says := why.Says
	if why.Help != "" {
		says += "; " + why.Help
	}
	switch n, of := len(result.Done), len(result.Plan.Steps); {
	case n > 0 && result.Plan.Undoes.IsZero():
		says += fmt.Sprintf(" (%d of %d steps stand: bulkhead undo takes them back)", n, of)
	case n > 0:
		says += fmt.Sprintf(" (%d of %d steps are undone: bulkhead undo goes on with the others)", n, of)
	}
	return fmt.Errorf("%s [%w]", text.Safe(says), result.Err)
}

// printPlan prints a plan as shell commands, with what should be known before as comments.
func (a actor) printPlan(plan actions.Plan) error {
	if a.flags.json {
		return writePlan(a.out, plan)
	}
	var b strings.Builder
	for _, says := range append(append([]string{plan.Title}, plan.Effects...), warnings(plan)...) {
		b.WriteString("# " + text.Safe(says) + "\n")
	}
	b.WriteString(plan.Shell())
	if _, err := io.WriteString(a.out, b.String()); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// warnings returns what the user should know before, the guard that is overridden first.
func warnings(plan actions.Plan) []string {
	var all []string
	if plan.Guarded != "" {
		all = append(all, "! "+plan.Guarded)
	}
	for _, says := range plan.Warnings {
		all = append(all, "! "+says)
	}
	return all
}

// errNobodyToAsk is returned where a question has nobody to answer it.
var errNobodyToAsk = errors.New("there is no terminal to ask on: --yes applies the plan, --dry-run prints it")

// agreed shows the plan and asks.
func (a actor) agreed(plan actions.Plan) (bool, error) {
	if a.flags.yes {
		return true, nil
	}
	in, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(in.Fd()) {
		return false, usageError{errNobodyToAsk}
	}
	if _, err := io.WriteString(a.err, preview(plan)+"Apply? [y/N] "); err != nil {
		return false, fmt.Errorf("ask: %w", err)
	}
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true, nil
	}
	return false, planned{errDeclined, plan}
}

// errDeclined is returned where the user said no.
var errDeclined = errors.New("nothing was changed")

// preview is what a person reads before a change.
func preview(plan actions.Plan) string {
	var b strings.Builder
	b.WriteString(text.Safe(plan.Title) + "\n")
	for _, says := range append(append([]string{}, plan.Effects...), warnings(plan)...) {
		b.WriteString("  " + text.Safe(says) + "\n")
	}
	b.WriteString("\n" + indent(plan.Shell()))
	undo, whole := plan.Undo()
	switch {
	case len(undo.Steps) == 0:
		b.WriteString("\nIt cannot be undone.\n")
	case whole:
		b.WriteString("\nUndo:\n" + indent(undo.Shell()))
	default:
		b.WriteString("\nUndo, in part:\n" + indent(undo.Shell()))
	}
	return b.String()
}

// indent sets lines in.
func indent(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		b.WriteString("    " + text.Safe(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}
