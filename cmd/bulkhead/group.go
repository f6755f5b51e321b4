package main

import (
	"errors"
	"fmt"
	"os/signal"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bulkhead/actions"
	"bulkhead/probe"
)

const groupHelp = `GROUP is CONTROLLER:/PATH in any hierarchy (cpuset:/lab, name=systemd:/x), /PATH in version 2, or the directory itself.`

// newActCmd returns a command that changes what its first argument, a group, names.
func newActCmd(s streams, use, short, long string, args cobra.PositionalArgs, flags *actFlags,
	intend func(snapshot *probe.Snapshot, key probe.GroupKey, args []string) (actions.Intent, error),
) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: short + ".\n\n" + long, Args: args}
	flags.register(cmd.Flags())
	cmd.RunE = acting(s, flags, func(a actor, args []string) error {
		return a.perform(probe.Request{Facts: probe.AllFacts}, func(snapshot *probe.Snapshot) (actions.Intent, error) {
			key, err := snapshot.ResolveGroup(placed(args[0]), statIn(flags.roots))
			if err != nil {
				return nil, err
			}
			return intend(snapshot, key, args[1:])
		})
	})
	return cmd
}

func newFreezeCmd(s streams) *cobra.Command {
	var flags actFlags
	var after time.Duration
	intend := func(_ *probe.Snapshot, key probe.GroupKey, _ []string) (actions.Intent, error) {
		return actions.Freeze(key, actions.Force(flags.force)), nil
	}
	cmd := newActCmd(s, "freeze GROUP", "Stop all tasks in a group and below it until it is thawed", groupHelp, oneArgument("GROUP"), &flags, intend)
	freeze := cmd.RunE
	cmd.Flags().DurationVar(&after, "for", 0, "thaw again after this time, or when interrupted; with --json that is told as well")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if after <= 0 || flags.dryRun {
			return freeze(cmd, args)
		}
		// Whatever befalls this program from here on, what it froze is thawed.
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		signal.Ignore(unix.SIGPIPE, unix.SIGTSTP)
		var froze actions.Result
		flags.applied = func(result actions.Result) { froze = result }
		err := freeze(cmd, args)
		if len(froze.Done) == 0 {
			return err
		}
		return errors.Join(err, actor{s, &flags, ctx}.thawAfter(froze, after))
	}
	return cmd
}

func newThawCmd(s streams) *cobra.Command {
	var flags actFlags
	var by thawer
	cmd := newActCmd(s, "thaw GROUP", "Let the tasks of a frozen group run again", groupHelp, oneArgument("GROUP"), &flags,
		func(_ *probe.Snapshot, key probe.GroupKey, _ []string) (actions.Intent, error) {
			return by.intend(key), nil
		})
	thaw := cmd.RunE
	by.register(cmd.Flags())
	cmd.RunE = acting(s, &flags, func(a actor, args []string) error {
		if by.after > 0 && !flags.dryRun {
			due, err := awaitThaw(a.ctx, flags.roots, args[0], by.after)
			if !due || err != nil {
				return err
			}
		}
		return thaw(cmd, args)
	})
	return cmd
}

func newKillCmd(s streams) *cobra.Command {
	var flags actFlags
	return newActCmd(s, "kill GROUP", "Kill all processes in a group and below it",
		groupHelp+"\nNo process escapes by forking: cgroup.kill is used, or the group is frozen meanwhile.", oneArgument("GROUP"), &flags,
		func(_ *probe.Snapshot, key probe.GroupKey, _ []string) (actions.Intent, error) {
			return actions.KillGroup(key, actions.Force(flags.force)), nil
		})
}

func newSetCmd(s streams) *cobra.Command {
	var flags actFlags
	return newActCmd(s, "set GROUP FILE VALUE", "Write a control file of a group, such as cpuset.cpus", groupHelp, exactArguments("GROUP", "FILE", "VALUE"), &flags,
		func(_ *probe.Snapshot, key probe.GroupKey, args []string) (actions.Intent, error) {
			return actions.SetKnob(key, args[0], args[1], actions.Force(flags.force)), nil
		})
}

func newGroupCmd(s streams) *cobra.Command {
	group := &cobra.Command{
		Use: "group make|remove GROUP", Short: "Make and remove groups", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fmt.Errorf("%s needs to know what to do: make or remove", cmd.CommandPath())
		},
	}
	group.AddCommand(newMakeCmd(s), newRemoveCmd(s))
	return group
}

func newMakeCmd(s streams) *cobra.Command {
	var flags actFlags
	var options actions.MakeOptions
	cmd := newActCmd(s, "make GROUP", "Make a group, and those above it that are missing",
		groupHelp+"\nA version 1 cpuset group gets the CPUs and memory nodes of the group above it.", oneArgument("GROUP"), &flags,
		func(_ *probe.Snapshot, key probe.GroupKey, _ []string) (actions.Intent, error) {
			return actions.MakeGroup(key, options), nil
		})
	cmd.Flags().StringSliceVar(&options.Controllers, "controllers", nil, "the `CONTROLLERS` of version 2 that it is to have, such as cpuset,pids")
	return cmd
}

func newRemoveCmd(s streams) *cobra.Command {
	var flags actFlags
	var options actions.RemoveOptions
	cmd := newActCmd(s, "remove GROUP", "Remove an empty group", groupHelp, oneArgument("GROUP"), &flags,
		func(_ *probe.Snapshot, key probe.GroupKey, _ []string) (actions.Intent, error) {
			return actions.RemoveGroup(key, options), nil
		})
	cmd.Flags().BoolVar(&options.Members, "members", false, "move the processes in it to the group above first")
	cmd.Flags().BoolVar(&options.Below, "below", false, "remove the groups below it too, from the bottom up")
	return cmd
}

// exactArguments demands arguments of the given names.
func exactArguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("%s needs a %s", cmd.CommandPath(), names[len(args)])
		case len(args) > len(names):
			return fmt.Errorf("%s takes no more than %d arguments: %q is too many", cmd.CommandPath(), len(names), args[len(names)])
		}
		return nil
	}
}
