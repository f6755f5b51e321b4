package main

import (
	"context"
	"runtime"

	"bulkhead/probe"
	"bulkhead/ui"
)

// collectFrom is from how many processes on the memory of the snapshots before is collected ahead of each scan. With fewer the
// collector, which runs by itself when the memory has grown by half, has little to do.
const collectFrom = 4000

// collecting is a source that has garbage collected just before each scan, when but one snapshot is alive. Left to itself the
// collector runs while a scan makes the next one, finds two alive, and lets the memory grow by half of both.
type collecting struct {
	ui.Source
	processes int // In the last snapshot.
}

// Scan implements ui.Source.
func (c *collecting) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if c.processes >= collectFrom {
		runtime.GC()
	}
	snapshot, err := c.Source.Scan(ctx, request)
	if err == nil {
		c.processes = len(snapshot.Tasks)
	}
	return snapshot, err //nolint:wrapcheck // It is the source's own.
}
