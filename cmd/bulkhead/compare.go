package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/rights"
	"bulkhead/ui/report"
	"bulkhead/ui/text"
)

func newCompareCmd(s streams) *cobra.Command {
	var from source
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Print what two processes share and do not share, and whether one may enter the other's namespaces",
		Long: `Print what two processes share and what not: namespaces, control groups, ids, capabilities, seccomp, places, CPUs and limits;
and, for each namespace that differs, whether A may enter that of B, and B that of A, and which right is missing.

A and B are processes (20553), threads (20553/20560) or worlds by name, which stand for their leaders; host is the host's.`,
		Args: twoArguments("A", "B"),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			snapshot, subjects, err := findSubjects(cmd.Context(), &from, args)
			if err != nil {
				return err
			}
			c := compare.Tasks(snapshot, subjects[0], subjects[1])
			if asJSON {
				return writeComparison(s.out, snapshot, &c)
			}
			return writeReader(s.out, report.Comparison(&c, report.TaskName(subjects[0].Task), report.TaskName(subjects[1].Task)))
		}),
	}
	from.register(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// twoArguments demands exactly two arguments of the given names.
func twoArguments(first, second string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0, 1:
			return fmt.Errorf("%s needs %s and %s", cmd.CommandPath(), first, second)
		case 2:
			return nil
		}
		return fmt.Errorf("%s takes %s and %s: %q is too many", cmd.CommandPath(), first, second, args[2])
	}
}

// findSubjects returns the tasks that texts name, with their details, in one snapshot.
func findSubjects(ctx context.Context, from *source, names []string) (*probe.Snapshot, []rights.Subject, error) {
	request := probe.Request{Facts: probe.AllFacts}
	for _, name := range names {
		one := probe.TargetRequest(name)
		request.Watch, request.Threads = append(request.Watch, one.Watch...), append(request.Threads, one.Threads...)
	}
	slices.Sort(request.Threads)
	request.Threads = slices.Compact(request.Threads)
	snapshot, err := from.snapshot(ctx, request)
	if err == nil {
		snapshot, err = from.search(ctx, snapshot)
	}
	if err != nil {
		return nil, nil, err
	}
	var subjects []rights.Subject
	for _, name := range names {
		task, err := findTask(snapshot, from, name)
		if err != nil {
			return nil, nil, err
		}
		subject := rights.Subject{Task: task}
		for _, d := range from.details(task.TaskKey) {
			if d.Start == task.Start {
				subject.Detail = d
			}
		}
		subjects = append(subjects, subject)
	}
	return snapshot, subjects, nil
}

// findTask returns the task that a text names: of a world it is the leader.
func findTask(s *probe.Snapshot, from *source, name string) (*probe.Task, error) {
	target, err := s.Resolve(placed(name), statIn(from.roots))
	if err != nil {
		return nil, err
	}
	switch target.Kind {
	case probe.TargetTask:
		if task, ok := s.Find(target.Task); ok {
			return task, nil
		}
	case probe.TargetWorld:
		if w, ok := s.World(target.World); ok {
			if task, ok := s.Task(w.Leader); ok {
				return task, nil
			}
		}
	case probe.TargetNamespace, probe.TargetGroup:
		return nil, fmt.Errorf("%s is no process, thread or world", name)
	}
	return nil, fmt.Errorf("%s: %w", name, probe.ErrNotFound)
}

// printWidth is the width that pages are printed in. What is read by another program is JSON.
const printWidth = 120

// writeReader prints a page as plain text.
func writeReader(out io.Writer, p report.Page) error {
	var lines []string
	if p.Title != "" {
		lines = []string{text.Safe(p.Title), ""}
	}
	lines = append(lines, plain(p.Head(printWidth))...)
	for _, line := range append(lines, plain(p.Body(printWidth))...) {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	return nil
}

func plain(lines []report.Line) []string {
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = l.Plain()
	}
	return all
}
