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

// checkPartition says why a partition will not come into force. The kernel takes the write, and then says "root invalid (…)";
// see "cpuset.cpus.partition" in the kernel's cgroup-v2 document.
func (w *setter) checkPartition() error {
	c := &w.cpuset
	if w.value == "member" {
		return nil
	}
	takes := c.list(c.group, "cpuset.cpus.exclusive")
	remote := takes.Len() > 0
	if !remote {
		takes = c.asked(c.group)
	}
	up := c.parent()
	invalid := func(format string, args ...any) {
		w.plan.warn("the partition will be invalid: " + fmt.Sprintf(format, args...))
	}
	switch {
	case takes.Len() == 0:
		invalid("cpuset.cpus is empty")
		return nil
	case up != nil && up.Parent >= 0 && !remote && !isPartition(c.partition(up)):
		invalid("the group above, %s, is no partition itself", up.GroupKey)
		return nil
	}
	if g, shared := c.holder(takes); g != nil {
		invalid("%s beside it holds %s for itself", g.GroupKey, c.nouns(shared))
		return nil
	}
	if up != nil && without(c.effective(up), takes).Len() == 0 && up.Processes > 0 {
		invalid("it takes all CPUs of the group above, %s, where %s", up.GroupKey, isAre(up.Processes))
		return nil
	}
	w.plan.warn(fmt.Sprintf("%s %s taken from all groups that are not in the partition", c.nouns(takes), is(takes)))
	return nil
}
