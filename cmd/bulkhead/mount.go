package main

import (
	"path/filepath"
	"strings"

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
	cmd.RunE = acting(s, &flags, func(a actor, args []string) error {
		return a.perform(probe.Request{Facts: probe.AllFacts}, func(*probe.Snapshot) (actions.Intent, error) {
			at, err := actions.LookAtMountPoint(flags.roots, args[1])
			return actions.MountV1(args[0], at), err
		})
	})
	return cmd
}

func newUnmountCmd(s streams) *cobra.Command {
	var flags actFlags
	cmd := &cobra.Command{
		Use:   "unmount HIERARCHY",
		Short: "Unmount a version 1 hierarchy",
		Long: `Unmount a version 1 hierarchy. HIERARCHY is its controllers, as cpu,cpuacct, or name=NAME, or its mount point,
which says which one is meant of several. With groups in it, it lives on unseen; without any, its controllers go back to version 2.`,
		Args: oneArgument("HIERARCHY"),
	}
	flags.register(cmd.Flags())
	cmd.RunE = acting(s, &flags, func(a actor, args []string) error {
		at := args[0]
		if strings.HasPrefix(at, "/") {
			at = filepath.Clean(at)
		}
		return a.perform(probe.Request{Facts: probe.AllFacts}, func(*probe.Snapshot) (actions.Intent, error) {
			return actions.UnmountV1(at, actions.Force(flags.force)), nil
		})
	})
	return cmd
}
