package actions

// coreV1 are the files that every group of version 1 has; see admin-guide/cgroup-v1/cgroups.rst of the kernel.
var coreV1 = map[string]knob{
	fileTasks:               {number{low: 1, unit: "the tid of a thread"}, "the threads in the group: writing a tid moves it in"},
	"cgroup.clone_children": {toggle, "1 gives a new cpuset below what this one has"},
	"notify_on_release":     {toggle, "1 starts the release agent when the group becomes empty"},
	"release_agent":         {text{what: "the path of a program, or nothing"}, "the program that is started when a group becomes empty"},
	fileFreezer:             {word{stateFrozen, stateThawed}, "FROZEN stops all tasks in the group and below it"},
}

// microseconds is a time of version 1 that may be unlimited.
func microseconds(low int64) number { return number{low: low, unit: "microseconds", or: "-1"} }

// cpuV1 are those of cpu; see scheduler/sched-bwc.rst and scheduler/sched-rt-group.rst of the kernel.
var cpuV1 = map[string]knob{
	"cpu.shares":        {number{low: 2, high: 262144, usual: "1024"}, "share of CPU time beside the groups of the same parent"},
	"cpu.cfs_quota_us":  {microseconds(leastQuota), "how long the group may run in each period, on all CPUs together; -1 is no quota"},
	"cpu.cfs_period_us": {number{low: leastQuota, high: mostPeriod, unit: "microseconds", usual: "100000"}, "the period of the quota"},
	"cpu.cfs_burst_us":  {number{unit: "microseconds"}, "unused run time that may be saved for later periods"},
	"cpu.rt_runtime_us": {microseconds(0), "how long its realtime tasks may run in each period; with 0 it takes none"},
	"cpu.rt_period_us":  {number{low: 1, unit: "microseconds"}, "the period of the realtime quota"},
}

// limitV1 is a limit of version 1 in bytes.
var limitV1 = size{none: "-1"}

// memoryV1 are those of memory and hugetlb; see admin-guide/cgroup-v1/memory.rst of the kernel.
var memoryV1 = map[string]knob{
	fileLimit:                         {limitV1, "hard limit: beyond it memory is reclaimed, and then the OOM killer comes"},
	fileMemsw:                         {limitV1, "hard limit of memory and swap together"},
	"memory.soft_limit_in_bytes":      {limitV1, "the group is brought down to this where memory is short"},
	"memory.kmem.limit_in_bytes":      {limitV1, "limit of the kernel's memory; refused since Linux 5.16"},
	"memory.kmem.tcp.limit_in_bytes":  {limitV1, "limit of the buffers of TCP"},
	"memory.swappiness":               {number{high: 200}, "how readily its memory is swapped out rather than cached files dropped; over 100 since Linux 5.8"},
	"memory.oom_control":              {oom{}, "1 has its tasks wait where the OOM killer would come"},
	"memory.use_hierarchy":            {toggle, "whether the groups below count too; always 1 since Linux 5.11"},
	"memory.move_charge_at_immigrate": {number{high: 3}, "which memory moves with a task; 0 only since Linux 6.14"},
	"hugetlb.*.limit_in_bytes":        {limitV1, "hard limit of huge pages of this size"},
	"hugetlb.*.rsvd.limit_in_bytes":   {limitV1, "hard limit of reservations of huge pages of this size"},
}

// cpusetV1 are those of cpuset beside cpuset.cpus and cpuset.mems; see cpuset(7).
var cpusetV1 = map[string]knob{
	"cpuset.cpu_exclusive":            {toggle, "1 keeps the CPUs from the groups beside it"},
	"cpuset.mem_exclusive":            {toggle, "1 keeps the memory nodes from the groups beside it"},
	"cpuset.mem_hardwall":             {toggle, "1 keeps the kernel's own memory within the nodes too"},
	"cpuset.memory_migrate":           {toggle, "1 moves memory along when the nodes change"},
	"cpuset.memory_spread_page":       {toggle, "1 spreads cached files over the nodes"},
	"cpuset.memory_spread_slab":       {toggle, "1 spreads the kernel's caches over the nodes"},
	"cpuset.memory_pressure_enabled":  {toggle, "whether memory pressure is measured; of all cpusets"},
	"cpuset.sched_load_balance":       {toggle, "whether load is balanced between its CPUs"},
	"cpuset.sched_relax_domain_level": {number{low: -1, high: 5, usual: "-1"}, "how far an idle CPU looks for work"},
}

// throttle is a limit of each device, which 0 lifts. The kernel stops reading at a suffix, so that 1M would be a limit of 1.
func throttle(what string) knob {
	return knob{keyed{example: "8:16 1048576", fields: []field{{"", number{}}}, unset: "0"}, what}
}

// weights are of each device; the schedulers differ in how one is lifted.
func weights(low int64, unset string) keyed {
	return keyed{example: "8:16 300", fields: []field{{"", number{low: low, high: 1000}}}, unset: unset, common: unset == defaultLine}
}

// blkioV1 are those of blkio; see admin-guide/cgroup-v1/blkio-controller.rst of the kernel.
var blkioV1 = map[string]knob{
	"blkio.weight":                     {number{low: 10, high: 1000, usual: "500"}, "share of every device's time; until Linux 5.0"},
	"blkio.weight_device":              {weights(10, "0"), "share of one device's time; until Linux 5.0"},
	"blkio.leaf_weight":                {number{low: 10, high: 1000, usual: "500"}, "blkio.weight of the group's own tasks beside the groups below; until Linux 5.0"},
	"blkio.leaf_weight_device":         {weights(10, "0"), "blkio.weight_device of the group's own tasks; until Linux 5.0"},
	"blkio.bfq.weight":                 {number{low: 1, high: 1000, usual: "100"}, "share of every device's time under the BFQ scheduler"},
	"blkio.bfq.weight_device":          {weights(1, "default"), "share of one device's time under the BFQ scheduler"},
	"blkio.prio.class":                 {ioClasses, "the I/O priority class of its tasks' requests"},
	"blkio.throttle.read_bps_device":   throttle("bytes read a second, at most"),
	"blkio.throttle.write_bps_device":  throttle("bytes written a second, at most"),
	"blkio.throttle.read_iops_device":  throttle("reads a second, at most"),
	"blkio.throttle.write_iops_device": throttle("writes a second, at most"),
}

// netV1 are those of net_cls and net_prio; see admin-guide/cgroup-v1/net_cls.rst and net_prio.rst of the kernel.
var netV1 = map[string]knob{
	"net_cls.classid":    {number{high: 0xffffffff, hex: true}, "the class of its packets, as in 0x10001 for 1:1"},
	"net_prio.ifpriomap": {keyed{key: keyName, example: "eth0 5", fields: []field{{"", number{}}}, unset: "0"}, "the priority of its packets, by network interface"},
}
