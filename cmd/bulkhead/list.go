package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/recording"
	"bulkhead/ui/filter"
)

// listing is one kind of thing that can be listed.
type listing struct {
	short   string
	section recording.Sections
	table   probe.Facts // What the table needs to be read, and
	json    probe.Facts // what the JSON needs.
	rows    func(*probe.Snapshot, listOptions) table
	filter  func(*probe.Snapshot, filter.Filter)
	search  searching // What beside the processes' own links tells of it; nil for nothing.
}

// listOptions is how to list.
type listOptions struct {
	source  source
	json    bool
	threads bool
	quick   bool
	filter  string
	root    string // The group that is listed with those below it; empty for all.
}

// listsByName are the lists, by the name of their command.
var listsByName = map[string]listing{
	"worlds": {
		"List who is walled off from whom", recording.Worlds, probe.FactWorlds | probe.FactUser, probe.FactWorlds,
		worldsTable, filterWorlds, (*probe.Finder).Find,
	},
	"namespaces": {
		"List every namespace, who is in it and who owns it", recording.Namespaces,
		probe.FactNamespaces | probe.FactOwners, probe.FactNamespaces | probe.FactOwners, namespacesTable, filterNamespaces,
		(*probe.Finder).Find,
	},
	"cgroups": {
		"List every control group, with what it may use and does use", recording.Groups,
		probe.FactCgroups | probe.FactGroups | probe.FactWorlds, probe.FactCgroups | probe.FactGroups, groupsTable, filterGroups,
		(*probe.Finder).FindOrigins,
	},
	"tasks": {
		"List processes, with what walls them off", recording.Tasks, probe.FactNamespaces | probe.FactCmdline | probe.FactUser,
		probe.FactNamespaces | probe.FactForChildren | probe.FactCgroups | probe.FactCmdline | probe.FactUser,
		tasksTable, filterTasks, nil,
	},
}

// factsOfFilter is what a filter may ask for beside what is listed.
const factsOfFilter = probe.FactWorlds | probe.FactCgroups | probe.FactCmdline | probe.FactUser

func newListCmd(s streams) *cobra.Command {
	var o listOptions
	list := &cobra.Command{
		Use:   "list WHAT",
		Short: "Print worlds, namespaces, cgroups or tasks",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fmt.Errorf("%s needs to know what to list: worlds, namespaces, cgroups or tasks", cmd.CommandPath())
		},
	}
	o.source.register(list.PersistentFlags())
	list.PersistentFlags().BoolVar(&o.json, "json", false, "print JSON")
	list.PersistentFlags().StringVar(&o.filter, "filter", "", filterHelp)
	for _, name := range []string{"worlds", "namespaces", "cgroups", "tasks"} {
		cmd := &cobra.Command{
			Use: name, Short: listsByName[name].short, Args: noArguments,
			RunE: work(func(cmd *cobra.Command, _ []string) error {
				return printList(cmd.Context(), s, listsByName[name], o)
			}),
		}
		if name == "cgroups" {
			cmd.Flags().StringVar(&o.root, "root", "", rootHelp)
		}
		if name == "tasks" {
			cmd.Flags().BoolVar(&o.threads, "threads", false, "list the threads of each process")
		}
		if listsByName[name].search != nil {
			cmd.Flags().BoolVar(&o.quick, "quick", false, "tell only what the links of processes tell: no mounts, descriptors, threads and sockets")
		}
		list.AddCommand(cmd)
	}
	return list
}

// printList scans once and prints one list.
func printList(ctx context.Context, s streams, l listing, o listOptions) error {
	expression, err := filter.Parse(o.filter)
	if err != nil {
		return flagError("filter", err)
	}
	facts := l.table
	if o.json {
		facts = l.json
	}
	if !expression.Empty() {
		facts |= factsOfFilter
	}
	searches := l.search != nil && !o.quick
	if searches {
		facts |= searchFacts
	}
	debug.SetGCPercent(gcOnce)
	snapshot, err := o.source.snapshot(ctx, l.request(facts, o))
	if err != nil {
		return err
	}
	if searches {
		if snapshot, err = o.source.find(ctx, snapshot, l.search); err != nil {
			return err
		}
	}
	if !o.json {
		l.note(s.err, snapshot)
	}
	if err := o.narrow(snapshot, l, expression); err != nil {
		return err
	}
	if o.json {
		return recording.Write(s.out, snapshot, l.section)
	}
	return l.rows(snapshot, o).write(s.out, lineWidth(s.out))
}

// note says what a list for people cannot show. Where the note cannot be written the list still can.
func (l listing) note(w io.Writer, s *probe.Snapshot) {
	notes := []string{s.Host.Reference.Blind()}
	if l.section == recording.Groups {
		notes = []string{s.Inside()}
		if s.Host.Mode == "none" {
			notes = append(notes, probe.NoHierarchy)
		}
	}
	for _, says := range notes {
		if says != "" {
			_, _ = fmt.Fprintln(w, "bulkhead: "+says)
		}
	}
}

// request returns what a scan must bring. JSON has all that is told of groups, a table only what it shows.
func (l listing) request(facts probe.Facts, o listOptions) probe.Request {
	request := probe.Request{Facts: facts, AllThreads: o.threads}
	if o.json && l.section&recording.Groups != 0 {
		request.Parts = cgroup.AllParts
	}
	return request
}

// narrow drops what was not asked for.
func (o listOptions) narrow(snapshot *probe.Snapshot, l listing, expression filter.Filter) error {
	if o.root != "" {
		if err := keepSubtree(snapshot, o.root, statIn(o.source.roots)); err != nil {
			return err
		}
	}
	if !expression.Empty() {
		l.filter(snapshot, expression)
	}
	return nil
}

// keep drops the elements that do not fulfil a condition.
func keep[T any](all []T, wanted func(*T) bool) []T {
	return slices.DeleteFunc(all, func(element T) bool { return !wanted(&element) })
}
