package cgroup

import (
	"bytes"

	"bulkhead/probe/reading"
)

// cpuV1 are the files of the version 1 cpu controller; see scheduler/sched-bwc.
var cpuV1 = []file{
	{"cpu.cfs_quota_us", PartCPU, func(v *Values, c content) { v.CPUQuota = c.quotaV1() }},
	// The period comes second and turns microseconds into CPUs.
	{"cpu.cfs_period_us", PartCPU, func(v *Values, c content) { v.CPUQuota = per(v.CPUQuota, c.number()) }},
	{"cpu.stat", PartCPU, func(v *Values, c content) {
		v.Throttled = c.flat("throttled_time").nanoseconds()
		v.Periods, v.ThrottledPeriods = c.flat("nr_periods").number(), c.flat("nr_throttled").number()
	}},
	{"cpu.shares", PartWeight, func(v *Values, c content) { v.CPUShares = c.number() }},
}

// cpuacctV1 are the files of the version 1 cpuacct controller; see admin-guide/cgroup-v1/cpuacct.
var cpuacctV1 = []file{
	{"cpuacct.usage", PartCPU, func(v *Values, c content) { v.CPUUsage = c.nanoseconds() }},
}

// cpuV2 are the files of the version 2 cpu controller besides cpu.stat, which every group has. The topmost group has none.
var cpuV2 = []file{
	{"cpu.max", PartCPU, func(v *Values, c content) { v.CPUQuota = c.quotaV2() }},
	{"cpu.weight", PartWeight, func(v *Values, c content) { v.CPUWeight = c.number() }},
}

// quotaV1 reads cpu.cfs_quota_us: microseconds, or -1 for no limit.
func (c content) quotaV1() reading.Reading[float64] {
	if c.why == reading.Present && string(bytes.TrimSpace(c.text)) == "-1" {
		return reading.None[float64](reading.Unlimited)
	}
	return reading.Map(c.number(), func(n uint64) float64 { return float64(n) })
}

// quotaV2 reads cpu.max: the quota, or "max", and the period, both in microseconds.
func (c content) quotaV2() reading.Reading[float64] {
	quota, period, _ := bytes.Cut(bytes.TrimSpace(c.text), []byte{' '})
	limit := content{text: quota, why: c.why}.limit()
	return per(reading.Map(limit, func(n uint64) float64 { return float64(n) }), content{text: period, why: c.why}.number())
}

// per divides a quota by its period. Without a period the quota says nothing, "no limit" excepted.
func per(quota reading.Reading[float64], period reading.Reading[uint64]) reading.Reading[float64] {
	length, ok := period.Get()
	if !ok || length == 0 {
		if quota.State() == reading.Present {
			return reading.None[float64](period.State())
		}
		return quota
	}
	return reading.Map(quota, func(us float64) float64 { return us / float64(length) })
}
