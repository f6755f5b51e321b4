package main

import (
	"context"
	"fmt"
	"os/signal"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bulkhead/actions"
	"bulkhead/probe"
)

func newMoveCmd(s streams) *cobra.Command {
	var flags actFlags
	var options actions.MoveOptions
	var to string
	cmd := &cobra.Command{
		Use:   "move PID… --to GROUP",
		Short: "Move processes, or single threads, into a group",
		Long: `Move processes, with all their threads, into a group. With --thread only the threads named move: PID/TID, or a
process's first thread by its pid.

` + groupHelp,
		Args: someArguments("PID"),
	}
	flags.register(cmd.Flags())
	cmd.Flags().StringVar(&to, "to", "", "the `GROUP` to move into")
	cmd.Flags().BoolVar(&options.Thread, "thread", false, "move the threads named alone, and not their processes")
	cmd.Flags().BoolVar(&options.Descendants, "descendants", false, "move the children of the processes too, and theirs")
	cmd.RunE = acting(s, &flags, func(a actor, args []string) error {
		if to == "" {
			return usageError{fmt.Errorf("%s needs --to GROUP", cmd.CommandPath())}
		}
		options.Force = actions.Force(flags.force)
		return a.perform(tasksRequest(args), func(snapshot *probe.Snapshot) (actions.Intent, error) {
			keys, err := resolveTasks(snapshot, flags.roots, args)
			if err != nil {
				return nil, err
			}
			key, err := snapshot.ResolveGroup(placed(to), statIn(flags.roots))
			return actions.MoveTasks(keys, key, options), err
		})
	})
	return cmd
}

func newSignalCmd(s streams) *cobra.Command {
	var flags actFlags
	cmd := &cobra.Command{
		Use:   "signal SIGNAL PID…",
		Short: "Send a signal to processes",
		Long:  "Send a signal, by name or number, to processes: to those that had the pids when the plan was shown, and to no others.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs a SIGNAL", cmd.CommandPath())
			}
			return someArguments("PID")(cmd, args[1:])
		},
	}
	flags.register(cmd.Flags())
	cmd.RunE = acting(s, &flags, func(a actor, args []string) error {
		number, ok := actions.SignalNamed(args[0])
		if !ok {
			return usageError{fmt.Errorf("%q is no signal", args[0])}
		}
		return a.perform(tasksRequest(args[1:]), func(snapshot *probe.Snapshot) (actions.Intent, error) {
			keys, err := resolveTasks(snapshot, flags.roots, args[1:])
			return actions.SignalTasks(keys, number, actions.Force(flags.force)), err
		})
	})
	return cmd
}

// someArguments demands at least one argument.
func someArguments(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs a %s", cmd.CommandPath(), name)
		}
		return nil
	}
}

// tasksRequest asks for all that is known of the tasks that texts name.
func tasksRequest(texts []string) probe.Request {
	request := probe.Request{Facts: probe.AllFacts}
	for _, text := range texts {
		one := probe.TargetRequest(text)
		request.Watch = append(request.Watch, one.Watch...)
		request.Threads = append(request.Threads, one.Threads...)
	}
	return request
}

// resolveTasks finds the processes and threads that texts name.
func resolveTasks(snapshot *probe.Snapshot, roots probe.Roots, texts []string) ([]probe.TaskKey, error) {
	var keys []probe.TaskKey
	for _, text := range texts {
		target, err := snapshot.Resolve(text, statIn(roots))
		if err != nil {
			return nil, err
		}
		if target.Kind != probe.TargetTask {
			return nil, fmt.Errorf("%s: %w: it is no process", text, probe.ErrNotFound)
		}
		keys = append(keys, target.Task)
	}
	return keys, nil
}

// interruptible returns a context that the signals end by which a person, or the system, ends a program.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT)
}
