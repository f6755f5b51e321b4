package main

import (
	"context"
	"fmt"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/recording"
	"bulkhead/ui/filter"
	"bulkhead/ui/text"
)

// factsOfEvents is what can change between scans.
const factsOfEvents = probe.FactNamespaces | probe.FactCgroups | probe.FactOwners | probe.FactGroups

// followEvents prints what changes, a line each, until the user interrupts.
func followEvents(ctx context.Context, s streams, o listOptions, interval time.Duration) error {
	expression, err := filter.Parse(o.filter)
	if err != nil {
		return flagError("filter", err)
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	scanner, err := probe.OpenLasting(o.source.roots, o.source.tasks)
	if err != nil {
		return err
	}
	defer scanner.Close() //nolint:errcheck // It was only read from.
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for before := (*probe.Snapshot)(nil); ; {
		now, err := scanner.Scan(ctx, probe.Request{Facts: factsOfEvents})
		if ctx.Err() != nil {
			return nil // Interrupted, which is how this command ends.
		}
		if err != nil {
			return err
		}
		if before != nil {
			if err := printEvents(s, probe.Diff(before, now), expression, o.json); err != nil {
				return err
			}
		}
		before = now
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func printEvents(s streams, events []probe.Event, wanted filter.Filter, json bool) error {
	for i := range events {
		e := &events[i]
		var err error
		switch {
		case !wanted.Match(eventSubject{e}):
		case json:
			err = recording.WriteEvent(s.out, e)
		default:
			_, err = fmt.Fprintln(s.out, e.At.Format("15:04:05.000"), text.Safe(e.Text()))
		}
		if err != nil {
			return fmt.Errorf("write event: %w", err)
		}
	}
	return nil
}

// eventSubject is an event as the subject of a filter.
type eventSubject struct{ *probe.Event }

// AppendField implements filter.Subject.
func (e eventSubject) AppendField(dst []byte, f filter.Field) []byte {
	switch {
	case f == filter.Any:
		return append(dst, e.Text()...)
	case f == filter.Comm:
		return append(dst, e.Comm...)
	case f == filter.PID && e.Task.PID != 0:
		return strconv.AppendInt(dst, int64(e.Task.PID), 10)
	case f == filter.Group:
		return append(dst, e.Group.Path...)
	case e.Namespace.Inode != 0:
		return namespaceSubject{&probe.Namespace{NamespaceRef: e.Namespace.NamespaceRef}}.AppendField(dst, f)
	}
	return dst
}
