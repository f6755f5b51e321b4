package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/text"
)

// errNothingToUndo is returned where the log has no change that can be taken back.
var errNothingToUndo = errors.New("no change of this boot is left that can be undone")

func newUndoCmd(s streams) *cobra.Command {
	var flags actFlags
	var skip bool
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Take back the last change that this user made",
		Long: `Take back the last change that this user made with bulkhead, on the screen or by a command. What has been changed by
others since is left alone. Called again, it takes back the change before that; with --skip it passes over the last one.`,
		Args: noArguments,
	}
	flags.register(cmd.Flags())
	cmd.Flags().BoolVar(&skip, "skip", false, "leave the last change as it is, and pass over it from now on")
	cmd.RunE = acting(s, &flags, func(a actor, _ []string) error {
		journal, err := openJournal(flags.roots)
		if err != nil {
			return err
		}
		last, ended, ok, err := journal.Last()
		if err != nil {
			return err
		}
		for _, e := range ended {
			_, _ = fmt.Fprintln(s.err, "bulkhead: passed over: "+text.Safe(e.Title+": "+e.EndedBy)) // What counts is told below.
		}
		switch {
		case !ok:
			return errNothingToUndo
		case skip:
			return a.passOver(journal, last)
		}
		return a.undo(last)
	})
	return cmd
}

// passOver leaves the last change as it is.
func (a actor) passOver(journal actions.Journal, last actions.Entry) error {
	says := "passed over"
	switch {
	case a.flags.dryRun:
		says = "would be passed over"
	case a.flags.readOnly:
		return errReadOnly
	default:
		if err := journal.Pass(last); err != nil {
			return err
		}
		last.State = actions.PassedOver
	}
	if a.flags.json {
		return writeChanges(a.out, []actions.Entry{last})
	}
	if _, err := fmt.Fprintf(a.out, "%s: %s\n", says, text.Safe(last.Title)); err != nil {
		return fmt.Errorf("write outcome: %w", err)
	}
	return nil
}

// undo takes back a change. What it does is not itself logged as a change to be undone.
func (a actor) undo(last actions.Entry) error {
	plan := last.UndoPlan()
	if a.flags.force {
		now, err := a.flags.scan(a.ctx, probe.Request{Facts: probe.AllFacts})
		if err != nil {
			return err
		}
		if guard := plan.Endangers(now); guard != nil {
			plan.Guarded = guard.Says
		}
	}
	if a.flags.yes && !a.flags.json && !a.flags.dryRun { // Else the question, the plan or the JSON output names it.
		if _, err := fmt.Fprintln(a.out, text.Safe(plan.Title)); err != nil {
			return fmt.Errorf("write outcome: %w", err)
		}
	}
	var result actions.Result
	a.flags.applied = func(r actions.Result) { result = r }
	err := a.carryOut(plan, nil)
	switch {
	case result.Err == nil || errors.Is(result.Err, actions.ErrTakenBack):
		return err
	case result.NothingLeft():
		return fmt.Errorf("%w; it is passed over: undo again takes back the change before it", err)
	}
	return fmt.Errorf("%w; undo --skip passes over it", err)
}

func newLogCmd(s streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Print the changes that this user made",
		Args:  noArguments,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = work(func(*cobra.Command, []string) error {
		journal, err := openJournal(probe.Live)
		if err != nil {
			return err
		}
		entries, err := journal.Entries()
		if err != nil {
			return err
		}
		if asJSON {
			return writeChanges(s.out, entries)
		}
		for i := range entries {
			if _, err := fmt.Fprint(s.out, entryText(&entries[i])); err != nil {
				return fmt.Errorf("write log: %w", err)
			}
		}
		return nil
	})
	return cmd
}
