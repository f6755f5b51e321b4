package history

import (
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// Kind is what a series measures of a group.
type Kind uint8

// The kinds.
const (
	CPU    Kind = iota // In CPUs.
	Memory             // In bytes.
	PIDs               // Tasks, threads counted.
	kinds
)

// key tells a group from another one that was made in its place.
type key struct {
	probe.GroupKey
	inode uint64
}

// Book has the histories of the groups that are watched: those on the screen, and the selected one. What is not watched has
// a gap; what was not for longer than Span is forgotten. Its clock is that of the snapshots, not of the ticks, so that a pause
// is a gap as long as it was.
type Book struct {
	begin  time.Time // The zero of its clock.
	end    time.Duration
	groups map[key]*Group
}

// Group is the histories of one group.
type Group struct{ series [kinds]Series }

// NewBook returns an empty book.
func NewBook() *Book { return &Book{groups: map[key]*Group{}} }

// slack is how many times the interval a sample may be late before there is a gap: scans take their time.
const slack = 2.5

// Take takes what a snapshot says of the groups that are watched, which were read anew for it. Scans are made every so often.
func (b *Book) Take(now *probe.Snapshot, watched []probe.GroupKey, every time.Duration) {
	if b.begin.IsZero() {
		b.begin = now.At.Add(-Span) // So that no time on the clock is negative.
	}
	at := now.At.Sub(b.begin)
	if at <= b.end {
		return
	}
	b.end = at
	holds := time.Duration(slack*float64(every)) + now.Cost.Wall
	wanted := make(map[probe.GroupKey]bool, len(watched))
	for _, k := range watched {
		wanted[k] = true
	}
	for i := range now.Groups {
		g := &now.Groups[i]
		if !wanted[g.GroupKey] || g.Dir == "" {
			continue
		}
		k := key{g.GroupKey, g.Inode}
		if b.groups[k] == nil {
			b.groups[k] = &Group{}
		}
		b.groups[k].add(g, at, holds)
	}
	for k, g := range b.groups {
		if g.stale(at - Span) {
			delete(b.groups, k)
		}
	}
}

func (h *Group) add(g *probe.Group, at, holds time.Duration) {
	number := func(n uint64) float64 { return float64(n) }
	h.series[CPU].Add(at, holds, g.CPU)
	h.series[Memory].Add(at, holds, reading.Map(g.Values.Memory, number))
	h.series[PIDs].Add(at, holds, reading.Map(g.Values.PIDs, number))
}

// stale reports whether nothing was taken since a time.
func (h *Group) stale(since time.Duration) bool {
	samples := h.series[CPU].samples
	return samples[len(samples)-1].at < since
}

// Of returns a history of a group, and the time at which its window ends; false where nothing is known of it.
func (b *Book) Of(g *probe.Group, kind Kind) (*Series, time.Duration, bool) {
	if b == nil {
		return nil, 0, false
	}
	h, ok := b.groups[key{g.GroupKey, g.Inode}]
	if !ok {
		return nil, 0, false
	}
	if _, measured := h.series[kind].Range(b.end); !measured {
		return nil, 0, false
	}
	return &h.series[kind], b.end, true
}
