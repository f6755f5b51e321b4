package probe

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// Uses returns what a task, the leader of a world or a group may use. Most of it is in the snapshot; what is not is read from
// the files of the groups. It may be called beside a scan. A namespace limits nothing: of one there is only the host's part.
func (l Looker) Uses(now *Snapshot, target Target, d Detail) Uses {
	u := Uses{Target: target, Host: l.hostUses(now)}
	var path func(*Hierarchy) (string, bool)
	switch target.Kind {
	case TargetGroup:
		path = func(h *Hierarchy) (string, bool) { return target.Group.Path, h.Label == target.Group.Hierarchy }
	case TargetTask, TargetWorld:
		t, ok := now.taskOf(target)
		if !ok {
			return u
		}
		u.Task = t.TaskKey
		u.CPU.Last = reading.Of(t.PSR)
		u.CPU.Allowed = mayRunOn(t, d)
		u.Places, u.Told = l.placed(now, t), t.Cgroups.Access
		path = func(h *Hierarchy) (string, bool) { return t.Cgroups.Path(h.ID) }
	case TargetNamespace:
		return u
	}
	chain := func(controller string) []*Group { return now.chain(controller, path) }
	u.CPU.Levels = l.cpusetLevels(chain("cpuset"))
	u.CPU.explain(u.Host.CPUs)
	u.Binding = now.binding(path)
	io := append(chain("io"), chain("blkio")...)
	if u.IO, u.IOTold = l.ioLimits(now, io); len(io) > 0 {
		u.IOBy = io[len(io)-1].GroupKey
	}
	if devices := chain("devices"); len(devices) > 0 || (target.Kind != TargetGroup && now.hasVersion2(path)) {
		u.Devices, u.DevicesBy = l.devices(devices)
	}
	for i := range now.Hierarchies {
		if h := &now.Hierarchies[i]; h.Version == 2 {
			if own, ok := path(h); ok {
				u.Handing = l.handing(now, now.lineage(GroupKey{h.Label, own}))
				u.Programs = l.devicePrograms(now, GroupKey{h.Label, own})
			}
		}
	}
	return u
}

// hasVersion2 reports whether the version 2 hierarchy is among those that are looked at.
func (s *Snapshot) hasVersion2(path func(*Hierarchy) (string, bool)) bool {
	return slices.ContainsFunc(s.Hierarchies, func(h Hierarchy) bool {
		_, ok := path(&h)
		return ok && h.Version == 2
	})
}

// About returns the task that a target is about: itself, or the leader of a world.
func (s *Snapshot) About(target Target) (TaskKey, bool) {
	t, ok := s.taskOf(target)
	if !ok {
		return TaskKey{}, false
	}
	return t.TaskKey, true
}

// taskOf returns the task that a target is about.
func (s *Snapshot) taskOf(target Target) (*Task, bool) {
	switch target.Kind {
	case TargetTask:
		return s.Find(target.Task)
	case TargetWorld:
		if w, ok := s.World(target.World); ok {
			return s.Task(w.Leader)
		}
	case TargetNamespace, TargetGroup:
	}
	return nil, false
}

// mayRunOn returns the CPUs that a task may run on, from its details if they are its.
func mayRunOn(t *Task, d Detail) Reading[cpulist.Set] {
	if status, ok := d.Status.Get(); ok && d.TaskKey == t.TaskKey {
		return status.CPUsAllowed
	}
	return t.Allowed
}

// chain returns the groups from the root to the own one, in the hierarchy that has a controller.
func (s *Snapshot) chain(controller string, path func(*Hierarchy) (string, bool)) []*Group {
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		if !slices.Contains(h.Controllers, controller) {
			continue
		}
		if own, ok := path(h); ok {
			return s.lineage(GroupKey{h.Label, own})
		}
	}
	return nil
}

// lineage returns the groups from the root to one of them.
func (s *Snapshot) lineage(key GroupKey) []*Group {
	var chain []*Group
	g, ok := s.Group(key)
	for ok {
		chain = append(chain, g)
		if ok = g.Parent >= 0; ok {
			g = &s.Groups[g.Parent]
		}
	}
	slices.Reverse(chain)
	return chain
}

func less[T float64 | uint64](a, b T) bool { return a < b }

// cut reports whether a chain begins at a group below others that the mount does not show, and that limit it all the same.
func (s *Snapshot) cut(chain []*Group) bool {
	return len(chain) > 0 && s.HierarchyOf(chain[0]).Partial
}

