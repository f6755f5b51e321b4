package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// newRootCmd returns the whole command line, with fresh flags. It sets no template of cobra's: text/template finds methods by their
// names, so that the linker would keep all methods of all types, in a program that is larger by a sixth.
func newRootCmd(s streams) *cobra.Command {
	screen := newScreenCmd(s, "worlds", "Show who is walled off from whom")
	root := &cobra.Command{
		Use:   "bulkhead",
		Short: "See and move the walls between processes: namespaces and control groups",
		Long: `bulkhead shows the walls that Linux builds between processes, what a process can see (namespaces) and what it can
use (control groups), and steps through them, moves them and takes them down. Without a command it opens the screen.`,
		Args:          noArguments,
		RunE:          screen.RunE,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       versionText(),
	}
	root.Flags().AddFlagSet(screen.Flags())
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	addGroup(root, "Look:", screen,
		newScreenCmd(s, "namespaces", "Show every namespace, who is in it and who owns it"),
		newScreenCmd(s, "cgroups", "Show what every control group may use and does use"),
		newScreenCmd(s, "tasks", "Show processes and threads with their walls"),
		newScreenCmd(s, "events", "Show what changes: namespaces born and gone, tasks moved, groups frozen"),
		newListCmd(s), newShowCmd(s), newCompareCmd(s), newRecordCmd(s), newDoctorCmd(s), newExplainCmd(s))
	addGroup(root, "Go through walls:", newEnterCmd(s), newRunCmd(s))
	addGroup(root, "Change:", newMoveCmd(s), newGroupCmd(s), newSetCmd(s), newFreezeCmd(s), newThawCmd(s), newKillCmd(s),
		newSignalCmd(s), newMountCmd(s), newUnmountCmd(s), newUndoCmd(s), newLogCmd(s))
	root.AddCommand(newVersionCmd(s))
	addCompletions(root)
	return root
}

// addGroup adds commands that stand together in the help.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, cmd := range commands {
		cmd.GroupID = title
	}
	root.AddCommand(commands...)
}

// noArguments refuses arguments, with the commands that may have been meant.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return fmt.Errorf("%s takes no argument: %q", cmd.CommandPath(), args[0])
	}
	cmd.SuggestionsMinimumDistance = typingErrors
	text := fmt.Sprintf("unknown command %q for %s", args[0], cmd.CommandPath())
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		text += ", did you mean " + strings.Join(meant, " or ") + "?"
	}
	return errors.New(text)
}

// typingErrors is by how many letters a command may be missed.
const typingErrors = 2

// oneArgument demands exactly one argument of the given name.
func oneArgument(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("%s needs a %s", cmd.CommandPath(), name)
		case 1:
			return nil
		}
		return fmt.Errorf("%s takes one %s: %q is too many", cmd.CommandPath(), name, args[1])
	}
}

// interval is a flag: how long to wait between scans. Below a tenth of a second the scanning itself would be what is seen.
type interval time.Duration

const shortestInterval = 100 * time.Millisecond

// String writes the flag.
func (i *interval) String() string { return time.Duration(*i).String() }

// Type names the flag's value in the help.
func (i *interval) Type() string { return "DURATION" }

// Set reads the flag: a duration, or a number of seconds.
func (i *interval) Set(value string) error {
	d, err := time.ParseDuration(value)
	if err != nil {
		d, err = time.ParseDuration(value + "s")
	}
	switch {
	case err != nil:
		return fmt.Errorf("%q is no duration such as 2s or 500ms", value)
	case d < shortestInterval:
		return fmt.Errorf("%s is shorter than %s", value, shortestInterval)
	}
	*i = interval(d)
	return nil
}
