package cgroup

import "bulkhead/probe/reading"

// memoryV1 are the files of the version 1 memory controller; see admin-guide/cgroup-v1/memory.
var memoryV1 = []file{
	{"memory.usage_in_bytes", func(v *Values, c content) { v.Memory = c.number() }},
	{"memory.limit_in_bytes", func(v *Values, c content) { v.MemoryMax = c.limitV1() }},
}

// memoryV2 are the files of the version 2 memory controller. The topmost group has neither.
var memoryV2 = []file{
	{"memory.current", func(v *Values, c content) { v.Memory = c.number() }},
	{"memory.max", func(v *Values, c content) { v.MemoryMax = c.limit() }},
}

// noLimitV1 is where the limits of version 1 that mean none begin: the largest positive number, rounded down to whole
// pages, which are of 64 KiB at most.
const noLimitV1 = 1<<63 - 1<<16

// limitV1 reads a limit in bytes of version 1.
func (c content) limitV1() reading.Reading[uint64] {
	bytes := c.number()
	if n, ok := bytes.Get(); ok && n >= noLimitV1 {
		return reading.None[uint64](reading.Unlimited)
	}
	return bytes
}
