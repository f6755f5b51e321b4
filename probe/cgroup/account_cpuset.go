package cgroup

import (
	"strings"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// CpusetAccount is on which CPUs and memory nodes a group may be; see cpuset(7), and "Cpuset" in the kernel's cgroup-v2 document.
type CpusetAccount struct {
	// See Values.
	CPUs          reading.Reading[cpulist.Set] `json:"cpus"`
	CPUsEffective reading.Reading[cpulist.Set] `json:"cpus_effective"`
	Mems          reading.Reading[cpulist.Set] `json:"mems"`
	MemsEffective reading.Reading[cpulist.Set] `json:"mems_effective"`
	// Exclusive are the CPUs that a partition here or below may have for itself, and ExclusiveEffective those that were granted:
	// cpuset.cpus.exclusive and cpuset.cpus.exclusive.effective of version 2, since Linux 6.7.
	Exclusive          reading.Reading[cpulist.Set] `json:"cpus_exclusive"`
	ExclusiveEffective reading.Reading[cpulist.Set] `json:"cpus_exclusive_effective"`
	// Isolated are the CPUs of all isolated partitions: cpuset.cpus.isolated of the topmost group, since Linux 6.8.
	Isolated reading.Reading[cpulist.Set] `json:"cpus_isolated"`
	// Partition is cpuset.cpus.partition of version 2, since Linux 5.0.
	Partition reading.Reading[Partition] `json:"partition"`

	// The flags of version 1, by the names that they have in cpuset(7).
	CPUExclusive     reading.Reading[bool] `json:"cpu_exclusive"`
	MemExclusive     reading.Reading[bool] `json:"mem_exclusive"`
	MemHardwall      reading.Reading[bool] `json:"mem_hardwall"`
	MemoryMigrate    reading.Reading[bool] `json:"memory_migrate"`
	SpreadPage       reading.Reading[bool] `json:"memory_spread_page"`
	SpreadSlab       reading.Reading[bool] `json:"memory_spread_slab"`
	SchedLoadBalance reading.Reading[bool] `json:"sched_load_balance"`
	// RelaxDomainLevel is how far the scheduler looks for an idle CPU; -1 is the system's default.
	RelaxDomainLevel reading.Reading[int64] `json:"sched_relax_domain_level"`
	// MemoryPressure is how often tasks had to free memory before they got some, per second times 1000, where that is counted.
	MemoryPressure reading.Reading[uint64] `json:"memory_pressure"`
	// PressureEnabled is whether it is counted, which the topmost group tells.
	PressureEnabled reading.Reading[bool] `json:"memory_pressure_enabled"`
}

// Partition is whether the CPUs of a group are taken out of those of the group above.
type Partition struct {
	// Kind is "member" for none, "root" or "isolated".
	Kind string `json:"kind"`
	// Invalid tells that the kernel could not grant it, and Reason why, since Linux 6.1.
	Invalid bool   `json:"invalid"`
	Reason  string `json:"reason"`
}

func (t Texts) cpuset() CpusetAccount {
	set := func(names ...string) reading.Reading[cpulist.Set] {
		var found []reading.Reading[cpulist.Set]
		for _, name := range names {
			found = append(found, t.file("cpuset."+name).set())
		}
		return first(found...)
	}
	flag := func(name string) reading.Reading[bool] { return t.file("cpuset." + name).flag() }
	return CpusetAccount{
		CPUs: set("cpus"), CPUsEffective: set("cpus.effective", "effective_cpus"),
		Mems: set("mems"), MemsEffective: set("mems.effective", "effective_mems"),
		Exclusive: set("cpus.exclusive"), ExclusiveEffective: set("cpus.exclusive.effective"), Isolated: set("cpus.isolated"),
		Partition:    t.file("cpuset.cpus.partition").partition(),
		CPUExclusive: flag("cpu_exclusive"), MemExclusive: flag("mem_exclusive"), MemHardwall: flag("mem_hardwall"),
		MemoryMigrate: flag("memory_migrate"), SpreadPage: flag("memory_spread_page"), SpreadSlab: flag("memory_spread_slab"),
		SchedLoadBalance: flag("sched_load_balance"),
		RelaxDomainLevel: t.file("cpuset.sched_relax_domain_level").integer(),
		MemoryPressure:   t.file("cpuset.memory_pressure").number(),
		PressureEnabled:  flag("memory_pressure_enabled"),
	}
}

// partition reads "member", "root", "isolated", or "root invalid (REASON)".
func (c content) partition() reading.Reading[Partition] {
	return parse(c, func(text []byte) (Partition, bool) {
		kind, rest, _ := strings.Cut(string(text), " ")
		if kind == "" {
			return Partition{}, false
		}
		reason, invalid := strings.CutPrefix(rest, "invalid")
		reason = strings.TrimSpace(reason)
		if inner, ok := strings.CutPrefix(reason, "("); ok {
			reason = strings.TrimSuffix(inner, ")")
		}
		return Partition{Kind: kind, Invalid: invalid, Reason: reason}, invalid || rest == ""
	})
}
