package actions

import "maps"

// knobs are the control files that are read and written; see "Interface Files" of each controller in the kernel's
// admin-guide/cgroup-v2.rst, and the files of admin-guide/cgroup-v1.
var knobs = merged(coreKnobs, cpuKnobs, memoryKnobs, ioKnobs, cpusetKnobs, countKnobs, coreV1, cpuV1, memoryV1, cpusetV1, blkioV1, netV1)

// merged joins tables.
func merged(tables ...map[string]knob) map[string]knob {
	all := map[string]knob{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// coreKnobs are those that every group of version 2 has.
var coreKnobs = map[string]knob{
	"cgroup.type":            {word{"threaded"}, "whether whole processes are in the group, or single threads"},
	fileProcs:                {number{low: 1, unit: "the pid of a process"}, "the processes in the group: writing a pid moves it in with all its threads"},
	fileThreads:              {number{low: 1, unit: "the tid of a thread"}, "the threads in the group: writing a tid moves it in"},
	fileSubtree:              {signs{}, "the controllers that the groups below have"},
	"cgroup.max.descendants": {number{or: "max", usual: "max"}, "how many groups there may be below"},
	"cgroup.max.depth":       {number{or: "max", usual: "max"}, "how deep the groups below may be nested"},
	fileFreeze:               {toggle, "1 stops all tasks in the group and below it"},
	"cgroup.pressure":        {toggle, "whether pressure is measured here"},
}

// cpuKnobs are those of cpu.
var cpuKnobs = map[string]knob{
	"cpu.weight":      {number{low: 1, high: 10000, usual: "100"}, "share of CPU time beside the groups of the same parent"},
	"cpu.weight.nice": {number{low: -20, high: 19, usual: "0"}, "cpu.weight, as a nice value"},
	"cpu.max":         {quota{}, "how long the group may run in each period, on all CPUs together"},
	"cpu.max.burst":   {number{unit: "microseconds"}, "unused run time that may be saved for later periods"},
	"cpu.uclamp.min":  {percent{}, "the performance that its tasks get at least"},
	"cpu.uclamp.max":  {percent{}, "the performance that its tasks get at most"},
	"cpu.idle":        {toggle, "1 lets its tasks run only where no other wants to"},
}

// limitV2 is a limit of version 2 in bytes.
var limitV2 = size{none: "max"}

// memoryKnobs are those of memory.
var memoryKnobs = map[string]knob{
	"memory.min":             {limitV2, "memory that is never taken from the group"},
	"memory.low":             {limitV2, "memory that is taken only when nothing else is left to take"},
	"memory.high":            {limitV2, "beyond this its tasks are slowed down and memory is reclaimed"},
	"memory.max":             {limitV2, "hard limit: beyond it memory is reclaimed, and then the OOM killer comes"},
	"memory.oom.group":       {toggle, "1 has the OOM killer kill all of the group or none"},
	"memory.swap.high":       {limitV2, "beyond this use of swap its tasks are slowed down"},
	"memory.swap.max":        {limitV2, "hard limit of swap"},
	"memory.zswap.max":       {limitV2, "hard limit of compressed swap in memory"},
	"memory.zswap.writeback": {toggle, "whether compressed swap may go on to disk"},
}

// wholeNumber is a number or max, as io.max takes it: it stops reading at a suffix, so that 1M would be a limit of 1.
var wholeNumber = number{or: "max"}

// anything is a value that is left to the kernel to judge.
var anything = text{what: "a value"}

// ioKnobs are those of io.
var ioKnobs = map[string]knob{
	"io.weight": {keyed{example: "8:16 200", fields: []field{{"", number{low: 1, high: 10000}}}, unset: "default", common: true}, "share of the device's time beside the groups of the same parent"},
	"io.bfq.weight": {
		keyed{example: "8:16 200", fields: []field{{"", number{low: 1, high: 1000}}}, unset: "default", common: true},
		"share of the device's time under the BFQ scheduler",
	},
	"io.max": {keyed{
		example: "8:16 rbps=1048576 wiops=max", fields: []field{{"rbps", wholeNumber}, {"wbps", wholeNumber}, {"riops", wholeNumber}, {"wiops", wholeNumber}},
		unset: "rbps=max wbps=max riops=max wiops=max",
	}, "bytes and operations a second, read and written, at most"},
	"io.latency":    {keyed{example: "8:16 target=10000", fields: []field{{"target", wholeNumber}}, unset: "target=max"}, "microseconds: groups with a longer target wait while this one misses its own"},
	"io.prio.class": {ioClasses, "the I/O priority class of its tasks' requests"},
	"io.cost.qos":   {keyed{example: "8:16 enable=1 ctrl=auto", fields: costs("enable", "ctrl", "rpct", "rlat", "wpct", "wlat", "min", "max"), unset: "enable=0"}, "the quality of service of the cost model"},
	"io.cost.model": {keyed{example: "8:16 ctrl=auto", fields: costs("ctrl", "model", "rbps", "rseqiops", "rrandiops", "wbps", "wseqiops", "wrandiops"), unset: "ctrl=auto"}, "what operations of the device cost"},
	"misc.max":      {keyed{key: keyName, example: "res_a 3", fields: []field{{"", wholeNumber}}, unset: "max"}, "how many of each resource the group may use"},
	"rdma.max":      {keyed{key: keyName, example: "mlx4_0 hca_handle=2", fields: []field{{"hca_handle", wholeNumber}, {"hca_object", wholeNumber}}, unset: "hca_handle=max hca_object=max"}, "how many handles and objects of each RDMA device"},
	"dmem.max":      {keyed{key: keyName, example: "drm/0000:03:00.0/vram0 512M", fields: []field{{"", limitV2}}, unset: "max"}, "hard limit of each region of device memory"},
	"dmem.min":      {keyed{key: keyName, example: "drm/0000:03:00.0/vram0 512M", fields: []field{{"", limitV2}}, unset: "0"}, "device memory that is never taken from the group"},
	"dmem.low":      {keyed{key: keyName, example: "drm/0000:03:00.0/vram0 512M", fields: []field{{"", limitV2}}, unset: "0"}, "device memory that is taken only when nothing else is left to take"},
}

// ioClasses are the policies of io.prio.class.
var ioClasses = word{"no-change", "promote-to-rt", "none-to-rt", "restrict-to-be", "idle"}

func costs(names ...string) []field {
	all := make([]field, len(names))
	for i, name := range names {
		all[i] = field{name, anything}
	}
	return all
}

// cpusetKnobs are those of cpuset, of which version 1 has the first two as well.
var cpusetKnobs = map[string]knob{
	fileCPUs:                {list{of: ShapeCPUs}, "the CPUs that its tasks may run on; in version 2, empty is all that the parent has"},
	fileMems:                {list{of: ShapeNodes}, "the memory nodes that its tasks get memory of; in version 2, empty is all that the parent has"},
	"cpuset.cpus.exclusive": {list{of: ShapeCPUs}, "the CPUs that a partition takes for itself"},
	filePartition:           {word{"member", "root", "isolated"}, "whether the group takes its CPUs away from all others; isolated: without load balancing"},
}

// countKnobs are those of pids and hugetlb.
var countKnobs = map[string]knob{
	"pids.max":           {number{high: 4194304, or: "max", usual: "max"}, "how many threads there may be in the group and below it"},
	"hugetlb.*.max":      {limitV2, "hard limit of huge pages of this size"},
	"hugetlb.*.rsvd.max": {limitV2, "hard limit of reservations of huge pages of this size"},
}
