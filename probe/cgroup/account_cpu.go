package cgroup

import (
	"bytes"
	"strconv"
	"time"

	"bulkhead/probe/reading"
)

// CPUAccount is the CPU time that a group used and may use: the controllers cpu and cpuacct of version 1, and cpu of version 2.
// See "CPU" in the kernel's cgroup-v2 document, scheduler/sched-bwc and admin-guide/cgroup-v1/cpuacct.
type CPUAccount struct {
	// Usage is the time used by the group and those below, User in user mode and System in the kernel's: cpu.stat of version 2,
	// cpuacct.usage, usage_user and usage_sys of version 1. Nice is the part of User at a lowered priority, since Linux 6.13.
	Usage  reading.Reading[time.Duration] `json:"usage_usec"`
	User   reading.Reading[time.Duration] `json:"user_usec"`
	System reading.Reading[time.Duration] `json:"system_usec"`
	Nice   reading.Reading[time.Duration] `json:"nice_usec"`
	// PerCPU is the time used on each possible CPU: cpuacct.usage_percpu of version 1.
	PerCPU reading.Reading[[]time.Duration] `json:"usage_percpu_usec"`
	// ForcedIdle is for how long CPUs stood idle for the sake of core scheduling: core_sched.force_idle_usec of version 2.
	ForcedIdle reading.Reading[time.Duration] `json:"force_idle_usec"`

	// Weight and Nice say the group's part beside its siblings, on two scales: cpu.weight and cpu.weight.nice of version 2.
	Weight     reading.Reading[uint64] `json:"weight"`
	WeightNice reading.Reading[int64]  `json:"weight_nice"`
	Shares     reading.Reading[uint64] `json:"shares"` // cpu.shares of version 1.
	// Idle tells that the group runs only where no other wants to: cpu.idle of both versions, since Linux 5.15.
	Idle reading.Reading[bool] `json:"idle"`

	// Quota is how much time the group may use in each Period, and CPUs the quotient: cpu.max of version 2, cpu.cfs_quota_us and
	// cpu.cfs_period_us of version 1. Burst is what it may save up: cpu.max.burst and cpu.cfs_burst_us, since Linux 5.14.
	Quota  reading.Reading[time.Duration] `json:"quota_usec"`
	Period reading.Reading[time.Duration] `json:"period_usec"`
	CPUs   reading.Reading[float64]       `json:"quota_cpus"`
	Burst  reading.Reading[time.Duration] `json:"burst_max_usec"`

	// Periods ran out while the group had something to do, in ThrottledPeriods of them it used up its quota, and waited for
	// Throttled, summed over CPUs. ThrottledHere is without what groups above did to it: cpu.stat.local, since Linux 6.6.
	Periods          reading.Reading[uint64]        `json:"nr_periods"`
	ThrottledPeriods reading.Reading[uint64]        `json:"nr_throttled"`
	Throttled        reading.Reading[time.Duration] `json:"throttled_usec"`
	ThrottledHere    reading.Reading[time.Duration] `json:"local_throttled_usec"`
	// Bursts is in how many periods the group used what it had saved up, and BurstTime how much.
	Bursts    reading.Reading[uint64]        `json:"nr_bursts"`
	BurstTime reading.Reading[time.Duration] `json:"burst_usec"`

	// RTRuntime is for how long real-time tasks may run in each RTPeriod: cpu.rt_runtime_us and cpu.rt_period_us of version 1.
	RTRuntime reading.Reading[time.Duration] `json:"rt_runtime_usec"`
	RTPeriod  reading.Reading[time.Duration] `json:"rt_period_usec"`
	// UclampMin and UclampMax bound what the scheduler takes the group's tasks to use, in percent of the largest CPU:
	// cpu.uclamp.* of both versions, since Linux 5.4.
	UclampMin reading.Reading[float64] `json:"uclamp_min"`
	UclampMax reading.Reading[float64] `json:"uclamp_max"`
}

// tick is the unit of cpuacct.stat of version 1, which tells User and System where a kernel before Linux 4.7 has no file of each:
// USER_HZ, on all architectures that Go knows.
const tick = time.Second / 100

