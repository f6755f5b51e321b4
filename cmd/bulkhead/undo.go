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
		if skip {
			return passOver(s, journal, last)
		}
		a := actor{s, &flags, cmd.Context()}
		return a.undo(last)
	})
	return cmd
}

// passOver leaves the last change as it is.
func passOver(s streams, journal actions.Journal, last actions.Entry) error {
	if err := journal.MarkUndone(last.At); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "passed over: %s\n", text.Safe(last.Title)); err != nil {
		return fmt.Errorf("write outcome: %w", err)
	}
	return nil
}

// undo takes back a change. What it does is not itself logged as a change to be undone.
func (a actor) undo(last actions.Entry) error {
	err := a.carryOut(last.UndoPlan(), nil)
	if errors.Is(err, actions.ErrGone) || errors.Is(err, actions.ErrReplaced) {
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
