package main

import (
	"github.com/spf13/cobra"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

func newRecordCmd(s streams) *cobra.Command {
	var flags hostFlags
	var threads bool
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Print all that is known of the host as JSON, to be looked at later with --from",
		Args:  noArguments,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			from := source{hostFlags: flags}
			snapshot, err := from.snapshot(cmd.Context(), probe.Request{Facts: probe.AllFacts, AllThreads: threads})
			if err == nil {
				snapshot, err = from.search(cmd.Context(), snapshot)
			}
			if err != nil {
				return err
			}
			return recording.Write(s.out, snapshot, recording.All)
		}),
	}
	flags.register(cmd.Flags())
	cmd.Flags().BoolVar(&threads, "threads", false, "record the threads of each process too")
	return cmd
}
