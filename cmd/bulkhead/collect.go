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
// viewer should not take the memory of those it looks at.
const (
	gcFilling = 25  // By the scan that reads what the first picture did without, and makes more garbage than those after it do.
	gcBetween = 60  // From then on, what a scan makes until garbage is collected ahead of the next one, lest it were collected twice.
	gcOfFew   = 100 // What Go does by itself.
	gcOnce    = 400 // Where the program ends when it has written a list.
)

// collecting is a source that has garbage collected just before each scan, when but one snapshot is alive. Left to itself the
// collector runs while a scan makes the next one, finds two alive, and lets the memory grow by half of both.
type collecting struct {
	ui.Source
	many  bool // There are so many processes that garbage is collected ahead of each scan.
	scans int  // How many there were since then.
}

// filled is how many scans of many processes it takes until all is known of them that is wanted.
const filled = 2

// Scan implements ui.Source.
func (c *collecting) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if c.many {
		runtime.GC()
		if c.scans == filled {
			debug.SetGCPercent(gcBetween)
		}
	}
	snapshot, err := c.Source.Scan(ctx, request)
	if err == nil {
		c.adapt(len(snapshot.Tasks))
	}
	return snapshot, err //nolint:wrapcheck // It is the source's own.
}

// adapt has garbage collected as suits a number of processes.
func (c *collecting) adapt(processes int) {
	many := processes >= collectFrom
	switch {
	case many == c.many:
		c.scans++
		return
	case many:
		debug.SetGCPercent(gcFilling)
	default:
		debug.SetGCPercent(gcOfFew)
	}
	c.many, c.scans = many, 1
}
