package actions

import "syscall"

// subtreeCauses are those of handing on controllers in version 2.
var subtreeCauses = []cause{
	{
		errno: syscall.ENOENT, op: "write", files: fileSubtree, when: boundToV1,
		says: "version 2 has not got {lacking}: it belongs to version 1 here, mounted at {v1mount}",
		help: "make the group there; or remove all groups there and unmount it, so that version 2 gets it back",
	},
	{
		errno: syscall.ENOENT, op: "write", files: fileSubtree, when: topmost,
		says: "version 2 has no controller {lacking} here", help: "it has: {controllers}",
	},
	{
		errno: syscall.ENOENT, op: "write", files: fileSubtree,
		says: "{group} has not got {lacking} itself, so that it cannot hand it on", help: "write {value} to cgroup.subtree_control of {parent}, the group above, first",
	},
	{
		errno: syscall.EBUSY, files: fileSubtree, when: takesAway,
		says: "groups below {group} hand on what would be taken from them: {users}", help: "write {value} to cgroup.subtree_control of those first",
	},
	{
		errno: syscall.EBUSY, files: fileSubtree,
		says: "{group} has {members} in it, and a group with processes in it cannot hand on controllers ({value})",
		help: "move them to a leaf first: a group below it that hands on nothing", way: toLeaf,
	},
	{
		errno: syscall.EOPNOTSUPP, files: fileSubtree, when: invalid,
		says: "{group} is below a threaded group and is no valid domain (domain invalid), so that it cannot hand on controllers", help: "write threaded to its cgroup.type first",
	},
	{
		errno: syscall.EOPNOTSUPP, files: fileSubtree,
		says: "{group} is in a threaded subtree, where only controllers of threads can be handed on: cpu, cpuset, perf_event and pids",
	},
	{
		errno: syscall.EINVAL, files: fileSubtree, when: handsOnCPU,
		says: "realtime tasks are in groups below {group}, and the controller cpu cannot be handed on while they are",
		help: "move them to the topmost group, or take the realtime policy from them (chrt --other), first",
	},
	{
		errno: syscall.EINVAL, files: fileSubtree,
		says: "{value} names a controller that this kernel does not know, or lacks + or - before a name; nothing of it was done", help: "write +NAME or -NAME; {group} has: {controllers}",
	},
}

// cpusetCauses are those of CPUs and memory nodes; see cpuset(7), "Errors".
var cpusetCauses = []cause{
	{errno: syscall.ERANGE, files: cpusFile, says: "{value} names a CPU beyond those that there are", help: "online are {online}"},
	{errno: syscall.ERANGE, files: memsFile, says: "{value} names a memory node beyond those that there are", help: "choose from {allowed}"},
	{errno: syscall.EACCES, op: "write", files: setFiles, when: topmost, says: "the topmost group has all there are: its {file} cannot be written", help: "make a group below it"},
	{
		errno: syscall.EACCES, op: "write", files: setFiles,
		says: "{parent}, the group above, has not all of {value}: its {file} is {allowed}", help: "choose from {allowed}, or set {file} of {parent} first",
	},
	{errno: syscall.EACCES, op: "write", files: soleFiles, says: "{group} cannot be exclusive, since {parent}, the group above, is not", help: "write 1 to {file} of {parent} first"},
	{errno: syscall.EBUSY, files: setFiles, when: wider, says: "groups below {group} have more than {value}: {widest}", help: "narrow those first"},
	{errno: syscall.EBUSY, files: setFiles, says: "tasks with a deadline are in {group}, which need the CPUs that it has", help: "take the deadline policy from them (chrt --other) first"},
	{errno: syscall.EBUSY, files: soleFiles, says: "groups below {group} are exclusive themselves", help: "write 0 to {file} of those first"},
	{
		errno: syscall.ENOSPC, files: cpusFile,
		says: "{group} has {members} in it, which must keep at least one CPU", help: "choose from {allowed}, or move them out first",
	},
	{
		errno: syscall.ENOSPC, files: memsFile,
		says: "{group} has {members} in it, which must keep at least one memory node", help: "choose from {allowed}, or move them out first",
	},
	{
		errno: syscall.EINVAL, files: setFiles + " " + soleFiles + " cpuset.cpus.exclusive", when: contested,
		says: "groups beside {group} have some of that, and one of them is, or would be, exclusive: {rivals}", help: "choose others, or write 0 to the exclusive file of those",
	},
	{errno: syscall.EINVAL, files: cpusFile, when: wellFormed, says: "{value} names a CPU that is not online", help: "online are {online}"},
	{errno: syscall.EINVAL, files: memsFile, when: wellFormed, says: "{value} names a memory node without memory, or that there is not", help: "choose from {allowed}"},
}
