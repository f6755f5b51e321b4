package main

import (
	"github.com/spf13/cobra"

	"bulkhead/actions"
	"bulkhead/probe"
)

func newMountCmd(s streams) *cobra.Command {
	var flags actFlags
	cmd := &cobra.Command{
		Use:   "mount CONTROLLERS DIR",
		Short: "Mount a version 1 hierarchy, such as cpuset",
		Long: `Mount a hierarchy of version 1 with CONTROLLERS, such as cpuset or cpu,cpuacct, or a named one without any, as
none,name=lab. A controller that version 2 has, but does not use, is taken away from it meanwhile. DIR is an empty directory,
or one that is not there yet and is made.`,
		Args: exactArguments("CONTROLLERS", "DIR"),
	}
	flags.register(cmd.Flags())
	cmd.RunE = work(func(cmd *cobra.Command, args []string) error {
		a := actor{s, &flags, cmd.Context()}
		return a.perform(probe.Request{Facts: probe.AllFacts}, func(*probe.Snapshot) (actions.Intent, error) {
			at, err := actions.LookAtMountPoint(flags.roots, args[1])
			return actions.MountV1(args[0], at), err
		})
	})
	return cmd
}
