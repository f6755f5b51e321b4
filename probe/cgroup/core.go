package cgroup

import "bulkhead/probe/reading"

// coreV2 are the files that every group of version 2 has whatever its controllers, the topmost one excepted, which has
// cpu.stat alone, beside those of its pressure.
var coreV2 = []file{
	{"cgroup.type", PartCore, func(v *Values, c content) { v.Type = c.word() }},
	{"cgroup.freeze", PartCore | PartFreezer, func(v *Values, c content) { v.FreezeRequested = c.flag() }},
	{"cgroup.events", PartCore | PartFreezer, func(v *Values, c content) {
		v.Populated = c.flat("populated").flag()
		v.Freezer = freezerV2(c.flat("frozen").flag(), v.FreezeRequested)
	}},
	{"cpu.stat", PartCPU, func(v *Values, c content) {
		v.CPUUsage = c.flat("usage_usec").microseconds()
		v.Throttled = c.flat("throttled_usec").microseconds()
		v.Periods, v.ThrottledPeriods = c.flat("nr_periods").number(), c.flat("nr_throttled").number()
	}},
}

// freezerV2 returns the state of a version 2 group: frozen by cgroup.events once all its tasks are, and freezing while
// cgroup.freeze asks for it.
func freezerV2(frozen, requested reading.Reading[bool]) reading.Reading[FreezerState] {
	return reading.Map(frozen, func(frozen bool) FreezerState {
		switch {
		case frozen:
			return Frozen
		case requested.Or(false):
			return Freezing
		}
		return Thawed
	})
}
