package actions

import (
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// cpuset knows a group, and those around it, by what their files say.
type cpuset struct {
	s         *probe.Snapshot
	group     *probe.Group
	hierarchy *probe.Hierarchy
	knob      Knobs
	mems      bool // It is about memory nodes rather than CPUs.
}

func newCPUSet(s *probe.Snapshot, g *probe.Group, knob Knobs) cpuset {
	return cpuset{s: s, group: g, hierarchy: s.HierarchyOf(g), knob: knob}
}

// lenient reports whether more may be asked for than the parent has: in version 2, and in version 1 where it is mounted with
// cpuset_v2_mode; see "The V1 cpuset in v2 mode" in cpuset(7) and the kernel's is_in_v2_mode().
func (c cpuset) lenient() bool {
	return c.hierarchy.Version == 2 || slices.Contains(c.hierarchy.Options, "cpuset_v2_mode")
}

// name returns what the hierarchy calls a file.
func (c cpuset) name(file string) string {
	if slices.Contains(c.hierarchy.Options, "noprefix") {
		return strings.TrimPrefix(file, "cpuset.")
	}
	return file
}

// topmost reports whether the group is the topmost of version 1, which alone has a release agent. That of version 2 has no
// file to be set.
func (c cpuset) topmost() bool {
	return c.hierarchy.Version == 1 && c.group.Parent < 0 && c.text(c.group, "release_agent").State() != reading.Absent
}

func (c cpuset) text(g *probe.Group, file string) probe.Reading[string] {
	return c.knob(g.Dir, c.name(file))
}

// list reads a list from the first of some files that a group has.
func (c cpuset) list(g *probe.Group, files ...string) cpulist.Set {
	for _, file := range files {
		if text, ok := c.text(g, file).Get(); ok {
			if set, err := cpulist.Parse(text); err == nil {
				return set
			}
		}
	}
	return cpulist.Set{}
}

// file is what the cpuset is about.
func (c cpuset) file() string {
	if c.mems {
		return fileMems
	}
	return fileCPUs
}

func (c cpuset) asked(g *probe.Group) cpulist.Set { return c.list(g, c.file()) }

// effective returns what the kernel grants; version 1 says so since Linux 3.17.
func (c cpuset) effective(g *probe.Group) cpulist.Set {
	kind := strings.TrimPrefix(c.file(), "cpuset.")
	if c.hierarchy.Version == 2 {
		return c.list(g, c.file()+".effective")
	}
	return c.list(g, "cpuset.effective_"+kind, c.file())
}

// online returns what the machine has. The memory nodes are those of the topmost group, which follow the machine.
func (c cpuset) online() cpulist.Set {
	if cpus, ok := c.s.Host.CPUs.Get(); ok && !c.mems {
		return cpus
	}
	top := c.group
	for top.Parent >= 0 {
		top = &c.s.Groups[top.Parent]
	}
	return c.effective(top)
}

// parent returns the group above, nil where none is in sight.
func (c cpuset) parent() *probe.Group {
	if c.group.Parent < 0 {
		return nil
	}
	return &c.s.Groups[c.group.Parent]
}

// allowed returns what the group above has.
func (c cpuset) allowed() cpulist.Set {
	switch up := c.parent(); {
	case up == nil:
		return c.online()
	case c.lenient():
		return c.effective(up)
	default:
		return c.asked(up)
	}
}

// partition returns what kind of partition a group is.
func (c cpuset) partition(g *probe.Group) string { return c.text(g, filePartition).Or("") }
