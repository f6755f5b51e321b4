package actions

import "strings"

// writeOnly are the files that do something when they are written, and say nothing.
var writeOnly = map[string]knob{
	fileKill:               {word{"1"}, "1 kills all processes in the group and below it"},
	"memory.reclaim":       {reclaim{}, "takes memory from the group now"},
	"memory.force_empty":   {word{"0"}, "takes as much memory from the group as can be taken"},
	"devices.allow":        {device{}, "devices that the group may use from now on"},
	"devices.deny":         {device{}, "devices that the group may use no more"},
	"blkio.reset_stats":    {word{"1"}, "sets the group's counters to zero"},
	"cgroup.event_control": {text{what: "descriptors of the process that writes"}, "has the kernel tell the writer of an event"},
}

// resets are the files that tell, and that a write sets back.
var resets = map[string]knob{
	"cpuacct.usage":                      {word{"0"}, "CPU time used, in nanoseconds; 0 begins anew"},
	"memory.failcnt":                     {word{"0"}, "how often the limit was met; 0 begins anew"},
	"memory.max_usage_in_bytes":          {word{"0"}, "the most memory that was used; 0 begins anew"},
	"memory.memsw.failcnt":               {word{"0"}, "how often the limit was met; 0 begins anew"},
	"memory.memsw.max_usage_in_bytes":    {word{"0"}, "the most memory and swap that was used; 0 begins anew"},
	"memory.kmem.failcnt":                {word{"0"}, "how often the limit was met; 0 begins anew"},
	"memory.kmem.max_usage_in_bytes":     {word{"0"}, "the most of the kernel's memory that was used; 0 begins anew"},
	"memory.kmem.tcp.failcnt":            {word{"0"}, "how often the limit was met; 0 begins anew"},
	"memory.kmem.tcp.max_usage_in_bytes": {word{"0"}, "the most of TCP's buffers that was used; 0 begins anew"},
	"hugetlb.*.failcnt":                  {word{"0"}, "how often the limit was met; 0 begins anew"},
	"hugetlb.*.rsvd.failcnt":             {word{"0"}, "how often the limit was met; 0 begins anew"},
	"hugetlb.*.max_usage_in_bytes":       {word{"0"}, "the most that was used; 0 begins anew"},
	"hugetlb.*.rsvd.max_usage_in_bytes":  {word{"0"}, "the most that was reserved; 0 begins anew"},
}

// readOnly are the files that only tell. Of memory.peak and the pressure files the kernel's cgroup-v2 document says that
// they take writes: those hold only for the one who keeps the file open, and are lost with the write done here.
var readOnly = told(map[string]string{
	"cgroup.controllers":      "the controllers that the group has",
	"cgroup.events":           "whether anybody is in the group or below it, and whether it is frozen",
	"cgroup.stat":             "how many groups are below, and how many of them are dying",
	"cgroup.stat.local":       "for how long the group was frozen",
	"cgroup.sane_behavior":    "always 0",
	"cpu.stat cpu.stat.local": "CPU time used, and how long quotas kept tasks waiting",

	"cpu.pressure io.pressure memory.pressure irq.pressure": "how long tasks waited for it",

	"cpuacct.stat cpuacct.usage_all cpuacct.usage_percpu cpuacct.usage_percpu_sys cpuacct.usage_percpu_user cpuacct.usage_sys cpuacct.usage_user": "CPU time used",
	"memory.current memory.usage_in_bytes memory.swap.current memory.zswap.current memory.memsw.usage_in_bytes":                                   "what is used, in bytes",

	"memory.kmem.usage_in_bytes memory.kmem.tcp.usage_in_bytes": "what the kernel uses for the group, in bytes",
	"memory.peak memory.swap.peak pids.peak":                    "the most that was used",
	"memory.events memory.events.local memory.swap.events":      "how often limits were met",
	"memory.stat memory.numa_stat memory.kmem.slabinfo":         "what the memory is used for",

	"memory.pressure_level":         "the file that cgroup.event_control watches",
	"io.stat":                       "bytes and operations, read and written, by device",
	"pids.current":                  "how many threads there are",
	"pids.events pids.events.local": "how often the limit was met",

	"cpuset.cpus.effective cpuset.effective_cpus": "the CPUs that its tasks may really run on",
	"cpuset.mems.effective cpuset.effective_mems": "the memory nodes that its tasks really get memory of",

	"cpuset.cpus.exclusive.effective": "the CPUs that a partition would really take",
	"cpuset.cpus.isolated":            "the CPUs of all isolated partitions",
	"cpuset.memory_pressure":          "how often tasks had to wait for memory",

	"freezer.self_freezing freezer.parent_freezing": "whether the group, or one above it, is to be frozen",

	"devices.list":     "the devices that the group may use",
	"net_prio.prioidx": "the kernel's number for the group",

	"rdma.current misc.current dmem.current": "what is used of each resource",

	"misc.peak rdma.peak":                                         "the most that was used of each resource",
	"misc.capacity dmem.capacity":                                 "what there is of each resource",
	"misc.events misc.events.local rdma.events rdma.events.local": "how often limits were met",

	"hugetlb.*.current hugetlb.*.rsvd.current hugetlb.*.usage_in_bytes": "huge pages of this size that are used, in bytes",
	"hugetlb.*.rsvd.usage_in_bytes hugetlb.*.numa_stat":                 "huge pages of this size that are used or reserved",
	"hugetlb.*.events hugetlb.*.events.local":                           "how often the limit was met",

	"blkio.throttle.io_service_bytes blkio.throttle.io_service_bytes_recursive blkio.bfq.io_service_bytes blkio.bfq.io_service_bytes_recursive": "bytes by device",
	"blkio.throttle.io_serviced blkio.throttle.io_serviced_recursive blkio.bfq.io_serviced blkio.bfq.io_serviced_recursive":                     "operations by device",
})

// told makes the table of files that only tell: several of one meaning are parted by blanks.
func told(means map[string]string) map[string]knob {
	all := map[string]knob{}
	for files, what := range means {
		for _, file := range strings.Fields(files) {
			all[file] = knob{means: what}
		}
	}
	return all
}

// device is a rule of devices.allow and devices.deny; see admin-guide/cgroup-v1/devices.rst of the kernel.
type device struct{ single }

func (device) takes() string {
	return "a for all, or b or c, MAJOR:MINOR with * for any, and some of rwm, as in c 1:3 rwm"
}

func (device) shape() KnobShape { return ShapeText }

func (device) check(value string) bool {
	if value == "a" {
		return true
	}
	f := strings.Fields(value)
	if len(f) != 3 || len(f[0]) != 1 || !strings.Contains("abc", f[0]) || strings.Trim(f[2], "rwm") != "" || len(f[2]) > 3 {
		return false
	}
	return deviceNumber(strings.ReplaceAll(f[1], "*", "0"))
}
