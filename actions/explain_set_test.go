package actions

import (
	"syscall"
	"testing"
)

var setFaults = map[string]explained{
	"no such file for want of a controller": {
		step: setOf("v2", "/lab", "pids.max", "9"), err: met("openat", syscall.ENOENT), files: map[string]string{"v2/lab/cgroup.controllers": "cpu"},
		says: "/lab has no pids.max: the controller pids is not handed to it", help: "write +pids to cgroup.subtree_control of / first",
	},
	"no freezer": {
		step: setOf("v2", "/", "cgroup.freeze", "1"), err: met("openat", syscall.ENOENT),
		says: "/ has no cgroup.freeze: it is the topmost group, or this kernel is too old for the file", help: "choose a group below the topmost one",
	},
	"no such file": {
		step: setOf("cpuset", "/lab", "cpuset.cups", "1"), err: met("openat", syscall.ENOENT),
		says: "cpuset:/lab has no cpuset.cups", help: "choose a file that is there",
	},
	"may not write": {
		step: setOf("cpuset", "/lab", "cpuset.cpus", "1"), err: met("openat", syscall.EACCES),
		says: "anna may not write /cg/cpuset/lab/cpuset.cpus", help: "it takes root, or the user to whom the group was delegated",
	},
	"read-only": {
		step: setOf("cpuset", "/lab", "cpuset.cpus", "1"), err: met("openat", syscall.EROFS),
		says: "the control groups at /cg/cpuset are mounted read-only here, as in most containers", help: "do it from the host, or mount them writable",
	},
	"populated, to threaded": {
		step: setOf("v2", "/lab", "cgroup.type", "threaded"), err: met("write", syscall.EOPNOTSUPP),
		files: map[string]string{"v2/lab/cgroup.events": "populated 1\nfrozen 0", "v2/lab/cgroup.procs": "20\n21"},
		says:  "/lab has processes in it or below it, and only an empty group can become threaded", help: "move them out first: 2 processes (20 sleep, 21 busy)",
	},
	"to threaded below a domain": {
		step: setOf("v2", "/lab/in", "cgroup.type", "threaded"), err: met("write", syscall.EOPNOTSUPP),
		says: "/lab, the group above, cannot be the root of a threaded subtree: it hands on controllers that do not work on threads, or is no valid domain itself",
		help: "take those controllers from its cgroup.subtree_control first, or make it threaded too",
	},
	"back to domain": {
		step: setOf("v2", "/lab", "cgroup.type", "domain"), err: met("write", syscall.EINVAL),
		says: "threaded is all that can be written to cgroup.type: a threaded group never becomes a domain again", help: "remove the group and make it anew",
	},
	"kill threads": {
		step: setOf("v2", "/lab/in", "cgroup.kill", "1"), err: met("write", syscall.EOPNOTSUPP), files: map[string]string{"v2/lab/cgroup.type": "domain threaded"},
		says: "/lab/in is threaded, and only whole processes can be killed, not single threads", help: "kill the group at the top of the threaded subtree: /lab", way: true,
	},
	"freeze by 2": {
		step: setOf("v2", "/lab", "cgroup.freeze", "2"), err: met("write", syscall.ERANGE),
		says: "2 is out of the range of cgroup.freeze", help: "it takes " + KindOf(fileFreeze).Takes,
	},
	"FREEZING": {
		step: setOf("freezer", "/lab", "freezer.state", "FREEZING"), err: met("write", syscall.EINVAL),
		says: "FREEZING is no value for freezer.state", help: "it takes " + KindOf(fileFreezer).Takes,
	},
	"memory in use": {
		step: setOf("memory", "/lab", "memory.limit_in_bytes", "1M"), err: met("write", syscall.EBUSY),
		says: "memory:/lab uses more than 1M, and the kernel could not free enough", help: "end or move some of those in it first: processes",
	},
	"realtime beyond the parent": {
		step: setOf("cpu,cpuacct", "/lab", "cpu.rt_runtime_us", "950000"), err: met("write", syscall.EINVAL),
		says: "950000 is more realtime than cpu,cpuacct:/, the group above, has left, or less than those below are granted", help: "look at cpu.rt_runtime_us of both",
	},
	"quota": {
		step: setOf("cpu,cpuacct", "/lab", "cpu.cfs_quota_us", "10"), err: met("write", syscall.EINVAL),
		says: "10 is below 1000 or above 1000000 microseconds, or grants more than cpu,cpuacct:/, the group above, has", help: "it takes " + KindOf("cpu.cfs_quota_us").Takes,
	},
	"no quota": {
		step: setOf("cpu,cpuacct", "/lab", "cpu.cfs_quota_us", "much"), err: met("write", syscall.EINVAL),
		says: "much is no value for cpu.cfs_quota_us", help: "it takes " + KindOf("cpu.cfs_quota_us").Takes,
	},
	"no such disk": {
		step: setOf("v2", "/lab", "io.max", "9:99 rbps=1"), err: gone(met("write", syscall.ENODEV)),
		says: "there is no block device 9:99", help: "lsblk shows the devices with their numbers; a partition does not do",
	},
	"hostile value": {
		step: setOf("v2", "/lab", "pids.max", "\x1b[2Jx"), err: met("write", syscall.EINVAL),
		says: "?[2Jx is no value for pids.max", help: "it takes " + KindOf("pids.max").Takes,
	},
	"what nobody thought of": {
		step: setOf("v2", "/lab", "pids.max", "9"), err: met("write", syscall.EXDEV),
		says: "the kernel refused to write 9 to pids.max of /lab: invalid cross-device link (EXDEV)",
	},
	"EPERM": {
		step: setOf("v2", "/lab", "pids.max", "9"), err: met("write", syscall.EPERM),
		says: "anna may not do that: operation not permitted (EPERM), to write 9 to pids.max of /lab", help: "it takes root, or the user to whom the group was delegated",
	},
}

