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
	CPU            Kind = iota // In CPUs.
	Throttled                  // CPUs that it waited for because of its quota.
	Memory                     // In bytes.
	PIDs                       // Tasks, threads counted.
	IORead                     // In bytes per second.
	IOWritten                  // The same.
	CPUPressure                // In percent of the time: some, over ten seconds.
	MemoryPressure             // The same.
	IOPressure                 // The same.
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
type Group struct {
	series [kinds]Series
	taken  time.Duration   // When it was taken last.
	first  map[string]mark // What had happened to it when that was first counted.
}

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
	v := g.Values
	for kind, r := range [kinds]probe.Reading[float64]{
		CPU: g.CPU, Throttled: g.Rates.Throttled, Memory: reading.Map(v.Memory, number), PIDs: reading.Map(v.PIDs, number),
		IORead: g.Rates.IORead, IOWritten: g.Rates.IOWritten,
		CPUPressure: v.CPUPressure.Some, MemoryPressure: v.MemoryPressure.Some, IOPressure: v.IOPressure.Some,
	} {
		if s := &h.series[kind]; r.State() != reading.Absent || len(s.samples) > 0 {
			s.Add(at, holds, r)
		}
	}
	h.taken = at
}

// stale reports whether nothing was taken since a time.
func (h *Group) stale(since time.Duration) bool { return h.taken < since }

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

// mark is what had happened to a group when it was first counted, and when that was.
type mark struct {
	count uint64
	at    time.Duration
}

// Count takes what has happened to a group by now. Of each name it keeps what was counted when it was first told; where a count
// went back, it began anew.
func (b *Book) Count(group probe.GroupKey, inode uint64, counts map[string]uint64) {
	h := b.groups[key{group, inode}]
	if h == nil {
		return // It is not watched.
	}
	if h.first == nil {
		h.first = make(map[string]mark, len(counts))
	}
	for name, now := range counts {
		if was, ok := h.first[name]; !ok || now < was.count {
			h.first[name] = mark{now, b.end}
		}
	}
}

// Counted returns what had happened to a group by a name when it was first told, and how long ago that is.
func (b *Book) Counted(g *probe.Group, name string) (first uint64, since time.Duration, ok bool) {
	if b == nil {
		return 0, 0, false
	}
	h := b.groups[key{g.GroupKey, g.Inode}]
	if h == nil {
		return 0, 0, false
	}
	was, ok := h.first[name]
	return was.count, b.end - was.at, ok
}
