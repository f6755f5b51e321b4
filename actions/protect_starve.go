package actions

import (
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// starves refuses, until it is overridden, to set a file so that processes that bulkhead stands on could not go on.
func starves(s *probe.Snapshot, g *probe.Group, file, value string, knob Knobs) *Refusal {
	value = strings.TrimSpace(value)
	for _, need := range needs {
		if need.file != generic(file) {
			continue
		}
		does, why := need.check(setting{group: g, value: value, knob: knob, version: s.HierarchyOf(g).Version})
		hit := protectedIn(s, g)
		if does == "" || len(hit) == 0 {
			return nil
		}
		if why != "" {
			why = ", " + why + ","
		}
		return refuse("setting %s of %s to %s%s would %s %s", file, g.GroupKey, quote(value), why, does, toll(s, hit)).guard()
	}
	return nil
}

// starvesMoved refuses, until it is overridden, to move processes that bulkhead stands on to where they could not go on: into a
// group that has not enough for them, or below such a one that they are not in already. Alone says that only the threads move.
func starvesMoved(s *probe.Snapshot, into *probe.Group, tasks []*probe.Task, alone bool, knob Knobs) *Refusal {
	all := protected(s)
	for g := into; g != nil; g = parentOf(s, g) {
		w := setting{group: g, knob: knob, version: s.HierarchyOf(g).Version, moved: true}
		hit := map[int32]string{}
		for _, t := range tasks {
			if path, ok := t.Cgroups.Path(s.HierarchyOf(g).ID); ok && (probe.GroupKey{Hierarchy: g.Hierarchy, Path: path}).Within(g.GroupKey) {
				continue
			}
			if w.tasks++; !alone {
				w.tasks += uint64(max(0, t.Threads-1))
			}
			if why, ok := all[t.PID]; ok {
				hit[t.PID] = why
				w.bytes += residentOf(knob, t.PID)
			}
		}
		if len(hit) == 0 {
			return nil // Nor has a group further up any of them to come.
		}
		for _, need := range needs {
			file := newCPUSet(s, g, knob).name(need.file)
			value, ok := knob(g.Dir, file).Get()
			if !ok {
				continue
			}
			w.value = strings.TrimSpace(value)
			if does, why := need.check(w); does != "" {
				if why != "" {
					why = ", " + why
				}
				return refuse("moving into %s, whose %s is %s%s, would %s %s", g.GroupKey, file, quote(w.value), why, does, toll(s, hit)).guard()
			}
		}
	}
	return nil
}

// parentOf returns the group above, nil for the topmost one.
func parentOf(s *probe.Snapshot, g *probe.Group) *probe.Group {
	if g.Parent < 0 {
		return nil
	}
	return &s.Groups[g.Parent]
}

// residentOf returns the memory that a process has in RAM, by proc_pid_stat(5); 0 where that is not told.
func residentOf(knob Knobs, pid int32) uint64 {
	stat, err := proc.ParseStat([]byte(knob("/proc/"+decimal(pid), "stat").Or("") + "\n"))
	if err != nil {
		return 0
	}
	return stat.RSS
}

// setting is what a file of a group says, or is to say.
type setting struct {
	group   *probe.Group
	value   string
	knob    Knobs
	version int

	moved        bool   // The file says so already, and processes are to come in.
	tasks, bytes uint64 // How many tasks come in, and how much memory those use that bulkhead stands on.
}

// needs are, by file, what processes cannot do without. A check says, as a verb, what a setting does to them, and why; nothing
// where they can go on.
var needs = []struct {
	file  string
	check func(setting) (does, why string)
}{
	{fileFreeze, func(w setting) (string, string) { return w.is("1", "freeze") }},
	{fileFreezer, setting.freezes},
	{fileCPUs, setting.starvesCPUSet},
	{fileMems, setting.starvesCPUSet},
	{"cpu.max", setting.starvesCPU},
	{"cpu.cfs_quota_us", setting.starvesQuota},
	{"cpu.cfs_period_us", setting.starvesPeriod},
	{"memory.max", setting.starvesMemory},
	{"memory.high", setting.starvesMemory}, // Over it they are only slowed down, but so much that they come to nothing.
	{fileLimit, setting.starvesMemory},
	{fileMemsw, setting.starvesMemsw},
	{"pids.max", setting.starvesPIDs},
}

const starve = "starve"

func (w setting) is(value, does string) (string, string) {
	if w.value != value {
		return "", ""
	}
	return does, ""
}

// freezes tells of FREEZING too, which is on its way to FROZEN.
func (w setting) freezes() (string, string) {
	if w.value == stateThawed {
		return "", ""
	}
	return "freeze", ""
}

// leastCPU is the part of one CPU that is enough to change a setting back.
const leastCPU = 0.01

// defaultPeriod is that of a quota, in microseconds, where nobody set another.
const defaultPeriod = "100000"

func (w setting) starvesCPU() (string, string) {
	fields := strings.Fields(w.value)
	if len(fields) == 0 {
		return "", ""
	}
	period := defaultPeriod
	if now := strings.Fields(w.says("cpu.max")); len(now) > 1 {
		period = now[1] // It stays as it is where only the quota is written.
	}
	if len(fields) > 1 {
		period = fields[1]
	}
	return below1Percent(fields[0], period)
}

func (w setting) starvesQuota() (string, string) {
	period := w.says("cpu.cfs_period_us")
	if period == "" {
		period = defaultPeriod
	}
	return below1Percent(w.value, period)
}

func (w setting) starvesPeriod() (string, string) {
	return below1Percent(w.says("cpu.cfs_quota_us"), w.value)
}

func below1Percent(quota, period string) (string, string) {
	us, err := strconv.ParseFloat(quota, 64)
	length, bad := strconv.ParseFloat(period, 64)
	if err != nil || bad != nil || us < 0 || us >= leastCPU*length {
		return "", "" // Also "max", and -1, which is none in version 1.
	}
	return starve, "less than 1 % of a CPU"
}

func (w setting) starvesMemory() (string, string) { return w.below(w.group.Values.Memory.Or(0)) }

func (w setting) starvesMemsw() (string, string) {
	use, err := strconv.ParseUint(w.says("memory.memsw.usage_in_bytes"), 10, 64)
	if err != nil {
		use = w.group.Values.Memory.Or(0)
	}
	return w.below(use)
}

// below holds a limit of memory against what is used: by all in the group, of which the limit is then set, or by those that
// come in. Of the group's own use the kernel may take away what only saves a look at a disk.
func (w setting) below(use uint64) (string, string) {
	whose := " in use"
	if w.moved {
		use, whose = w.bytes, " that is used by those who come in"
	}
	limit, ok := parseSize(w.value) // Neither max, nor -1.
	if !ok || limit >= use {
		return "", ""
	}
	return starve, "below the " + human(use) + whose
}

func (w setting) starvesPIDs() (string, string) {
	use, ok := w.group.Values.PIDs.Get()
	limit, err := strconv.ParseUint(w.value, 0, 64)
	if !ok || err != nil || limit > use+w.tasks {
		return "", ""
	}
	return "let no new process start beside", "with " + strconv.FormatUint(use, 10) + " tasks in it"
}

// starvesCPUSet tells of an empty set, which in version 2 means the one of the group above.
func (w setting) starvesCPUSet() (string, string) {
	if w.version == 2 {
		return "", ""
	}
	return w.is("", starve)
}

// says returns what a file of the group says, empty where it cannot be read.
func (w setting) says(file string) string { return strings.TrimSpace(w.knob(w.group.Dir, file).Or("")) }
