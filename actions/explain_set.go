package actions

import "syscall"

// The files that a cause is about.
const (
	cpusFile  = "cpuset.cpus cpus"
	memsFile  = "cpuset.mems mems"
	setFiles  = cpusFile + " " + memsFile
	soleFiles = "cpuset.cpu_exclusive cpuset.mem_exclusive cpu_exclusive mem_exclusive"
)

// setCauses are the errors of writing a control file, the special ones first.
var setCauses = [][]cause{
	{
		{
			errno: syscall.ENOENT, op: "open", version: 2, when: lacksController,
			says: "{group} has no {file}: the controller {controller} is not handed to it",
			help: "write +{controller} to cgroup.subtree_control of {parent} first",
		},
		{
			errno: syscall.ENOENT, op: "open", files: "cgroup.*", when: stillThere,
			says: "{group} has no {file}: it is the topmost group, or this kernel is too old for the file",
			help: "choose a group below the topmost one",
		},
		{errno: syscall.ENOENT, op: "open", when: stillThere, says: "{group} has no {file}", help: "choose a file that is there"},
		{
			errno: syscall.EPERM, op: "write", version: 2, when: delegated,
			says: "{group} is the topmost group of this control group namespace, and with nsdelegate its {file} is set from outside alone",
			help: "set it in a group below, or from outside of the namespace",
		},
	},
	coreCauses, subtreeCauses, cpusetCauses, resourceCauses, valueCauses,
}

// coreCauses are those of the files that every group of version 2 has, and of the freezer of version 1.
var coreCauses = []cause{
	{
		errno: syscall.EOPNOTSUPP, files: "cgroup.type", when: populated,
		says: "{group} has processes in it or below it, and only an empty group can become threaded", help: "move them out first: {members}",
	},
	{
		errno: syscall.EOPNOTSUPP, files: "cgroup.type",
		says: "{parent}, the group above, cannot be the root of a threaded subtree: it hands on controllers that do not work on threads, or is no valid domain itself",
		help: "take those controllers from its cgroup.subtree_control first, or make it threaded too",
	},
	{
		errno: syscall.EINVAL, files: "cgroup.type",
		says: "threaded is all that can be written to cgroup.type: a threaded group never becomes a domain again", help: "remove the group and make it anew",
	},
	{
		errno: syscall.EOPNOTSUPP, files: fileKill,
		says: "{group} is threaded, and only whole processes can be killed, not single threads",
		help: "kill the group at the top of the threaded subtree: {domain}", way: killDomain,
	},
}

// resourceCauses are those of the controllers of CPU time, memory and devices.
var resourceCauses = []cause{
	{
		errno: syscall.EBUSY, files: "memory.*",
		says: "{group} uses more than {value}, and the kernel could not free enough", help: "end or move some of those in it first: {members}",
	},
	{
		errno: syscall.EINVAL, files: "cpu.rt_runtime_us cpu.rt_period_us",
		says: "{value} is more realtime than {parent}, the group above, has left, or less than those below are granted", help: "look at cpu.rt_runtime_us of both",
	},
	{
		errno: syscall.EBUSY, files: "cpu.rt_runtime_us",
		says: "realtime tasks are in {group}, which would get no time at all", help: "move them out, or take the realtime policy from them (chrt --other), first",
	},
	{
		errno: syscall.EINVAL, files: "cpu.cfs_quota_us cpu.cfs_period_us", when: numeric,
		says: "{value} is below 1000 or above 1000000 microseconds, or grants more than {parent}, the group above, has", help: "{takes}",
	},
	{
		errno: syscall.EINVAL, files: "memory.memsw.limit_in_bytes memory.limit_in_bytes", when: numeric,
		says: "memory and swap together must be allowed at least as much as memory alone", help: "raise memory.memsw.limit_in_bytes first, or lower memory.limit_in_bytes",
	},
	{errno: syscall.ENODEV, files: "io.* blkio.*", says: "there is no block device {device}", help: "lsblk shows the devices with their numbers; a partition does not do"},
	{errno: syscall.EOPNOTSUPP, files: "io.* blkio.*", says: "the scheduler of the block device {device} cannot do that", help: "choose another in /sys/block/NAME/queue/scheduler"},
	{errno: syscall.EPERM, op: "write", files: "devices.*", says: "a group cannot allow a device that {parent}, the group above, does not, and only CAP_SYS_ADMIN may change it"},
	{errno: syscall.EPERM, op: "write", files: "release_agent", says: "only root of the host may say what runs when a group is empty"},
}

// valueCauses are those of any file.
var valueCauses = []cause{
	{errno: syscall.EINVAL, op: "write", says: "{value} is no value for {file}", help: "{takes}"},
	{errno: syscall.ERANGE, op: "write", says: "{value} is out of the range of {file}", help: "{takes}"},
	{errno: syscall.EBUSY, op: "write", says: "{group} is in use, so that {file} cannot be changed now"},
	{errno: syscall.EOPNOTSUPP, says: "{file} does not work in {group}, a group of the type {type}"},
	{errno: syscall.EACCES, op: "open", says: "{user} may not write {path}", help: "it takes root, or the user to whom the group was delegated"},
	{errno: syscall.EACCES, op: "read", says: "{user} may not read {path}", help: "it takes root, or the user to whom the group was delegated"},
}
