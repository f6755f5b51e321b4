package actions

import (
	"slices"
	"syscall"
)

// causesOf returns the causes that are special to a kind of step.
func causesOf(step Step) [][]cause {
	switch step.(type) {
	case Set:
		return slices.Clone(setCauses)
	case Move:
		return [][]cause{moveCauses}
	case Make:
		return [][]cause{makeCauses}
	case Remove:
		return [][]cause{removeCauses}
	case Signal, SignalGroup:
		return [][]cause{signalCauses}
	case Mount:
		return [][]cause{mountCauses}
	case Unmount:
		return [][]cause{unmountCauses}
	case Enter, Run:
		return [][]cause{startCauses}
	}
	return nil
}

var makeCauses = []cause{
	{errno: syscall.EEXIST, says: "{path} is there already: a group, or a control file of {parent}", help: "choose another name"},
	{
		errno: syscall.EAGAIN, version: 2, when: tooDeep,
		says: "{limited} allows no group that deep below it: its cgroup.max.depth is {depth}", help: "raise cgroup.max.depth of {limited}, or make the group further up",
	},
	{
		errno: syscall.EAGAIN, version: 2, when: tooMany,
		says: "{limited} allows no more groups below it: its cgroup.max.descendants is {descendants}", help: "raise cgroup.max.descendants of {limited}, or remove other groups",
	},
	{errno: syscall.EAGAIN, says: "a group above limits how deep or how many groups may be below it", help: "look at cgroup.max.depth and cgroup.max.descendants of the groups above"},
	{errno: syscall.ENOENT, says: "{parent}, the group above, is not there", help: "make that first"},
	{errno: syscall.ENOTDIR, says: "a control file stands where {parent} ought to be", help: "choose another name"},
	{errno: syscall.EINVAL, says: "the kernel takes no group of the name {name}", help: "choose a name without a newline"},
	{errno: syscall.ENAMETOOLONG, says: "the path of the group is too long for the kernel", help: "choose a shorter name"},
	{errno: syscall.ENOSPC, says: "the kernel has no numbers for groups left: removed ones that are still charged for memory keep theirs", help: "let the kernel free memory, as by writing to memory.force_empty or memory.reclaim"},
	{errno: syscall.ENODEV, says: "{parent}, the group above, is being removed", help: "look again"},
	{errno: syscall.EPERM, says: "{user} has no right to make a group in {parent}", help: "a security module or the namespace forbids it: do it from outside"},
	{errno: syscall.EACCES, says: "{user} may not make a group in {parent}", help: "it takes root, or the user to whom {parent} was delegated"},
}

var removeCauses = []cause{
	{errno: syscall.EBUSY, when: hasBelow, says: "{group} has {below} below it", help: "remove those first, from the bottom up", way: removeAll},
	{errno: syscall.ENOTEMPTY, says: "{group} has {below} below it", help: "remove those first, from the bottom up", way: removeAll},
	{errno: syscall.EBUSY, when: hasMembers, says: "{group} has {members} in it", help: "move them to the group above first", way: removeAll},
	{errno: syscall.EBUSY, when: hasThreads, says: "{group} has {threads} in it, of processes that are elsewhere", help: "move them to the group above first", way: removeAll},
	{errno: syscall.EBUSY, says: "{group} is still in use, though nobody seems to be in it: one that has just died may be on its way out, or belong to another pid namespace", help: "try again in a moment"},
	{errno: syscall.EPERM, says: "{user} has no right to remove {group}", help: "it takes root, or the user who owns the group above"},
	{errno: syscall.EACCES, says: "{user} may not remove a group of {parent}", help: "it takes root, or the user to whom {parent} was delegated"},
}

var signalCauses = []cause{
	{errno: syscall.EPERM, says: "{target} belongs to another user than {user}, or to another user namespace", help: "it takes CAP_KILL over it, as root has"},
	{errno: syscall.ESRCH, says: "{target} has ended meanwhile", help: "look again"},
	{errno: syscall.EINVAL, says: "there is no signal of that number", help: "choose one from 1 to 64"},
	{errno: syscall.EAGAIN, says: "{target} has so many signals waiting that the kernel keeps no more", help: "try again, or send one that is no realtime signal"},
	{errno: syscall.EOPNOTSUPP, op: "read", version: 2, says: "{group} is threaded, so that its processes cannot be listed", help: "signal the group at the top of the threaded subtree: {domain}"},
	{errno: syscall.EBADF, says: "{target} cannot be held on to, so that the signal might reach another one", help: "it takes Linux 5.3"},
}

var mountCauses = []cause{
	{
		errno: syscall.EBUSY, when: mountedElsewhere,
		says: "a hierarchy with some of {options} is mounted already: {elsewhere}", help: "mount exactly that combination, or use it where it is",
	},
	{
		errno: syscall.EBUSY,
		says:  "{options} cannot be mounted: version 2 hands it on, or it is part of another hierarchy, or {dir} is one's mount point already",
		help:  "take it from every cgroup.subtree_control first (write -NAME, from the bottom up)",
	},
	{errno: syscall.EINVAL, says: "this kernel has no version 1 controller {options}, or it is turned off", help: "look at /proc/cgroups, and for cgroup_disable= and cgroup_no_v1= in /proc/cmdline"},
	{errno: syscall.ENOENT, op: "mkdir", says: "the directory above {dir} is not there", help: "make that first"},
	{errno: syscall.ENOENT, says: "{dir} is not there, or this kernel has no version 1 controller {options}", help: "make the directory, and look at /proc/cgroups"},
	{errno: syscall.ENODEV, says: "this kernel was built without version 1 of control groups", help: "use version 2"},
	{errno: syscall.EEXIST, says: "{dir} is there already", help: "mount on it as it is, or choose another directory"},
	{errno: syscall.ENOTDIR, says: "{dir} is no directory", help: "choose a directory"},
	{errno: syscall.EROFS, says: "nothing can be made at {dir}: the file system there is mounted read-only", help: "choose a directory elsewhere, as in /run"},
	{errno: syscall.EPERM, says: "{user} may not mount control groups here", help: "it takes CAP_SYS_ADMIN in the user namespace that the system booted with, as root of the host has"},
	{errno: syscall.EACCES, says: "{user} may not make or mount on {dir}", help: "it takes root"},
}

var unmountCauses = []cause{
	{errno: syscall.EBUSY, says: "some process has {dir} open, or works in it", help: "have those leave it first: fuser -vm {dir} names them"},
	{errno: syscall.EINVAL, says: "nothing is mounted at {dir} (any more)", help: "look again"},
	{errno: syscall.ENOENT, says: "{dir} is not there (any more)", help: "look again"},
	{errno: syscall.EPERM, says: "{user} may not unmount {dir}", help: "it takes CAP_SYS_ADMIN in the user namespace that owns this mnt namespace, as root of the host has"},
}
