package actions

import (
	"fmt"

	"bulkhead/probe/cpulist"
)

// warnGranted says what the kernel will grant, where that is not what is asked for. See "cpuset.cpus" in "Cpuset Interface
// Files" of the kernel's cgroup-v2 document: where none of what is asked for can be granted, the group has all of its parent.
func (w *setter) warnGranted(want cpulist.Set) {
	c := &w.cpuset
	allowed := c.allowed()
	granted := common(want, allowed)
	if g, shared := c.holder(want); g != nil {
		w.plan.warn(fmt.Sprintf("%s beside it holds %s for its partition, which before Linux 7.0 may end by this", g.GroupKey, c.nouns(shared)))
	}
	switch {
	case allowed.Len() == 0 || isPartition(c.partition(c.group)):
		w.warnPartition()
	case want.Len() == 0:
		w.plan.warn("effective will be " + allowed.String() + ", all that the group above has")
	case granted.Len() == 0:
		w.plan.warn(fmt.Sprintf("effective will be %s, all that the group above has: it has not %s", allowed, c.nouns(want)))
	case granted.Len() < want.Len():
		w.plan.warn(fmt.Sprintf("effective will be %s: the group above has not %s", granted, c.nouns(without(want, allowed))))
	}
}

// warnPartition says that what a partition has is up to more than its parent.
func (w *setter) warnPartition() {
	if isPartition(w.cpuset.partition(w.cpuset.group)) {
		w.plan.warn("it is a partition: what it may not have for itself ends it, as cpuset.cpus.partition then says")
	}
}

// checkPartition refuses a partition that this kernel does not take, and says why one will not come into force: later kernels take
// the write, and then say "root invalid (…)"; see "cpuset.cpus.partition" in the kernel's cgroup-v2 document.
func (w *setter) checkPartition() error {
	c := &w.cpuset
	p, cpus := c.partitionOf(), c.asked(c.group)
	if why := p.Refused(w.value, cpus); why != "" {
		return refuse("%s", why)
	}
	takes := p.Takes(cpus)
	switch why := p.Invalid(cpus); {
	case w.value == PartitionMember:
	case why != "":
		w.plan.warn("the partition will be invalid: " + why)
	default:
		w.plan.warn(fmt.Sprintf("%s %s taken from all groups that are not in the partition", c.nouns(takes), is(takes)))
	}
	return nil
}
