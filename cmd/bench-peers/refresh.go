package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"bulkhead/probe"
)

// refresh is what the scanner of a running program takes for one scan, when it has been at it for a while.
type refresh struct {
	source      string
	processes   int
	cpu         time.Duration
	allocations float64 // For each process.
}

// microseconds returns the CPU time for one process.
func (r refresh) microseconds() float64 {
	return float64(r.cpu.Nanoseconds()) / 1000 / float64(r.processes)
}

// How many scans are made before those that are measured, how many of these there are, and how many processes are watched.
const (
	settling = 3 * probe.StaleScans
	scans    = 2 * probe.StaleScans
	watched  = 50
)

// refreshes has a scanner read all facts again and again beside the crowd, with a screenful of processes watched.
func refreshes(ctx context.Context, source string) (refresh, error) {
	r := refresh{source: source}
	from, _ := probe.ParseSource(source) // One of sources.
	scanner, err := probe.OpenLasting(probe.Live, from)
	if err != nil {
		return r, err
	}
	defer scanner.Close() //nolint:errcheck // It was only read from.
	request := probe.Request{Facts: probe.AllFacts}
	var before, after runtime.MemStats
	for i := range settling + scans {
		if i == settling {
			runtime.ReadMemStats(&before)
		}
		snapshot, err := scanner.Scan(ctx, request)
		if err != nil {
			return r, err
		}
		if i >= settling {
			r.cpu += snapshot.Cost.CPU / scans
		}
		r.processes = len(snapshot.Tasks)
		request.Watch = request.Watch[:0]
		for _, t := range snapshot.Tasks[max(0, r.processes-watched):] {
			request.Watch = append(request.Watch, t.PID)
		}
	}
	runtime.ReadMemStats(&after)
	r.allocations = float64(after.Mallocs-before.Mallocs) / scans / float64(r.processes)
	if r.cpu == 0 {
		return r, fmt.Errorf("scans from %s: the kernel told no CPU time", source)
	}
	return r, nil
}
