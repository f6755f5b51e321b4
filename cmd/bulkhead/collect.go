package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"bulkhead/probe"
	"bulkhead/ui"
)

// collectFrom is from how many processes on the memory of the snapshots before is collected ahead of each scan. With fewer the
// collector runs by itself: there is little that it could keep small.
const collectFrom = 4000

// How much garbage is let grow beside what lives, in percent of it. Two snapshots of thousands of processes live at a time, and a
// viewer should not take the memory of those it looks at. Where garbage is collected ahead of each scan, what one makes until the
// next is let grow, lest it were collected twice.
const (
	gcBetween = 60
	gcOfFew   = 100 // What Go does by itself.
	gcOnce    = 400 // Where the program ends when it has written a list.
)

// collecting is a source that has garbage collected just before each scan, when but one snapshot is alive. Left to itself the
// collector runs while a scan makes the next one, finds two alive, and lets the memory grow by half of both.
type collecting struct {
	ui.Source
	ahead bool // Garbage is collected ahead of each scan.
}

// Scan implements ui.Source.
func (c *collecting) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if c.ahead {
		runtime.GC()
	}
	snapshot, err := c.Source.Scan(ctx, request)
	if err == nil {
		c.adapt(len(snapshot.Tasks))
	}
	return snapshot, err //nolint:wrapcheck // It is the source's own.
}

// adapt has garbage collected as suits a number of processes.
func (c *collecting) adapt(processes int) {
	ahead := processes >= collectFrom
	if ahead == c.ahead {
		return
	}
	c.ahead = ahead
	if ahead {
		debug.SetGCPercent(gcBetween)
	} else {
		debug.SetGCPercent(gcOfFew)
	}
}
