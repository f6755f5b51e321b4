package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bulkhead/actions"
	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/ui/text"
)

func newEnterCmd(s streams) *cobra.Command {
	var flags startFlags
	var options actions.EnterOptions
	var types []string
	cmd := &cobra.Command{
		Use:   "enter TARGET [-- COMMAND…]",
		Short: "Run a command, or a shell, in the namespaces of a process",
		Long: `Run a command, or a shell, in the namespaces of TARGET: a process or thread, a namespace (also by path, as
/run/netns/blue), or a world by its name. Entered are all namespaces that differ from one's own, or those of --types.
The exit code is the command's.`,
		Args: beforeDash("TARGET"),
	}
	flags.register(cmd.Flags())
	cmd.Flags().StringSliceVar(&types, "types", nil, "the `TYPES` to enter: user,mnt,pid,net,uts,ipc,cgroup,time")
	cmd.Flags().BoolVar(&options.Cgroup, "cgroup", false, "join the groups of the target too")
	cmd.Flags().BoolVar(&options.Keep, "keep-ids", false, "keep your own user and group ids in a user namespace")
	cmd.RunE = work(func(cmd *cobra.Command, args []string) error {
		options.Command = args[1:]
		var err error
		if options.Types, err = parseTypes(types); err != nil {
			return flagError("types", err)
		}
		return flags.start(cmd, s, searchesFor(args[0]), func(snapshot *probe.Snapshot) (actions.Intent, error) {
			return enterIntent(snapshot, args[0], options)
		})
	})
	return cmd
}

// enterIntent is the intent to enter what a text names.
func enterIntent(snapshot *probe.Snapshot, name string, o actions.EnterOptions) (actions.Intent, error) {
	target, err := snapshot.Resolve(placed(name), statIn(probe.Live))
	if err != nil {
		if door, ok := doorAt(name); ok {
			return actions.EnterPath(name, door, o), nil
		}
		return nil, err
	}
	switch target.Kind {
	case probe.TargetTask:
		return actions.EnterTask(target.Task, o), nil
	case probe.TargetNamespace:
		if door, ok := doorAt(name); ok && filepath.IsAbs(name) {
			return actions.EnterPath(name, door, o), nil
		}
		return actions.EnterNamespace(target.Namespace, o), nil
	case probe.TargetWorld:
		return actions.EnterWorld(target.World, o), nil
	case probe.TargetGroup:
	}
	return nil, fmt.Errorf("%s is a group: enter one of the processes in it", name)
}

// doorAt returns the namespace that a file is, whether or not a process is in it.
func doorAt(path string) (actions.Door, bool) {
	var st unix.Stat_t
	var fs unix.Statfs_t
	if unix.Stat(path, &st) != nil || unix.Statfs(path, &fs) != nil || fs.Type != unix.NSFS_MAGIC {
		return actions.Door{}, false
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return actions.Door{}, false
	}
	defer unix.Close(fd) //nolint:errcheck // It was only asked.
	flag, err := unix.IoctlRetInt(fd, unix.NS_GET_NSTYPE)
	if err != nil {
		return actions.Door{}, false
	}
	i := slices.IndexFunc(probe.NamespaceTypes[:], func(t probe.NamespaceType) bool { return spawn.Flag(t) == flag })
	if i < 0 {
		return actions.Door{}, false
	}
	return actions.Door{Type: probe.NamespaceTypes[i], Inode: st.Ino}, true
}

// parseTypes reads the names of types of namespace.
func parseTypes(names []string) ([]probe.NamespaceType, error) {
	var types []probe.NamespaceType
	for _, name := range names {
		i := slices.IndexFunc(probe.NamespaceTypes[:], func(t probe.NamespaceType) bool { return t.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is no type of namespace: there are user, mnt, pid, net, uts, ipc, cgroup and time", name)
		}
		types = append(types, probe.NamespaceTypes[i])
	}
	return types, nil
}

// beforeDash demands exactly one argument before the command, which stands behind --.
func beforeDash(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		before := len(args)
		if dash := cmd.ArgsLenAtDash(); dash >= 0 {
			before = dash
		}
		switch {
		case before == 0:
			return fmt.Errorf("%s needs a %s", cmd.CommandPath(), name)
		case before > 1:
			return fmt.Errorf("%s: a command stands behind --: %s -- %s", cmd.CommandPath(), args[0], strings.Join(args[1:], " "))
		}
		return nil
	}
}

// exitStatus is the exit code of a command that ran.
type exitStatus int

// Error implements error, for no one to see.
func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// startFailure is a command that could not be started, with the exit code that shells have for that.
type startFailure struct {
	error
	code int
}

// Unwrap returns the error itself.
func (f startFailure) Unwrap() error { return f.error }

// startStep starts the command of a plan's only step and waits for it.
func startStep(s streams, plan actions.Plan, roots probe.Roots, snapshot *probe.Snapshot) error {
	files := actions.Streams{In: fileOf(s.in), Out: fileOf(s.out), Err: fileOf(s.err)}
	p, says, err := actions.NewKernel(roots).Start(plan.Steps[0], files)
	if err != nil {
		return explainStart(err, plan.Steps[0], snapshot, roots.Knob)
	}
	if says != "" {
		_, _ = fmt.Fprintln(s.err, "bulkhead: "+text.Safe(says)) // The command runs all the same.
	}
	code, err := p.Wait()
	switch {
	case err != nil:
		return err
	case code != 0:
		return exitStatus(code)
	}
	return nil
}

// explainStart says why a command was not started.
func explainStart(err error, step actions.Step, snapshot *probe.Snapshot, knob actions.Knobs) error {
	says := failure(actions.Result{Failed: step, Err: err}, actions.Explain(err, step, snapshot, knob))
	var exec *spawn.ExecError
	if errors.As(err, &exec) {
		return startFailure{says, exec.Code()}
	}
	return says
}

// fileOf returns a stream as a file, or nil for one that is none.
func fileOf(stream any) *os.File {
	file, _ := stream.(*os.File)
	return file
}
