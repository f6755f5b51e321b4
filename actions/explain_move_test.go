package actions

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
)

var withPolicy = func(policy string) map[string]string {
	return map[string]string{
		"/proc/20/task/20/stat":             "20 (a b) c) S" + strings.Repeat(" 0", 37) + " " + policy + " 0 0",
		"cpu,cpuacct/lab/cpu.rt_runtime_us": "0",
	}
}

var moveFaults = map[string]explained{
	"cpuset without anything": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: met("write", syscall.ENOSPC),
		says: "cpuset:/lab has no CPUs or memory nodes yet, so no task may enter it", help: "set cpuset.cpus and cpuset.mems first", way: true,
	},
	"cpuset without nodes": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: met("write", syscall.ENOSPC), files: map[string]string{"cpuset/lab/cpuset.cpus": "1"},
		says: "cpuset:/lab has no memory nodes yet, so no task may enter it", help: "set cpuset.cpus and cpuset.mems first", way: true,
	},
	"no internal process": {
		step: moveInto(in("v2", "/lab"), fileProcs), err: met("write", syscall.EBUSY), files: map[string]string{"v2/lab/cgroup.subtree_control": "io pids"},
		says: "/lab hands on io pids to the groups below it, and then no process may be in it itself", help: "choose a group below it that hands on nothing, such as /lab/in",
	},
	"domain invalid": {
		step: moveInto(in("v2", "/lab"), fileProcs), err: met("write", syscall.EOPNOTSUPP), files: map[string]string{"v2/lab/cgroup.type": "domain invalid"},
		says: "/lab is below a threaded group and is no valid domain (domain invalid), so that it takes nobody", help: "write threaded to its cgroup.type: then it takes threads",
	},
	"a thread to a domain": {
		step: moveInto(in("v2", "/lab"), fileThreads), err: met("write", syscall.EOPNOTSUPP), files: map[string]string{"v2/lab/cgroup.type": "domain"},
		says: "/lab is no threaded group, so that single threads cannot be moved into it from outside", help: "move the whole process, or make a threaded subtree",
	},
	"a thread to another subtree": {
		step: moveInto(in("v2", "/lab/in"), fileThreads), err: met("write", syscall.EOPNOTSUPP),
		files: map[string]string{"v2/lab/in/cgroup.type": "threaded", "v2/lab/cgroup.type": "domain threaded"},
		says:  "sleep (20) is of another threaded subtree than /lab/in: a thread cannot leave the subtree of its process", help: "move the whole process to the top of that subtree (/lab) first",
	},
	"the common ancestor": {
		step: moveInto(in("v2", "/lab/in"), fileProcs), err: met("write", syscall.EACCES),
		says: "a move also takes the right to write cgroup.procs of the group above both places, /cg/v2/cgroup.procs", help: "it takes root, or that one be delegated too",
	},
	"another's process": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: met("write", syscall.EACCES),
		says: "sleep (20) belongs to another user than anna, who may move only what is his own", help: "as root it works",
	},
	"may not write": {
		step: moveInto(in("v2", "/lab"), fileProcs), err: met("openat", syscall.EACCES),
		says: "anna may not write /cg/v2/lab/cgroup.procs", help: "it takes root, or the user to whom the group was delegated",
	},
	"kernel thread": {
		step: Move{Task: probe.TaskKey{PID: 2, TID: 2}, Comm: "kthreadd", From: in("v2", "/"), To: in("v2", "/lab"), File: fileProcs}, err: met("write", syscall.EINVAL),
		says: "kthreadd (2) is a kernel thread that is bound to where it is", help: "those cannot be moved; kernel threads that are free to run anywhere can",
	},
	"realtime": {
		step: moveInto(in("cpu,cpuacct", "/lab"), fileProcs), err: met("write", syscall.EINVAL), files: withPolicy("1"),
		says: "sleep (20) is a realtime task, and cpu,cpuacct:/lab grants no realtime: its cpu.rt_runtime_us is 0",
		help: "write some microseconds to cpu.rt_runtime_us first, or take the realtime policy from it (chrt --other)",
	},
	"perhaps realtime": {
		step: moveInto(in("cpu,cpuacct", "/lab"), fileProcs), err: met("write", syscall.EINVAL), files: map[string]string{"cpu,cpuacct/lab/cpu.rt_runtime_us": "0"},
		says: "sleep (20) may be a realtime task, and cpu,cpuacct:/lab grants no realtime: its cpu.rt_runtime_us is 0",
		help: "write some microseconds to cpu.rt_runtime_us first, or take the realtime policy from it (chrt --other)",
	},
	"not realtime": {
		step: moveInto(in("cpu,cpuacct", "/lab"), fileProcs), err: met("write", syscall.EINVAL), files: withPolicy("0"),
		says: "the kernel does not let sleep (20) go: it is still being made, is bound to its CPU, or is realtime where the group grants none", help: "try again",
	},
	"not allowed to schedule": {
		step: moveInto(in("cpuset", "/lab"), fileTasks), err: met("write", syscall.EPERM),
		says: "anna may not decide where sleep (20) runs, as a cpuset would", help: "it takes CAP_SYS_NICE over that process, or root",
	},
	"ended": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: met("write", syscall.ESRCH), says: "sleep (20) has ended meanwhile", help: "look again",
	},
	"gone": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: fmt.Errorf("open process 20: %w", gone(met("openat", syscall.ENOENT))),
		says: "sleep (20) is gone since it was shown", help: "look again",
	},
	"group gone": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: fmt.Errorf("open group: %w", gone(met("openat", syscall.ENOENT))),
		says: "the group cpuset:/lab is gone since it was shown", help: "look again",
	},
	"moved by another": {
		step: moveInto(in("cpuset", "/lab"), fileTasks), err: fmt.Errorf("%w: thread 20 is in cpuset:/in by now", ErrStale),
		says: "sleep (20) is not in the group any more in which it was shown: somebody else has moved it", help: "look again, and decide anew",
	},
	"replaced": {
		step: moveInto(in("cpuset", "/lab"), fileProcs), err: fmt.Errorf("process 20: %w", ErrReplaced),
		says: "sleep (20) is not the one that was shown: another has taken its name or number", help: "look again, and choose anew",
	},
}

func TestExplainMove(t *testing.T) { check(t, moveFaults) }
