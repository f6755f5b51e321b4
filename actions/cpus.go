package actions

import (
	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// The files of the cpuset controller that are met most.
const (
	fileCPUs      = "cpuset.cpus"
	fileMems      = "cpuset.mems"
	filePartition = "cpuset.cpus.partition" // Version 2, since Linux 5.0.
	fileExclusive = "cpuset.cpus.exclusive" // Version 2, since Linux 6.7.
)

// Choice is what there is to choose from for the CPUs or the memory nodes of a group.
type Choice struct {
	File      string         // As the hierarchy calls it: cpus where it is mounted with noprefix.
	Online    cpulist.Set    // What the machine has; empty where that is not known.
	Allowed   cpulist.Set    // What the group above has: cpuset.cpus in version 1, cpuset.cpus.effective in version 2.
	Set       cpulist.Set    // What the file says.
	Effective cpulist.Set    // What the kernel grants.
	Exclusive map[int]string // Which group beside holds a CPU for itself: by cpuset.cpu_exclusive, or as a partition.
	Version   int            // Of control groups. In version 2 more may be asked for than is granted.
	Partition string         // What cpuset.cpus.partition says; empty in version 1.
}

// CPUs returns what there is to choose from for cpuset.cpus or cpuset.mems of a group. The error is a *Refusal.
func CPUs(s *probe.Snapshot, key probe.GroupKey, file string, knob Knobs) (Choice, error) {
	to, g, err := writable(s, key)
	if err != nil {
		return Choice{}, err
	}
	c := newCPUSet(s, g, knob)
	c.mems = generic(file) == fileMems
	switch {
	case generic(file) != fileCPUs && generic(file) != fileMems:
		return Choice{}, refuse("%s is no list of CPUs or memory nodes of a group", file)
	case c.topmost():
		return Choice{}, errTopmost
	}
	name := c.name(generic(file))
	state := knob(to.Dir(), name)
	if r := c.lacking(name); r != nil && state.State() == reading.Absent {
		return Choice{}, r
	}
	if state.State() != reading.Present {
		return Choice{}, unreadable(state, to, name, "Linux 5.0 in version 2")
	}
	set, err := cpulist.Parse(state.Or(""))
	if err != nil {
		return Choice{}, refuse("%s: %v", to.file(name), err)
	}
	return Choice{
		File: name, Online: c.online(), Allowed: c.allowed(), Set: set, Effective: c.effective(g), Exclusive: c.exclusive(),
		Version: c.hierarchy.Version, Partition: c.partition(g),
	}, nil
}

// errTopmost refuses what the topmost group of a hierarchy does not allow.
var errTopmost = refuse("the topmost group has all CPUs and memory nodes, for good").help("choose a group below it")