// TestExplainDelegation is about a hierarchy in which namespaces are walls.
func TestExplainDelegation(t *testing.T) {
	for name, test := range map[string]explained{
		"topmost of the namespace": {
			step: setOf("v2", "/", "cgroup.max.depth", "1"), err: met("write", syscall.EPERM),
			says: "/ is the topmost group of this control group namespace, and with nsdelegate its cgroup.max.depth is set from outside alone",
			help: "set it in a group below, or from outside of the namespace",
		},
		"topmost, mounted from outside": {
			step: Set{Group: Group{GroupKey: v2("/../../a/b"), Mount: "/cg/v2", Below: "/a/b"}, File: "pids.max", To: "1"}, err: met("write", syscall.EPERM),
			says: "/../../a/b is the topmost group of this control group namespace, and with nsdelegate its pids.max is set from outside alone",
			help: "set it in a group below, or from outside of the namespace",
		},
		"another": {
			step: setOf("v2", "/lab", "pids.max", "1"), err: met("write", syscall.EPERM),
			says: "anna may not do that: operation not permitted (EPERM), to write 1 to pids.max of /lab", help: "it takes root, or the user to whom the group was delegated",
		},
		"across the wall": {
			step: moveInto(in("v2", "/lab"), fileProcs), err: met("write", syscall.ENOENT),
			says: "sleep (20) and /lab are not both inside the same control group namespace, whose walls count since nsdelegate is on",
			help: "move it from outside of that namespace",
		},
	} {
		s, knob := scene(test.files)
		s.Hierarchies[0].Options = []string{"nsdelegate"}
		if got := Explain(test.err, test.step, s, knob); got.Says != test.says || got.Help != test.help {
			t.Errorf("%s: says %q, helps %q\nwant %q and %q", name, got.Says, got.Help, test.says, test.help)
		}
	}
}

func TestExplainSet(t *testing.T) { check(t, setFaults) }

var handing = func(p, value string) Set { return setOf("v2", p, fileSubtree, value) }

var subtreeFaults = map[string]explained{
	"bound to version 1": {
		step: handing("/lab", "+cpuset"), err: gone(met("write", syscall.ENOENT)), files: map[string]string{"v2/lab/cgroup.controllers": "pids"},
		says: "version 2 has not got cpuset: it belongs to version 1 here, mounted at /cg/cpuset",
		help: "make the group there; or remove all groups there and unmount it, so that version 2 gets it back",
	},
	"nowhere": {
		step: handing("/", "+rdma"), err: gone(met("write", syscall.ENOENT)), files: map[string]string{"v2//cgroup.controllers": "pids", "v2/cgroup.controllers": "pids"},
		says: "version 2 has no controller rdma here", help: "it has: pids",
	},
	"not handed on": {
		step: handing("/lab/in", "+io +pids"), err: gone(met("write", syscall.ENOENT)), files: map[string]string{"v2/lab/in/cgroup.controllers": "pids"},
		says: "/lab/in has not got io itself, so that it cannot hand it on", help: "write +io +pids to cgroup.subtree_control of /lab, the group above, first",
	},
	"members inside": {
		step: handing("/lab", "+io"), err: met("write", syscall.EBUSY), files: map[string]string{"v2/lab/cgroup.procs": "20"},
		says: "/lab has 1 process (20 sleep) in it, and a group with processes in it cannot hand on controllers (+io)",
		help: "move them to a leaf first: a group below it that hands on nothing", way: true,
	},
	"taken away": {
		step: handing("/lab", "-pids"), err: met("write", syscall.EBUSY), files: map[string]string{"v2/lab/in/cgroup.subtree_control": "cpu pids"},
		says: "groups below /lab hand on what would be taken from them: /lab/in", help: "write -pids to cgroup.subtree_control of those first",
	},
	"invalid": {
		step: handing("/lab", "+io"), err: met("write", syscall.EOPNOTSUPP), files: map[string]string{"v2/lab/cgroup.type": "domain invalid"},
		says: "/lab is below a threaded group and is no valid domain (domain invalid), so that it cannot hand on controllers", help: "write threaded to its cgroup.type first",
	},
	"threaded": {
		step: handing("/lab", "+io"), err: met("write", syscall.EOPNOTSUPP), files: map[string]string{"v2/lab/cgroup.type": "domain threaded"},
		says: "/lab is in a threaded subtree, where only controllers of threads can be handed on: cpu, cpuset, perf_event and pids",
	},
	"realtime tasks": {
		step: handing("/lab", "+cpu"), err: met("write", syscall.EINVAL), files: map[string]string{"v2/lab/cgroup.controllers": "cpu io"},
		says: "realtime tasks are in groups below /lab, and the controller cpu cannot be handed on while they are",
		help: "move them to the topmost group, or take the realtime policy from them (chrt --other), first",
	},
	"unknown": {
		step: handing("/lab", "nosuch"), err: met("write", syscall.EINVAL), files: map[string]string{"v2/lab/cgroup.controllers": "cpu io"},
		says: "nosuch names a controller that this kernel does not know, or lacks + or - before a name; nothing of it was done", help: "write +NAME or -NAME; /lab has: cpu io",
	},
}

func TestExplainSubtree(t *testing.T) { check(t, subtreeFaults) }
