package cgroup

import "bulkhead/probe/reading"

// memoryV1 are the files of the version 1 memory controller; see admin-guide/cgroup-v1/memory.
var memoryV1 = []file{
	{"memory.usage_in_bytes", PartMemory, func(v *Values, c content) { v.Memory = c.number() }},
	{"memory.limit_in_bytes", PartMemory, func(v *Values, c content) { v.MemoryMax = c.limitV1() }},
	{"memory.memsw.usage_in_bytes", PartSwap, func(v *Values, c content) { v.MemSw = c.number() }},
	{"memory.memsw.limit_in_bytes", PartSwap, func(v *Values, c content) { v.MemSwMax = c.limitV1() }},
	{"memory.max_usage_in_bytes", PartMemoryPeak, func(v *Values, c content) { v.MemoryPeak = c.number() }},
	{"memory.oom_control", PartMemoryEvents, func(v *Values, c content) { v.OOMKills = c.flat("oom_kill").number() }},
}

// memoryV2 are the files of the version 2 memory controller. The topmost group has none.
var memoryV2 = []file{
	{"memory.current", PartMemory, func(v *Values, c content) { v.Memory = c.number() }},
	{"memory.max", PartMemory, func(v *Values, c content) { v.MemoryMax = c.limit() }},
	{"memory.swap.current", PartSwap, func(v *Values, c content) { v.Swap = c.number() }},
	{"memory.swap.max", PartSwap, func(v *Values, c content) { v.SwapMax = c.limit() }},
	{"memory.high", PartMemoryHigh, func(v *Values, c content) { v.MemoryHigh = c.limit() }},
	{"memory.peak", PartMemoryPeak, func(v *Values, c content) { v.MemoryPeak = c.number() }},
	{"memory.events", PartMemoryEvents, func(v *Values, c content) { v.OOMKills = c.flat("oom_kill").number() }},
}

// NoLimitV1 is where the limits of version 1 that mean none begin, in bytes: the largest positive number, rounded down to whole
// pages, of which huge ones are of 16 GiB at most. See PAGE_COUNTER_MAX in the kernel's include/linux/page_counter.h, and
// hugetlb_cgroup_write() in mm/hugetlb_cgroup.c.
const NoLimitV1 = 1<<63 - 1<<34

// limitV1 reads a limit in bytes of version 1.
func (c content) limitV1() reading.Reading[uint64] {
	bytes := c.number()
	if n, ok := bytes.Get(); ok && n >= NoLimitV1 {
		return reading.None[uint64](reading.Unlimited)
	}
	return bytes
}
