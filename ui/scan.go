package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
)

// Source is where snapshots come from. Scan is never called twice at once, nor beside Release; Detail may be called beside it.
type Source interface {
	Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error)
	Detail(pid, tid int32) probe.Detail
	Release() // No scan follows soon: nothing that was seen is to be kept alive.
}

// releasedMsg says that the source was released.
type releasedMsg struct{}

func releaseCmd(source Source) tea.Cmd {
	return func() tea.Msg {
		source.Release()
		return releasedMsg{}
	}
}

// scannedMsg brings the outcome of a scan.
type scannedMsg struct {
	snapshot *probe.Snapshot
	err      error
	facts    probe.Facts
	groups   []probe.GroupKey // Those that were read anew.
}

// tickMsg says that a scan is due. Ticks of an older generation, from before the interval was changed, are ignored.
type tickMsg struct{ generation int }

// detailMsg brings the details of a task.
type detailMsg struct{ detail probe.Detail }

func scanCmd(ctx context.Context, source Source, request probe.Request) tea.Cmd {
	return func() tea.Msg {
		snapshot, err := source.Scan(ctx, request)
		return scannedMsg{snapshot, err, request.Facts, request.Groups}
	}
}

func tickCmd(after time.Duration, generation int) tea.Cmd {
	return tea.Tick(after, func(time.Time) tea.Msg { return tickMsg{generation} })
}

func detailCmd(source Source, key probe.TaskKey) tea.Cmd {
	return func() tea.Msg { return detailMsg{source.Detail(key.PID, key.TID)} }
}

// The bounds of the refresh interval, and the steps between them.
var intervals = []time.Duration{
	200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second,
	30 * time.Second, time.Minute,
}

// slower returns the next longer interval.
func slower(now time.Duration) time.Duration {
	for _, d := range intervals {
		if d > now {
			return d
		}
	}
	return now
}

// faster returns the next shorter interval.
func faster(now time.Duration) time.Duration {
	for i := len(intervals) - 1; i >= 0; i-- {
		if intervals[i] < now {
			return intervals[i]
		}
	}
	return now
}
