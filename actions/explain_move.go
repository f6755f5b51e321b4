package actions

import "syscall"

// moveCauses are the errors of moving a task, the special ones first.
var moveCauses = []cause{
	{is: ErrStale, says: "{task} is not in the group any more in which it was shown: somebody else has moved it", help: "look again, and decide anew"},
	{
		errno: syscall.ENOSPC, holder: "cpuset",
		says: "{group} has no {missing} yet, so no task may enter it", help: "set cpuset.cpus and cpuset.mems first", way: fillCPUSet,
	},
	{errno: syscall.ENOSPC, says: "{group} has no CPU or no memory node that works, so no task may enter it", help: "look at cpuset.cpus.effective of it"},
	{
		errno: syscall.EBUSY, version: 2,
		says: "{group} hands on {handed} to the groups below it, and then no process may be in it itself", help: "choose a group below it that hands on nothing{leaves}",
	},
	{errno: syscall.EBUSY, holder: "cpuset", says: "{task} has a deadline that the CPUs of {group} cannot meet", help: "take the deadline policy from it (chrt --other) first"},
	{
		errno: syscall.EOPNOTSUPP, when: invalid,
		says: "{group} is below a threaded group and is no valid domain (domain invalid), so that it takes nobody", help: "write threaded to its cgroup.type: then it takes threads",
	},
	{
		errno: syscall.EOPNOTSUPP, files: fileThreads, when: unthreaded,
		says: "{group} is no threaded group, so that single threads cannot be moved into it from outside", help: "move the whole process, or make a threaded subtree",
	},
	{
		errno: syscall.EOPNOTSUPP, files: fileThreads,
		says: "{task} is of another threaded subtree than {group}: a thread cannot leave the subtree of its process", help: "move the whole process to the top of that subtree ({domain}) first",
	},
	{errno: syscall.EOPNOTSUPP, says: "{group}, of the type {type}, does not take {task}", help: "look at cgroup.type of it and of the groups above"},
	{
		errno: syscall.EACCES, op: "write", version: 2,
		says: "a move also takes the right to write cgroup.procs of the group above both places, {ancestor}{may}", help: "it takes root, or that one be delegated too",
	},
	{
		errno: syscall.EACCES, op: "write", version: 1,
		says: "{task} belongs to another user than {user}, who may move only what is his own", help: "as root it works",
	},
	{
		errno: syscall.ENOENT, op: "write", version: 2, when: delegating,
		says: "{task} and {group} are not both inside the same control group namespace, whose walls count since nsdelegate is on", help: "move it from outside of that namespace",
	},
	{errno: syscall.EINVAL, when: kernelThread, says: "{task} is a kernel thread that is bound to where it is", help: "those cannot be moved; kernel threads that are free to run anywhere can"},
	{
		errno: syscall.EINVAL, holder: "cpu", when: realtime,
		says: "{task} is a realtime task, and {group} grants no realtime: its cpu.rt_runtime_us is {runtime}",
		help: "write some microseconds to cpu.rt_runtime_us first, or take the realtime policy from it (chrt --other)",
	},
	{
		errno: syscall.EINVAL, holder: "cpu", when: mayBeRealtime,
		says: "{task} may be a realtime task, and {group} grants no realtime: its cpu.rt_runtime_us is {runtime}",
		help: "write some microseconds to cpu.rt_runtime_us first, or take the realtime policy from it (chrt --other)",
	},
	{errno: syscall.EINVAL, says: "the kernel does not let {task} go: it is still being made, is bound to its CPU, or is realtime where the group grants none", help: "try again"},
	{errno: syscall.EPERM, says: "{user} may not decide where {task} runs, as a cpuset would", help: "it takes CAP_SYS_NICE over that process, or root"},
	{errno: syscall.ESRCH, says: "{task} has ended meanwhile", help: "look again"},
	{errno: syscall.EAGAIN, says: "{group} has no room for {task} now, or it is just ending", help: "try again"},
	{errno: syscall.EACCES, op: "open", says: "{user} may not write {path}", help: "it takes root, or the user to whom the group was delegated"},
	{errno: syscall.ENOENT, op: "open", files: fileThreads, when: stillThere, says: "{group} has no {file}: this kernel cannot move single threads in version 2", help: "move the whole process"},
}
