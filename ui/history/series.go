// Package history keeps what was measured in the last two minutes, and draws it in a few cells.
package history

import (
	"time"

	"bulkhead/probe"
)

// Span is for how long samples are kept.
const Span = 2 * time.Minute

// Series is the samples of one value, the oldest first. The zero value is empty.
type Series struct{ samples []sample }

// sample is a value at a time on the clock of a Book.
type sample struct {
	at    time.Duration
	from  time.Duration // Since when it holds: the sample before it, or less long ago where that is too far back.
	value float64
	known bool
}

// Add adds what was measured at a time, and forgets what is older than Span. The value is taken to have held since the sample
// before it, but for no longer than the given time: what is longer ago is a gap. A value that is not known makes a gap too.
// Times go forward: a sample that is no later than the one before it is left out.
func (s *Series) Add(at, holds time.Duration, value probe.Reading[float64]) {
	from := at - holds
	if n := len(s.samples); n > 0 {
		last := s.samples[n-1].at
		if at <= last {
			return
		}
		from = max(from, last)
	}
	stale := 0
	for stale+1 < len(s.samples) && s.samples[stale+1].at < at-Span { // One is left to tell that it has begun before.
		stale++
	}
	n, known := value.Get()
	s.samples = append(s.samples[stale:], sample{at, from, n, known})
}

// Range is what the samples of a window have in common.
type Range struct {
	Low, High float64
	Last      float64
	Over      time.Duration // From when the first sample of them holds to the end of the window.
	Measured  time.Duration // How much of that they hold for: the rest is gaps.
	Now       bool          // The newest sample is a value, which Last is.

	last time.Duration // For how long the newest value holds, which is about an interval.
}

// Whole reports whether there was no gap in it that is longer than about an interval.
func (r Range) Whole() bool { return r.Measured+r.last >= r.Over }

// Range returns the range of the values in the window that ends at a time; false where there are none.
func (s *Series) Range(end time.Duration) (r Range, ok bool) {
	for _, one := range s.samples {
		if one.at < end-Span || one.at > end || !one.known {
			continue
		}
		if !ok {
			r, ok = Range{Low: one.value, High: one.value, Over: min(end-one.from, Span)}, true
		}
		r.Low, r.High, r.Last = min(r.Low, one.value), max(r.High, one.value), one.value
		r.last = one.at - max(one.from, end-Span)
		r.Measured += r.last
	}
	if n := len(s.samples); n > 0 {
		r.Now = s.samples[n-1].known
	}
	return r, ok
}

// state is what a column of a chart has.
type state uint8

const (
	before state = iota // Nothing was measured yet.
	gap                 // Nothing was measured, or what it said is not known.
	value
)

// column is a part of the window.
type column struct {
	state state
	value float64 // The highest one in it, so that a short peak does not vanish.
}

// columns parts the window that ends at a time. The parts begin at multiples of their width, so that a value stays in its
// part while the window moves on.
func (s *Series) columns(end time.Duration, count int) []column {
	all := make([]column, count)
	step := Span / time.Duration(count)
	last := (end - 1) / step // What was measured at the end of a part belongs to it.
	first := last - time.Duration(count) + 1
	began := false
	next := 0 // The first sample that may reach into the column.
	for i := range all {
		from, to := (first+time.Duration(i))*step, (first+time.Duration(i)+1)*step
		for next < len(s.samples) && s.samples[next].at <= from {
			began = true
			next++
		}
		for _, one := range s.samples[next:] {
			if one.from >= to {
				break
			}
			began = true
			all[i] = all[i].with(one)
		}
		if all[i].state == before && began {
			all[i].state = gap
		}
	}
	return all
}

// with is a column that a sample reaches into.
func (c column) with(one sample) column {
	switch {
	case !one.known:
		return c
	case c.state != value:
		return column{value, one.value}
	}
	c.value = max(c.value, one.value)
	return c
}
