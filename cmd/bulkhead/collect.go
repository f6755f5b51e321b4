package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"bulkhead/probe"
	"bulkhead/ui"
)

// collectFrom is from how many processes on the memory of the snapshots before is collected ahead of each scan. With fewer the
// collector, which runs by itself when the memory has grown by gcPercent, has little to do.
const collectFrom = 4000

// How much garbage is let grow beside what lives, in percent of it: half of what Go does by itself. Two snapshots of thousands of
// processes live at a time, and a viewer should not take the memory of those it looks at; the time that it costs is small. Where
// garbage is collected ahead of each scan, what one makes until the next is let grow, lest it were collected twice.
const (
	gcPercent = 50
	gcBetween = 80
)

// collecting is a source that has garbage collected just before each scan, when but one snapshot is alive. Left to itself the
// collector runs while a scan makes the next one, finds two alive, and lets the memory grow by half of both.
type collecting struct {
	ui.Source
	processes int  // In the last snapshot.
	ahead     bool // Garbage is collected ahead of each scan.
}

// Scan implements ui.Source.
func (c *collecting) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if ahead := c.processes >= collectFrom; ahead != c.ahead {
		c.ahead = ahead
		percent := gcPercent
		if ahead {
			percent = gcBetween
		}
		debug.SetGCPercent(percent)
	}
	if c.ahead {
		runtime.GC()
	}
	snapshot, err := c.Source.Scan(ctx, request)
	if err == nil {
		c.processes = len(snapshot.Tasks)
	}
	return snapshot, err //nolint:wrapcheck // It is the source's own.
}
