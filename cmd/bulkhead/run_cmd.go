package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bulkhead/actions"
	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// startFlags are the flags of the commands that start another command.
type startFlags struct{ dryRun, json, readOnly bool }

func (f *startFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the plan as shell commands and start nothing")
	flags.BoolVar(&f.json, "json", false, "with --dry-run, print the plan as JSON")
	flags.BoolVar(&f.readOnly, "read-only", false, "refuse to start anything; --dry-run still works")
}

// start plans, and starts the command. It asks nothing: what the command does is up to the user.
func (f *startFlags) start(cmd *cobra.Command, s streams, look looks, intend func(*probe.Snapshot) (actions.Intent, error)) error {
	if f.json && !f.dryRun {
		return usageError{errJSONOfPlan}
	}
	snapshot, err := look(cmd.Context())
	if err != nil {
		return err
	}
	intent, err := intend(snapshot)
	if err != nil {
		return err
	}
	plan, err := intent(snapshot, probe.Live.Knob)
	if err != nil {
		return err
	}
	a := actor{streams: s, flags: &actFlags{json: f.json}, ctx: cmd.Context()}
	switch {
	case f.dryRun:
		return a.printPlan(plan)
	case f.readOnly:
		return errReadOnly
	}
	return startStep(s, plan, probe.Live, snapshot)
}

// errJSONOfPlan is returned where JSON is asked of a command that is started: what it prints is its own.
var errJSONOfPlan = errors.New("--json needs --dry-run here: it prints the plan, and a command that is started prints what it likes")

// looks makes the snapshot that something is chosen from.
type looks func(ctx context.Context) (*probe.Snapshot, error)

// scans looks by one scan.
func scans(request probe.Request) looks {
	return func(ctx context.Context) (*probe.Snapshot, error) { return scanOnce(ctx, probe.Live, request) }
}

// searchesFor looks until what a text names is found, also where no process is in it. That it is not found is told later.
func searchesFor(name string) looks {
	return func(ctx context.Context) (*probe.Snapshot, error) {
		snapshot, _, err := find(ctx, &source{hostFlags: hostFlags{roots: probe.Live}}, name)
		if snapshot != nil {
			return snapshot, nil
		}
		return nil, err
	}
}

func newRunCmd(s streams) *cobra.Command {
	var flags startFlags
	var text runTexts
	var options actions.RunOptions
	cmd := &cobra.Command{
		Use:   "run [--new TYPES] [--in GROUP]… [-- COMMAND…]",
		Short: "Run a command, or a shell, in new namespaces and in groups",
		Long: `Run a command, or a shell, in new namespaces and from its first instruction in groups. With clone, which is usual, the
command is born in a new pid namespace and is pid 1 there. With --fork-mode unshare it stays outside with the pid it has,
and its first child is pid 1. The exit code is the command's.`,
		Args: onlyBehindDash,
	}
	flags.register(cmd.Flags())
	text.register(cmd.Flags(), &options)
	cmd.RunE = work(func(cmd *cobra.Command, args []string) error {
		options.Command = args
		if err := text.parse(&options); err != nil {
			return err
		}
		request := probe.Request{Facts: probe.FactWorlds | probe.FactGroups}
		return flags.start(cmd, s, scans(request), func(snapshot *probe.Snapshot) (actions.Intent, error) {
			for _, name := range text.groups {
				key, err := snapshot.ResolveGroup(placed(name), statIn(probe.Live))
				if err != nil {
					return nil, err
				}
				options.Groups = append(options.Groups, key)
			}
			return actions.RunCommand(options), nil
		})
	})
	return cmd
}

// onlyBehindDash demands that a command stands behind --, lest its flags are taken for this program's.
func onlyBehindDash(cmd *cobra.Command, args []string) error {
	if dash := cmd.ArgsLenAtDash(); len(args) > 0 && dash != 0 {
		return fmt.Errorf("%s: a command stands behind --: -- %s", cmd.CommandPath(), strings.Join(args, " "))
	}
	return nil
}

// runTexts are the flags of run that have to be read.
type runTexts struct {
	types, groups, uidMap, gidMap []string
	forkMode                      string
}

func (t *runTexts) register(flags *pflag.FlagSet, o *actions.RunOptions) {
	flags.StringSliceVar(&t.types, "new", nil, "the `TYPES` that are to be new: user,mnt,pid,net,uts,ipc,cgroup,time")
	flags.StringArrayVar(&t.groups, "in", nil, "a `GROUP` to start in; may be repeated, for one group of each hierarchy")
	flags.StringVar(&t.forkMode, "fork-mode", "clone", "`HOW` the namespaces are made: clone or unshare")
	flags.BoolVar(&o.MapRoot, "map-root", false, "be root in the new user namespace")
	flags.BoolVar(&o.MapAuto, "map-auto", false, "map the ranges of /etc/subuid and /etc/subgid in it")
	flags.StringArrayVar(&t.uidMap, "uid-map", nil, "map users in it: `INSIDE:OUTSIDE:COUNT`; may be repeated")
	flags.StringArrayVar(&t.gidMap, "gid-map", nil, "map groups in it: `INSIDE:OUTSIDE:COUNT`; may be repeated")
	flags.BoolVar(&o.Proc, "mount-proc", false, "mount a /proc of the new pid namespace; a new mnt namespace comes with it")
	flags.StringVar(&o.Hostname, "hostname", "", "the host `NAME` in the new uts namespace")
	flags.BoolVar(&o.Loopback, "loopback", false, "set the interface lo of the new net namespace up")
	flags.DurationVar(&o.Monotonic, "monotonic", 0, "what the monotonic clock of the new time namespace is ahead")
	flags.DurationVar(&o.Boottime, "boottime", 0, "what its boottime clock is ahead")
}

// parse reads the texts into the options.
func (t *runTexts) parse(o *actions.RunOptions) error {
	var err error
	if o.New, err = parseTypes(t.types); err != nil {
		return flagError("new", err)
	}
	switch t.forkMode {
	case "clone":
	case "unshare":
		o.Unshare = true
	default:
		return flagError("fork-mode", fmt.Errorf("%q is neither clone nor unshare", t.forkMode))
	}
	if o.UIDMap, err = parseMaps(t.uidMap); err != nil {
		return flagError("uid-map", err)
	}
	if o.GIDMap, err = parseMaps(t.gidMap); err != nil {
		return flagError("gid-map", err)
	}
	return nil
}

// parseMaps reads INSIDE:OUTSIDE:COUNT.
func parseMaps(texts []string) ([]spawn.IDMap, error) {
	var maps []spawn.IDMap
	for _, text := range texts {
		fields := strings.Split(text, ":")
		var numbers [3]uint32
		ok := len(fields) == len(numbers)
		for i := 0; ok && i < len(numbers); i++ {
			n, err := strconv.ParseUint(fields[i], 10, 32)
			numbers[i], ok = uint32(n), err == nil
		}
		if !ok {
			return nil, fmt.Errorf("%q is not of the form INSIDE:OUTSIDE:COUNT", text)
		}
		maps = append(maps, spawn.IDMap{Inside: numbers[0], Outside: numbers[1], Count: numbers[2]})
	}
	return maps, nil
}
