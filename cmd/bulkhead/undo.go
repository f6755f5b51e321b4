package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"bulkhead/actions"
	"bulkhead/ui/text"
)

// errNothingToUndo is returned where the log has no change that can be taken back.
var errNothingToUndo = errors.New("no change of this boot is left that can be undone")

func newUndoCmd(s streams) *cobra.Command {
	var flags actFlags
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Take back the last change that this user made",
		Long: `Take back the last change that this user made with bulkhead, on the screen or by a command. What has been changed by
others since is left alone. Called again, it takes back the change before that.`,
		Args: noArguments,
	}
	flags.register(cmd.Flags())
	cmd.RunE = work(func(cmd *cobra.Command, _ []string) error {
		journal, err := openJournal()
		if err != nil {
			return err
		}
		last, ok, err := journal.Last()
		if err != nil {
			return err
		}
		if !ok {
			return errNothingToUndo
		}
		a := actor{s, &flags, cmd.Context()}
		return a.undo(journal, last)
	})
	return cmd
}

// undo takes back a change. What it does is not itself logged as a change to be undone.
func (a actor) undo(journal actions.Journal, last actions.Entry) error {
	plan := last.UndoPlan()
	if a.flags.dryRun {
		return a.printPlan(plan)
	}
	if a.flags.readOnly {
		return errReadOnly
	}
	if ok, err := a.agreed(plan); !ok || err != nil {
		return err
	}
	ctx, stop := interruptible(a.ctx)
	defer stop()
	result := actions.NewKernel(a.flags.roots).Apply(ctx, plan)
	nothingLeft := errors.Is(result.Err, actions.ErrGone) || errors.Is(result.Err, actions.ErrReplaced)
	if len(result.Done) > 0 || nothingLeft {
		if err := journal.MarkUndone(last); err != nil {
			return err
		}
	}
	err := a.tell(result, nil)
	if nothingLeft {
		return fmt.Errorf("%w; it is passed over: undo again takes back the change before it", err)
	}
	return err
}

func newLogCmd(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "log",
		Short: "Print the changes that this user made",
		Args:  noArguments,
		RunE: work(func(*cobra.Command, []string) error {
			journal, err := openJournal()
			if err != nil {
				return err
			}
			entries, err := journal.Entries()
			if err != nil {
				return err
			}
			for _, e := range entries {
				if _, err := fmt.Fprint(s.out, entryText(e)); err != nil {
					return fmt.Errorf("write log: %w", err)
				}
			}
			return nil
		}),
	}
}

// entryText is one change as the log prints it.
func entryText(e actions.Entry) string {
	mark := ""
	switch {
	case e.Undone:
		mark = " (undone)"
	case e.Failed:
		mark = " (failed)"
	}
	return fmt.Sprintf("%s  %s%s\n%s    # %s\n", e.At.Format(time.DateTime), text.Safe(e.Title), mark, indent(e.Shell), text.Safe(e.Outcome))
}
