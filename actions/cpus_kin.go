package actions

import (
	"bulkhead/probe"
	"bulkhead/probe/cpulist"
)

// kin returns the groups directly below one, by its index; those beside a group are kin of its parent.
func (c cpuset) kin(parent int) []*probe.Group {
	var found []*probe.Group
	for i := range c.s.Groups {
		if g := &c.s.Groups[i]; g.Parent == parent && g != c.group && g.Hierarchy == c.group.Hierarchy {
			found = append(found, g)
		}
	}
	return found
}

// siblings returns the groups beside the group.
func (c cpuset) siblings() []*probe.Group {
	if c.group.Parent < 0 {
		return nil
	}
	return c.kin(c.group.Parent)
}

// children returns the groups directly below the group.
func (c cpuset) children() []*probe.Group {
	for i := range c.s.Groups {
		if &c.s.Groups[i] == c.group {
			return c.kin(i)
		}
	}
	return nil
}

// held returns what a group holds for itself: in version 1 all that it has where cpuset.cpu_exclusive is set; in version 2
// what a partition takes away from the others, and what cpuset.cpus.exclusive (since Linux 6.7) keeps for one.
func (c cpuset) held(g *probe.Group) cpulist.Set {
	switch {
	case c.hierarchy.Version == 1:
		if c.text(g, c.exclusiveFile()).Or("") == "1" {
			return c.asked(g)
		}
	case c.mems:
	case isPartition(c.partition(g)):
		return c.list(g, "cpuset.cpus.exclusive.effective", fileCPUs)
	default:
		return c.list(g, "cpuset.cpus.exclusive")
	}
	return cpulist.Set{}
}

// isPartition reports whether what cpuset.cpus.partition says is that of a partition that is in force.
func isPartition(says string) bool { return says == "root" || says == "isolated" }

// exclusiveFile is the flag of version 1 that keeps others out.
func (c cpuset) exclusiveFile() string {
	if c.mems {
		return "cpuset.mem_exclusive"
	}
	return "cpuset.cpu_exclusive"
}

// exclusive returns which group beside holds a CPU for itself.
func (c cpuset) exclusive() map[int]string {
	holders := map[int]string{}
	for _, g := range c.siblings() {
		for _, n := range c.held(g).All() {
			holders[n] = g.GroupKey.String()
		}
	}
	return holders
}

// holder returns the first group beside that holds some of a set for itself, and which.
func (c cpuset) holder(set cpulist.Set) (*probe.Group, cpulist.Set) {
	for _, g := range c.siblings() {
		if shared := common(c.held(g), set); shared.Len() > 0 {
			return g, shared
		}
	}
	return nil, cpulist.Set{}
}
