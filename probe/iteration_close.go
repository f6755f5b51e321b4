package probe

import (
	"bulkhead/probe/cpulist"
	"bulkhead/probe/taskiter"
)

// lookClosely has the iterator tell the memory and the CPUs of the processes that are watched, and of all in turn, and so
// everything of these; where all are wanted, also of those that ran.
func (it *iteration) lookClosely(u *turns, all bool) {
	it.closely = taskiter.Closely{Told: all}
	step := int32(checkPeriod)
	if u.few {
		step = 1
	}
	for pid := int32(u.tick) % step; pid < closeNumbers; pid += step { //nolint:gosec // It is taken modulo a small number.
		it.closely.Add(pid)
	}
	for _, pid := range u.watch {
		it.closely.Add(pid)
	}
	it.LookClosely(&it.closely)
}

// closeNumbers is beyond the numbers that taskiter.Closely tells apart.
const closeNumbers = 8192

// cpuSets makes sets of CPUs of masks. Neighbours tend to have the same one.
type cpuSets struct {
	possible uint64 // The CPUs that there may ever be; 0 where they are not known, or too many for a mask.
	mask     uint64 // Of the last set.
	set      cpulist.Set
}

// possibleCPUs reads which CPUs there may ever be: /sys/devices/system/cpu/possible.
func possibleCPUs() cpuSets {
	set, ok := onlineCPUs(Live.Sys + "/devices/system/cpu/possible").Get()
	if !ok {
		return cpuSets{}
	}
	var possible uint64
	for _, cpu := range set.All() {
		if cpu > 63 {
			return cpuSets{}
		}
		possible |= 1 << cpu
	}
	return cpuSets{possible: possible}
}

// of returns the set of a mask, as the kernel writes it: without the CPUs that there never will be.
func (c *cpuSets) of(mask uint64) cpulist.Set {
	if mask &= c.possible; mask != c.mask {
		c.mask, c.set = mask, cpulist.OfMask(mask)
	}
	return c.set
}