// bound returns the limit that binds first. That there is none is said only where every group of the chain says so, and none
// above is out of sight.
func bound[T any](chain []*Group, cut bool, of func(*Group) (limit, use Reading[T]), less func(a, b T) bool) (b Bound[T]) {
	if cut && len(chain) > 0 {
		b.Limit = reading.None[T](reading.Unreached)
	}
	for i, g := range chain { // From the root, so that of equal limits the nearest is told.
		limit, use := of(g)
		switch {
		case g.Dir == "":
			limit, use = reading.None[T](reading.Unreached), reading.None[T](reading.Unreached)
		case limit.State() == reading.Absent && i > 0:
			continue // The controller is not enabled so far down: the group above counts.
		case limit.State() == reading.Absent: // The topmost group has no such file, and no limit.
			limit = reading.None[T](reading.Unlimited)
		}
		b.Own = g.GroupKey
		least, limited := b.Limit.Get()
		value, ok := limit.Get()
		switch {
		case ok && (!limited || !less(least, value)):
			b.Limit, b.By, b.Use = limit, g.GroupKey, use
		case !ok && !limited:
			b.Use = use
			if b.Limit.State() == reading.Absent || b.Limit.State() == reading.Unlimited { // No "max" makes up for what is not known above.
				b.Limit = limit
			}
		}
	}
	return b
}

// cpusetLevels reads the cpusets of groups.
func (l Looker) cpusetLevels(chain []*Group) []CpusetLevel {
	levels := make([]CpusetLevel, 0, len(chain))
	for _, g := range chain {
		if g.Dir == "" {
			unreached := reading.None[cpulist.Set](reading.Unreached)
			levels = append(levels, CpusetLevel{GroupKey: g.GroupKey, Requested: unreached, Effective: unreached})
			continue
		}
		v := g.Values
		if v.CPUs.State() == reading.Absent && v.CPUsEffective.State() == reading.Absent {
			continue // The controller is not enabled so far down: the group above counts.
		}
		level := CpusetLevel{GroupKey: g.GroupKey, Requested: v.CPUs, Effective: v.CPUsEffective}
		level.Partition = l.roots.Knob(g.Dir, "cpuset.cpus.partition")
		level.Exclusive = reading.Map(l.roots.Knob(g.Dir, "cpuset.cpu_exclusive"), func(text string) bool { return text == "1" })
		levels = append(levels, level)
	}
	return levels
}

// explain finds out who left the task fewer CPUs than there are.
func (c *CPUUse) explain(host Reading[cpulist.Set]) {
	sets := make([]Reading[cpulist.Set], len(c.Levels))
	for i := range c.Levels {
		sets[i] = granted(c.Levels[i].Requested, c.Levels[i].Effective)
	}
	var before Reading[cpulist.Set]
	c.Narrowest, before = narrowest(host, sets)
	if len(sets) > 0 && sets[len(sets)-1].State() == reading.Unreached {
		c.Affinity = reading.None[cpulist.Set](reading.Unreached) // What is missing may be the group's doing.
		return
	}
	left, ok := before.Get()
	may, known := c.Allowed.Get()
	if ok && known {
		c.Affinity = reading.Of(left.Without(may))
	}
}

func (l Looker) hostUses(now *Snapshot) HostUses {
	h := HostUses{CPUs: now.Host.CPUs}
	h.Isolated = onlineCPUs(filepath.Join(l.roots.Sys, "devices/system/cpu/isolated"))
	text, err := os.ReadFile(filepath.Join(l.roots.Proc, "meminfo"))
	h.Memory = reading.None[uint64](reading.Why(err))
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "MemTotal:" {
			if kib, err := strconv.ParseUint(fields[1], 10, 54); err == nil {
				h.Memory = reading.Of(kib << 10)
			}
		}
	}
	h.PIDs = least(l.number("sys/kernel/pid_max"), l.number("sys/kernel/threads-max"))
	return h
}

// number reads a file of /proc that has one number.
func (l Looker) number(name string) Reading[uint64] {
	text, err := os.ReadFile(filepath.Join(l.roots.Proc, name))
	if err != nil {
		return reading.None[uint64](reading.Why(err))
	}
	return reading.From(strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64))
}

func least(a, b Reading[uint64]) Reading[uint64] {
	if x, ok := a.Get(); ok && x < b.Or(x+1) {
		return a
	}
	return b
}
