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
// viewer should not take the memory of those it looks at. Until it is known how many there are they may be many. Where
// garbage is collected ahead of each scan, what one makes until the next is let grow, lest it were collected twice.
const (
	gcAtFirst = 400
	gcBetween = 60
	gcOfFew   = 100 // What Go does by itself.
	gcOnce    = 400 // Where the program ends when it has written a list.
)

// collecting is a source that has garbage collected just before each scan, when but one snapshot is alive. Left to itself the
// collector runs while a scan makes the next one, finds two alive, and lets the memory grow by half of both.
type collecting struct {
	ui.Source
	processes int // In the last snapshot; 0 before the first.
	percent   int // Of garbage, as set.
}

// Scan implements ui.Source.
func (c *collecting) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	percent := c.garbage()
	if percent != c.percent {
		debug.SetGCPercent(percent)
		c.percent = percent
	}
	if percent == gcBetween {
		runtime.GC()
	}
	snapshot, err := c.Source.Scan(ctx, request)
	if err == nil {
		c.processes = len(snapshot.Tasks)
	}
	return snapshot, err //nolint:wrapcheck // It is the source's own.
}

// garbage returns how much garbage is let grow, in percent of what lives.
func (c *collecting) garbage() int {
	switch {
	case c.processes == 0:
		return gcAtFirst
	case c.processes < collectFrom:
		return gcOfFew
	}
	return gcBetween
}
