package cgroup

import "bulkhead/probe/reading"

// MemoryAccount is the memory of a group and of those below, in bytes; see "Memory" in the kernel's cgroup-v2 document, and
// admin-guide/cgroup-v1/memory.
type MemoryAccount struct {
	// Current, Max and Peak as in Values. Min and Low protect what the group has, High slows it down: of version 2.
	Current reading.Reading[uint64] `json:"current"`
	Peak    reading.Reading[uint64] `json:"peak"`
	Min     reading.Reading[uint64] `json:"min"`
	Low     reading.Reading[uint64] `json:"low"`
	High    reading.Reading[uint64] `json:"high"`
	Max     reading.Reading[uint64] `json:"max"`
	// SoftLimit is where the kernel takes memory first when it runs short: memory.soft_limit_in_bytes of version 1.
	SoftLimit reading.Reading[uint64] `json:"soft_limit"`
	// Failures is how often the limit was met: memory.failcnt of version 1.
	Failures reading.Reading[uint64] `json:"failcnt"`

	Swap  Resource `json:"swap"`  // Without what is in memory: memory.swap.* of version 2.
	MemSw Resource `json:"memsw"` // Memory and swap together: memory.memsw.* of version 1.
	Zswap Resource `json:"zswap"` // Compressed in memory: memory.zswap.* of version 2, since Linux 5.19.
	// SwapHigh is where the kernel begins to slow the group down: memory.swap.high of version 2, since Linux 5.8.
	SwapHigh reading.Reading[uint64] `json:"swap_high"`
	// ZswapWriteback tells whether what is compressed may go to a device: memory.zswap.writeback, since Linux 6.8.
	ZswapWriteback reading.Reading[bool] `json:"zswap_writeback"`
	Kernel         Resource              `json:"kmem"`     // The kernel's own for the group: memory.kmem.* of version 1.
	TCP            Resource              `json:"kmem_tcp"` // Of that for TCP buffers: memory.kmem.tcp.* of version 1.

	// OOMGroup tells whether all processes are killed together: memory.oom.group of version 2, since Linux 4.19.
	OOMGroup reading.Reading[bool] `json:"oom_group"`
	// OOMKillDisable tells that none is killed, and UnderOOM that tasks stand still for that reason: memory.oom_control of version 1.
	OOMKillDisable reading.Reading[bool]   `json:"oom_kill_disable"`
	UnderOOM       reading.Reading[bool]   `json:"under_oom"`
	Swappiness     reading.Reading[uint64] `json:"swappiness"`    // memory.swappiness of version 1, 0 to 200.
	UseHierarchy   reading.Reading[bool]   `json:"use_hierarchy"` // memory.use_hierarchy of version 1; 1 alone since Linux 5.11.

	Events      MemoryEvents `json:"events"`       // With those of the groups below: memory.events. Of version 1 the group's alone.
	LocalEvents MemoryEvents `json:"events_local"` // The group's alone: memory.events.local of version 2, since Linux 5.3.
	// SwapMaxEvents and SwapFailures are how often swap was refused, by the limit and at all: memory.swap.events, since Linux 4.18.
	SwapMaxEvents reading.Reading[uint64] `json:"swap_events_max"`
	SwapFailures  reading.Reading[uint64] `json:"swap_events_fail"`

	Parts MemoryParts `json:"parts"`
	// Stat is all of memory.stat; its names differ between the versions.
	Stat reading.Reading[[]Count] `json:"stat"`
	// Nodes tells it by memory node: memory.numa_stat, in version 2 since Linux 5.10.
	Nodes reading.Reading[[]NodeStat] `json:"numa_stat"`
	// MoveCharge is whether memory moves along with a task: memory.move_charge_at_immigrate of version 1, a set of bits; 0 alone
	// since Linux 6.14.
	MoveCharge reading.Reading[uint64] `json:"move_charge_at_immigrate"`
}

// MemoryEvents is how often something happened to a group for want of memory, since it was made.
type MemoryEvents struct {
	Low          reading.Reading[uint64] `json:"low"`
	High         reading.Reading[uint64] `json:"high"`
	Max          reading.Reading[uint64] `json:"max"`
	OOM          reading.Reading[uint64] `json:"oom"`
	OOMKill      reading.Reading[uint64] `json:"oom_kill"`
	OOMGroupKill reading.Reading[uint64] `json:"oom_group_kill"` // Since Linux 5.17.
}

