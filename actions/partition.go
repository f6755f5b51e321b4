package actions

import (
	"fmt"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// The kinds of partition that a group may be; see "cpuset.cpus.partition" in the kernel's cgroup-v2 document.
const (
	PartitionMember   = "member"
	PartitionRoot     = "root"
	PartitionIsolated = "isolated" // Without load balancing among its CPUs; since Linux 6.1.
)

// PartitionKinds are all kinds, the usual one first.
var PartitionKinds = []string{PartitionMember, PartitionRoot, PartitionIsolated}

// Partition is what there is to know before cpuset.cpus.partition of a group is written, which version 2 has since Linux 5.0.
type Partition struct {
	Now       string         // What the file says: a kind, or such as "root invalid (Parent is not a partition root)".
	Unknown   string         // Why the kernel knows no isolated partition; empty where it does, or may.
	Strict    bool           // The kernel is older than 6.1: it refuses what later ones take, and call invalid.
	Above     string         // The group above, where that is no partition as it would have to be; empty where that is no matter.
	Exclusive cpulist.Set    // cpuset.cpus.exclusive, since Linux 6.7: what a partition takes in place of cpuset.cpus.
	Beside    map[int]string // Which group beside has a CPU too: it would not be the partition's alone.
	Last      cpulist.Set    // The CPUs of the group above, of which some must be left for the processes in that; empty where none are.
	Crowd     string         // Who these processes are, in words.
}

// PartitionOf returns what there is to know before cpuset.cpus.partition of a group is written. The error is a *Refusal: the
// group has no such file, or it may not be read.
func PartitionOf(s *probe.Snapshot, key probe.GroupKey, knob Knobs) (Partition, error) {
	to, g, err := writable(s, key)
	if err != nil {
		return Partition{}, err
	}
	c := newCPUSet(s, g, knob)
	if state := c.text(g, filePartition); state.State() != reading.Present {
		return Partition{}, unreadable(state, to, filePartition, "Linux 5.0 in version 2")
	}
	return c.partitionOf(), nil
}

// partitionOf collects what decides over a partition.
func (c cpuset) partitionOf() Partition {
	p := Partition{Now: c.partition(c.group), Exclusive: c.list(c.group, fileExclusive), Beside: c.beside()}
	release := c.s.Host.Kernel
	backported := c.text(c.group, fileExclusive).State() == reading.Present // It came later than isolated did.
	if older(release, 6, 1) && !backported {
		p.Strict, p.Unknown = true, "Linux "+release+" has no isolated partitions: they came with 6.1"
	}
	up := c.parent()
	if up == nil {
		return p
	}
	if up.Parent >= 0 && !isPartition(c.partition(up)) {
		p.Above = up.GroupKey.String()
	}
	if up.Processes > 0 {
		p.Last, p.Crowd = c.effective(up), fmt.Sprintf("%s, where %s", up.GroupKey, isAre(up.Processes))
	}
	return p
}

// beside returns which group beside has a CPU too. Since Linux 7.0 only what that holds for itself stands in the way.
func (c cpuset) beside() map[int]string {
	has := map[int]string{}
	for _, g := range c.siblings() {
		taken := c.held(g)
		if older(c.s.Host.Kernel, 7, 0) {
			taken = union(taken, c.asked(g))
		}
		for _, n := range taken.All() {
			has[n] = g.GroupKey.String()
		}
	}
	return has
}

// Takes returns the CPUs that a partition takes, where cpuset.cpus has the given ones.
func (p Partition) Takes(cpus cpulist.Set) cpulist.Set {
	if p.Exclusive.Len() > 0 {
		return p.Exclusive
	}
	return cpus
}

// Invalid says why a partition would not come into force where cpuset.cpus has the given CPUs; it is empty where nothing in sight
// stands in the way. The kernel takes the write all the same, and then says so, but for a strict one.
func (p Partition) Invalid(cpus cpulist.Set) string {
	takes := p.Takes(cpus)
	shared := pick(takes, func(n int) bool { return p.Beside[n] != "" })
	nouns := cpuset{}.nouns
	switch {
	case takes.Len() == 0:
		return "cpuset.cpus is empty"
	case p.Above != "" && p.Exclusive.Len() == 0:
		return fmt.Sprintf("the group above, %s, is no partition itself", p.Above)
	case shared.Len() > 0:
		return fmt.Sprintf("%s beside it has %s too", p.Beside[shared.All()[0]], nouns(shared))
	case p.Last.Len() > 0 && without(p.Last, takes).Len() == 0:
		return "it takes all CPUs of the group above, " + p.Crowd
	}
	return ""
}

// Refused says why the kernel does not take a kind at all; it is empty where it does.
func (p Partition) Refused(kind string, cpus cpulist.Set) string {
	switch {
	case kind == PartitionIsolated && p.Unknown != "":
		return p.Unknown
	case kind != PartitionMember && p.Strict:
		return p.Invalid(cpus)
	}
	return ""
}

// older reports whether a kernel's release is known, and older than the given one.
func older(release string, major, minor int) bool {
	first, rest, _ := strings.Cut(release, ".")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(rest[:end])
	return errA == nil && errB == nil && (a < major || a == major && b < minor)
}