func (t Texts) cpu() CPUAccount {
	stat, local, ticks := t.file("cpu.stat"), t.file("cpu.stat.local"), t.file("cpuacct.stat")
	a := CPUAccount{
		Usage:      first(stat.flat("usage_usec").microseconds(), t.file("cpuacct.usage").nanoseconds()),
		User:       first(stat.flat("user_usec").microseconds(), t.file("cpuacct.usage_user").nanoseconds(), ticks.flat("user").duration(tick)),
		System:     first(stat.flat("system_usec").microseconds(), t.file("cpuacct.usage_sys").nanoseconds(), ticks.flat("system").duration(tick)),
		Nice:       stat.flat("nice_usec").microseconds(),
		PerCPU:     t.file("cpuacct.usage_percpu").nanosecondsPerCPU(),
		ForcedIdle: stat.flat("core_sched.force_idle_usec").microseconds(),
		Weight:     t.file("cpu.weight").number(),
		WeightNice: t.file("cpu.weight.nice").integer(),
		Shares:     t.file("cpu.shares").number(),
		Idle:       t.file("cpu.idle").flag(),
		Burst:      first(t.file("cpu.max.burst").microseconds(), t.file("cpu.cfs_burst_us").microseconds()),

		Periods:          stat.flat("nr_periods").number(),
		ThrottledPeriods: stat.flat("nr_throttled").number(),
		Throttled:        first(stat.flat("throttled_usec").microseconds(), stat.flat("throttled_time").nanoseconds()),
		ThrottledHere:    first(local.flat("throttled_usec").microseconds(), local.flat("throttled_time").nanoseconds()),
		Bursts:           stat.flat("nr_bursts").number(),
		BurstTime:        first(stat.flat("burst_usec").microseconds(), stat.flat("burst_time").nanoseconds()),

		RTRuntime: t.file("cpu.rt_runtime_us").microsecondsOr("-1"),
		RTPeriod:  t.file("cpu.rt_period_us").microseconds(),
		UclampMin: t.file("cpu.uclamp.min").percent(),
		UclampMax: t.file("cpu.uclamp.max").percentLimit(),
	}
	if a.UclampMin.State() == reading.Absent && string(bytes.TrimSpace(t.file("cpu.uclamp.min").text)) == "max" {
		a.UclampMin = reading.Of(100.0)
	}
	t.quota(&a)
	return a
}

// quota reads how much time the group may use.
func (t Texts) quota(a *CPUAccount) {
	limit := t.file("cpu.max")
	quota, period, _ := bytes.Cut(bytes.TrimSpace(limit.text), []byte{' '})
	a.Quota = first(content{text: quota, why: limit.why}.microsecondsOr("max"), t.file("cpu.cfs_quota_us").microsecondsOr("-1"))
	a.Period = first(content{text: period, why: limit.why}.microseconds(), t.file("cpu.cfs_period_us").microseconds())
	a.CPUs = first(limit.quotaV2(), per(t.file("cpu.cfs_quota_us").quotaV1(), t.file("cpu.cfs_period_us").number()))
}

// microsecondsOr reads a time span, or the text by which the kernel means that there is no limit.
func (c content) microsecondsOr(none string) reading.Reading[time.Duration] {
	if c.why == reading.Present && string(bytes.TrimSpace(c.text)) == none {
		return reading.None[time.Duration](reading.Unlimited)
	}
	return c.microseconds()
}

// percentLimit reads a share in percent, or "max" for no limit.
func (c content) percentLimit() reading.Reading[float64] {
	if c.why == reading.Present && string(bytes.TrimSpace(c.text)) == "max" {
		return reading.None[float64](reading.Unlimited)
	}
	return c.percent()
}

// integer reads a decimal number that may be negative.
func (c content) integer() reading.Reading[int64] {
	return parse(c, func(text []byte) (int64, bool) {
		n, err := strconv.ParseInt(string(text), 10, 64)
		return n, err == nil
	})
}

// nanosecondsPerCPU reads a time span for each CPU, on one line.
func (c content) nanosecondsPerCPU() reading.Reading[[]time.Duration] {
	return parse(c, func(text []byte) ([]time.Duration, bool) {
		var all []time.Duration
		for _, field := range bytes.Fields(text) {
			span, ok := content{text: field, why: reading.Present}.nanoseconds().Get()
			if !ok {
				return nil, false
			}
			all = append(all, span)
		}
		return all, len(all) > 0
	})
}
