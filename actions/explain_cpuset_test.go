package actions

import (
	"syscall"
	"testing"
)

var cpusetFiles = map[string]string{
	"cpuset/cpuset.cpus": "0-1", "cpuset/cpuset.effective_cpus": "0-1", "cpuset/lab/cpuset.cpus": "0-1", "cpuset/lab/cpuset.effective_cpus": "0-1",
	"cpuset/lab/in/cpuset.cpus": "1", "cpuset/rival/cpuset.cpus": "1", "cpuset/rival/cpuset.cpu_exclusive": "1", "cpuset/lab/cgroup.procs": "20\n21",
	"cpuset/cpuset.mems": "0", "cpuset/cpuset.effective_mems": "0",
}
var setLab = func(file, value string) Set { return setOf("cpuset", "/lab", file, value) }

var cpusetFaults = map[string]explained{
	"beyond all": {step: setLab("cpuset.cpus", "9"), err: met("write", syscall.ERANGE), files: cpusetFiles, says: "9 names a CPU beyond those that there are", help: "online are 0-1"},
	"no such node": {
		step: setLab("cpuset.mems", "999"), err: met("write", syscall.ERANGE), files: cpusetFiles, says: "999 names a memory node beyond those that there are", help: "choose from 0",
	},
	"topmost": {
		step: setOf("cpuset", "/", "cpuset.cpus", "0"), err: met("write", syscall.EACCES), files: cpusetFiles,
		says: "the topmost group has all there are: its cpuset.cpus cannot be written", help: "make a group below it",
	},
	"beyond the parent": {
		step: setOf("cpuset", "/lab/in", "cpuset.cpus", "0-3"), err: met("write", syscall.EACCES), files: cpusetFiles,
		says: "cpuset:/lab, the group above, has not all of 0-3: its cpuset.cpus is 0-1", help: "choose from 0-1, or set cpuset.cpus of cpuset:/lab first",
	},
	"not exclusive above": {
		step: setOf("cpuset", "/lab/in", "cpuset.cpu_exclusive", "1"), err: met("write", syscall.EACCES), files: cpusetFiles,
		says: "cpuset:/lab/in cannot be exclusive, since cpuset:/lab, the group above, is not", help: "write 1 to cpuset.cpu_exclusive of cpuset:/lab first",
	},
	"narrower than a child": {
		step: setLab("cpuset.cpus", "0"), err: met("write", syscall.EBUSY), files: cpusetFiles,
		says: "groups below cpuset:/lab have more than 0: cpuset:/lab/in has 1", help: "narrow those first",
	},
	"deadline tasks": {
		step: setLab("cpuset.cpus", "1"), err: met("write", syscall.EBUSY), files: cpusetFiles,
		says: "tasks with a deadline are in cpuset:/lab, which need the CPUs that it has", help: "take the deadline policy from them (chrt --other) first",
	},
	"exclusive below": {
		step: setLab("cpuset.cpu_exclusive", "0"), err: met("write", syscall.EBUSY), files: cpusetFiles,
		says: "groups below cpuset:/lab are exclusive themselves", help: "write 0 to cpuset.cpu_exclusive of those first",
	},
	"emptied": {
		step: setLab("cpuset.cpus", ""), err: met("write", syscall.ENOSPC), files: cpusetFiles,
		says: "cpuset:/lab has 2 processes (20 sleep, 21 busy) in it, which must keep at least one CPU", help: "choose from 0-1, or move them out first",
	},
	"without memory": {
		step: setLab("cpuset.mems", ""), err: met("write", syscall.ENOSPC), files: cpusetFiles,
		says: "cpuset:/lab has 2 processes (20 sleep, 21 busy) in it, which must keep at least one memory node", help: "choose from 0, or move them out first",
	},
	"held by a sibling": {
		step: setLab("cpuset.cpus", "0-1"), err: met("write", syscall.EINVAL), files: cpusetFiles,
		says: "groups beside cpuset:/lab have some of that, and one of them is, or would be, exclusive: cpuset:/rival has 1", help: "choose others, or write 0 to the exclusive file of those",
	},
	"offline": {
		step: setLab("cpuset.cpus", "0,3"), err: met("write", syscall.EINVAL), files: cpusetFiles, says: "0,3 names a CPU that is not online", help: "online are 0-1",
	},
	"no list": {
		step: setLab("cpuset.cpus", "one"), err: met("write", syscall.EINVAL), files: cpusetFiles, says: "one is no value for cpuset.cpus", help: "it takes " + KindOf("cpuset.cpus").Takes,
	},
	"a node without memory": {
		step: setLab("cpuset.mems", "1"), err: met("write", syscall.EINVAL), files: cpusetFiles,
		says: "1 names a memory node without memory, or that there is not", help: "choose from 0",
	},
}

func TestExplainCPUSet(t *testing.T) { check(t, cpusetFaults) }