// MemoryParts is what the memory of a group is used for, in bytes, with that of the groups below: parts of memory.stat that the
// kernel counts alike in both versions. Version 1 names them with "total_" for the sum.
type MemoryParts struct {
	Anon          reading.Reading[uint64] `json:"anon"`
	File          reading.Reading[uint64] `json:"file"` // Of which Shmem is memory in tmpfs and shared memory.
	Shmem         reading.Reading[uint64] `json:"shmem"`
	FileMapped    reading.Reading[uint64] `json:"file_mapped"`
	FileDirty     reading.Reading[uint64] `json:"file_dirty"`
	FileWriteback reading.Reading[uint64] `json:"file_writeback"`
	SwapCached    reading.Reading[uint64] `json:"swapcached"`
	Unevictable   reading.Reading[uint64] `json:"unevictable"`
	ActiveAnon    reading.Reading[uint64] `json:"active_anon"`
	InactiveAnon  reading.Reading[uint64] `json:"inactive_anon"`
	ActiveFile    reading.Reading[uint64] `json:"active_file"`
	InactiveFile  reading.Reading[uint64] `json:"inactive_file"`

	// Of version 2 alone; Slab and the others are parts of Kernel, which is there since Linux 5.18.
	Kernel            reading.Reading[uint64] `json:"kernel"`
	KernelStack       reading.Reading[uint64] `json:"kernel_stack"`
	PageTables        reading.Reading[uint64] `json:"pagetables"`
	Percpu            reading.Reading[uint64] `json:"percpu"`
	Slab              reading.Reading[uint64] `json:"slab"`
	SlabReclaimable   reading.Reading[uint64] `json:"slab_reclaimable"`
	SlabUnreclaimable reading.Reading[uint64] `json:"slab_unreclaimable"`
	Sock              reading.Reading[uint64] `json:"sock"`

	// Faults and MajorFaults are no bytes but counts of page faults, and of those that waited for a device.
	Faults      reading.Reading[uint64] `json:"pgfault"`
	MajorFaults reading.Reading[uint64] `json:"pgmajfault"`
}

func (t Texts) memory() MemoryAccount {
	number := func(name string) reading.Reading[uint64] { return t.file("memory." + name).number() }
	limit := func(name string) reading.Reading[uint64] { return t.file("memory." + name).limit() }
	control, swap := t.file("memory.oom_control"), t.file("memory.swap.events")
	whole := t.resourceV1("memory.", "")
	a := MemoryAccount{
		Current: first(number("current"), whole.Current), Peak: first(number("peak"), whole.Peak),
		Min: limit("min"), Low: limit("low"), High: limit("high"), Max: first(limit("max"), whole.Max),
		SoftLimit: t.file("memory.soft_limit_in_bytes").limitV1(), Failures: whole.Failures,
		Swap: t.resourceV2("memory.swap.", ""), MemSw: t.resourceV1("memory.memsw.", ""),
		Zswap: t.resourceV2("memory.zswap.", ""), SwapHigh: limit("swap.high"),
		ZswapWriteback: t.file("memory.zswap.writeback").flag(),
		Kernel:         t.resourceV1("memory.kmem.", ""), TCP: t.resourceV1("memory.kmem.tcp.", ""),
		OOMGroup: t.file("memory.oom.group").flag(), OOMKillDisable: control.flat("oom_kill_disable").flag(),
		UnderOOM: control.flat("under_oom").flag(), Swappiness: number("swappiness"),
		UseHierarchy: t.file("memory.use_hierarchy").flag(),
		Events:       t.file("memory.events").memoryEvents(), LocalEvents: t.file("memory.events.local").memoryEvents(),
		SwapMaxEvents: swap.flat("max").number(), SwapFailures: swap.flat("fail").number(),
		Parts: t.file("memory.stat").memoryParts(), Stat: t.file("memory.stat").counts(),
		Nodes: t.memoryNodes(), MoveCharge: number("move_charge_at_immigrate"),
	}
	a.Events.OOMKill = first(a.Events.OOMKill, control.flat("oom_kill").number())
	return a
}

func (c content) memoryEvents() MemoryEvents {
	return MemoryEvents{
		Low: c.flat("low").number(), High: c.flat("high").number(), Max: c.flat("max").number(), OOM: c.flat("oom").number(),
		OOMKill: c.flat("oom_kill").number(), OOMGroupKill: c.flat("oom_group_kill").number(),
	}
}

func (c content) memoryParts() MemoryParts {
	part := func(names ...string) reading.Reading[uint64] {
		var found []reading.Reading[uint64]
		for _, name := range names { // In version 1 the name alone is what the group has without those below.
			found = append(found, c.flat("total_"+name).number(), c.flat(name).number())
		}
		return first(found...)
	}
	return MemoryParts{
		Anon: part("anon", "rss"), File: part("file", "cache"), Shmem: part("shmem"), FileMapped: part("file_mapped", "mapped_file"),
		FileDirty: part("file_dirty", "dirty"), FileWriteback: part("file_writeback", "writeback"), SwapCached: part("swapcached"),
		Unevictable: part("unevictable"), ActiveAnon: part("active_anon"), InactiveAnon: part("inactive_anon"),
		ActiveFile: part("active_file"), InactiveFile: part("inactive_file"),
		Kernel: part("kernel"), KernelStack: part("kernel_stack"), PageTables: part("pagetables"), Percpu: part("percpu"),
		Slab: part("slab"), SlabReclaimable: part("slab_reclaimable"), SlabUnreclaimable: part("slab_unreclaimable"),
		Sock: part("sock"), Faults: part("pgfault"), MajorFaults: part("pgmajfault"),
	}
}
