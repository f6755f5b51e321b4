package main

import (
	"os"

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
none,name=lab. A controller that version 2 has, but does not use, is taken away from it meanwhile.`,
		Args: exactArguments("CONTROLLERS", "DIR"),
	}
	flags.register(cmd.Flags())
	cmd.RunE = work(func(cmd *cobra.Command, args []string) error {
		a := actor{s, &flags, cmd.Context()}
		return a.perform(probe.Request{Facts: probe.AllFacts}, func(*probe.Snapshot) (actions.Intent, error) {
			_, err := os.Stat(flags.roots.Locate(args[1]))
			return actions.MountV1(args[0], args[1], err == nil), nil
		})
	})
	return cmd
}
