package recording

import (
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// Parts are those of a cgroup.Values that are read only where they are asked for, as part of a group.
type Parts struct {
	Periods          *uint64        `json:"cpu_nr_periods,omitempty"`
	ThrottledPeriods *uint64        `json:"cpu_nr_throttled,omitempty"`
	CPUWeight        *uint64        `json:"cpu_weight,omitempty"`
	CPUShares        *uint64        `json:"cpu_shares,omitempty"`
	MemoryHigh       *limit[uint64] `json:"memory_high,omitempty"`
	MemoryPeak       *uint64        `json:"memory_peak,omitempty"`
	Swap             *uint64        `json:"memory_swap_current,omitempty"`
	SwapMax          *limit[uint64] `json:"memory_swap_max,omitempty"`
	MemSw            *uint64        `json:"memory_memsw_current,omitempty"`
	MemSwMax         *limit[uint64] `json:"memory_memsw_max,omitempty"`
	OOMKills         *uint64        `json:"memory_oom_kill,omitempty"`
	IORead           *uint64        `json:"io_rbytes,omitempty"`
	IOWritten        *uint64        `json:"io_wbytes,omitempty"`
	CPUSome          *float64       `json:"cpu_pressure_some_avg10,omitempty"`
	CPUFull          *float64       `json:"cpu_pressure_full_avg10,omitempty"`
	MemorySome       *float64       `json:"memory_pressure_some_avg10,omitempty"`
	MemoryFull       *float64       `json:"memory_pressure_full_avg10,omitempty"`
	IOSome           *float64       `json:"io_pressure_some_avg10,omitempty"`
	IOFull           *float64       `json:"io_pressure_full_avg10,omitempty"`
}

func fromParts(u *unknown, v *cgroup.Values) Parts {
	return Parts{
		Periods:          put(u, "cpu_nr_periods", v.Periods),
		ThrottledPeriods: put(u, "cpu_nr_throttled", v.ThrottledPeriods),
		CPUWeight:        put(u, "cpu_weight", v.CPUWeight),
		CPUShares:        put(u, "cpu_shares", v.CPUShares),
		MemoryHigh:       putLimit(u, "memory_high", v.MemoryHigh),
		MemoryPeak:       put(u, "memory_peak", v.MemoryPeak),
		Swap:             put(u, "memory_swap_current", v.Swap),
		SwapMax:          putLimit(u, "memory_swap_max", v.SwapMax),
		MemSw:            put(u, "memory_memsw_current", v.MemSw),
		MemSwMax:         putLimit(u, "memory_memsw_max", v.MemSwMax),
		OOMKills:         put(u, "memory_oom_kill", v.OOMKills),
		IORead:           put(u, "io_rbytes", v.IORead),
		IOWritten:        put(u, "io_wbytes", v.IOWritten),
		CPUSome:          put(u, "cpu_pressure_some_avg10", v.CPUPressure.Some),
		CPUFull:          put(u, "cpu_pressure_full_avg10", v.CPUPressure.Full),
		MemorySome:       put(u, "memory_pressure_some_avg10", v.MemoryPressure.Some),
		MemoryFull:       put(u, "memory_pressure_full_avg10", v.MemoryPressure.Full),
		IOSome:           put(u, "io_pressure_some_avg10", v.IOPressure.Some),
		IOFull:           put(u, "io_pressure_full_avg10", v.IOPressure.Full),
	}
}

// into is the inverse of fromParts.
func (j *Parts) into(v *cgroup.Values, u unknown) {
	v.Periods = get(u, "cpu_nr_periods", j.Periods)
	v.ThrottledPeriods = get(u, "cpu_nr_throttled", j.ThrottledPeriods)
	v.CPUWeight = get(u, "cpu_weight", j.CPUWeight)
	v.CPUShares = get(u, "cpu_shares", j.CPUShares)
	v.MemoryHigh = getLimit(u, "memory_high", j.MemoryHigh)
	v.MemoryPeak = get(u, "memory_peak", j.MemoryPeak)
	v.Swap = get(u, "memory_swap_current", j.Swap)
	v.SwapMax = getLimit(u, "memory_swap_max", j.SwapMax)
	v.MemSw = get(u, "memory_memsw_current", j.MemSw)
	v.MemSwMax = getLimit(u, "memory_memsw_max", j.MemSwMax)
	v.OOMKills = get(u, "memory_oom_kill", j.OOMKills)
	v.IORead = get(u, "io_rbytes", j.IORead)
	v.IOWritten = get(u, "io_wbytes", j.IOWritten)
	v.CPUPressure.Some = get(u, "cpu_pressure_some_avg10", j.CPUSome)
	v.CPUPressure.Full = get(u, "cpu_pressure_full_avg10", j.CPUFull)
	v.MemoryPressure.Some = get(u, "memory_pressure_some_avg10", j.MemorySome)
	v.MemoryPressure.Full = get(u, "memory_pressure_full_avg10", j.MemoryFull)
	v.IOPressure.Some = get(u, "io_pressure_some_avg10", j.IOSome)
	v.IOPressure.Full = get(u, "io_pressure_full_avg10", j.IOFull)
}

// Rates is a probe.Rates, as part of a group: between its last two readings.
type Rates struct {
	ThrottledShare *float64 `json:"throttled_share,omitempty"` // Of the periods of the quota, 0 to 1.
	Throttled      *float64 `json:"cpus_throttled,omitempty"`
	IORead         *float64 `json:"io_rbytes_per_sec,omitempty"`
	IOWritten      *float64 `json:"io_wbytes_per_sec,omitempty"`
	OOMKills       *uint64  `json:"oom_kills,omitempty"`
}

func fromRates(u *unknown, r *probe.Rates) Rates {
	return Rates{
		ThrottledShare: put(u, "throttled_share", r.ThrottledShare),
		Throttled:      put(u, "cpus_throttled", r.Throttled),
		IORead:         put(u, "io_rbytes_per_sec", r.IORead),
		IOWritten:      put(u, "io_wbytes_per_sec", r.IOWritten),
		OOMKills:       put(u, "oom_kills", r.OOMKills),
	}
}

// rates is the inverse of fromRates.
func (j *Rates) rates(u unknown) probe.Rates {
	return probe.Rates{
		ThrottledShare: get(u, "throttled_share", j.ThrottledShare),
		Throttled:      get(u, "cpus_throttled", j.Throttled),
		IORead:         get(u, "io_rbytes_per_sec", j.IORead),
		IOWritten:      get(u, "io_wbytes_per_sec", j.IOWritten),
		OOMKills:       get(u, "oom_kills", j.OOMKills),
	}
}
