package probe

import (
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// Rates is what happened in a group between its last two readings, by the monotonic clock of the scanner. It is absent at the
// first reading of a group, where a counter was reset meanwhile, and where the values were not asked for both times. Where a
// counter could not be read it says why.
type Rates struct {
	// ThrottledShare is in which share of the periods of its quota the group used it up, 0 to 1. It is absent where no period
	// ran out, because the group has no quota or had nothing to do.
	ThrottledShare Reading[float64]
	// Throttled is for how many CPUs the group waited on average because of its quota.
	Throttled Reading[float64]
	// IORead and IOWritten are in bytes per second.
	IORead, IOWritten Reading[float64]
	// OOMKills is how many processes were killed because the memory ran out.
	OOMKills Reading[uint64]
}

// ratesOf returns what happened between two readings of the same group.
func ratesOf(before, after *cgroup.Values, took time.Duration) Rates {
	return Rates{
		ThrottledShare: share(increase(before.ThrottledPeriods, after.ThrottledPeriods), increase(before.Periods, after.Periods)),
		Throttled:      cpusUsed(before.Throttled, after.Throttled, took),
		IORead:         perSecond(increase(before.IORead, after.IORead), took),
		IOWritten:      perSecond(increase(before.IOWritten, after.IOWritten), took),
		OOMKills:       increase(before.OOMKills, after.OOMKills),
	}
}

// increase returns by how much a counter grew. One that went back was reset, so that nothing is known.
func increase(before, after Reading[uint64]) Reading[uint64] {
	was, had := before.Get()
	is, has := after.Get()
	switch {
	case !has:
		return reading.None[uint64](after.State())
	case !had || is < was:
		return Reading[uint64]{}
	}
	return reading.Of(is - was)
}

func perSecond(count Reading[uint64], took time.Duration) Reading[float64] {
	if took <= 0 {
		return Reading[float64]{}
	}
	return reading.Map(count, func(n uint64) float64 { return float64(n) / took.Seconds() })
}

func share(part, whole Reading[uint64]) Reading[float64] {
	of, ok := whole.Get()
	if !ok || of == 0 {
		return reading.None[float64](whole.State())
	}
	return reading.Map(part, func(n uint64) float64 { return min(float64(n)/float64(of), 1) })
}

// cpusUsed returns how much time was added up per time that passed.
func cpusUsed(before, after Reading[time.Duration], took time.Duration) Reading[float64] {
	was, had := before.Get()
	is, has := after.Get()
	if !has {
		return reading.None[float64](after.State())
	}
	return rate(had, was, is, 0, took)
}
