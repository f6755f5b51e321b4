package actions

import (
	"strconv"
	"strings"

	"bulkhead/probe"
)

// starves refuses, until it is overridden, to set a file so that processes that bulkhead stands on could not go on.
func starves(s *probe.Snapshot, g *probe.Group, file, value string, knob Knobs) *Refusal {
	check, ok := starvation[file]
	if !ok {
		return nil
	}
	does, why := check(setting{g, strings.TrimSpace(value), knob, s.HierarchyOf(g).Version})
	if does == "" {
		return nil
	}
	hit := protectedIn(s, g)
	if len(hit) == 0 {
		return nil
	}
	return refuse("setting %s of %s to %s%s would %s %s", file, g.GroupKey, quote(strings.TrimSpace(value)), why, does, toll(s, hit)).guard()
}

// setting is a value that a file of a group is to get.
type setting struct {
	group   *probe.Group
	value   string
	knob    Knobs
	version int
}

// starvation tells, by file, what a setting does to those in the group, as a verb, and why; nothing where they can live on.
var starvation = map[string]func(setting) (does, why string){
	"cpu.max":               setting.starvesCPU,
	"cpu.cfs_quota_us":      setting.starvesCPUV1,
	"memory.max":            setting.starvesMemory,
	"memory.high":           setting.starvesMemory,
	"memory.limit_in_bytes": setting.starvesMemory,
	"pids.max":              setting.starvesPIDs,
	"cpuset.cpus":           setting.starvesCPUSet,
	"cpuset.mems":           setting.starvesCPUSet,
	fileFreeze:              func(w setting) (string, string) { return w.is("1", "freeze") },
	fileFreezer:             func(w setting) (string, string) { return w.is(stateFrozen, "freeze") },
	fileKill:                func(w setting) (string, string) { return w.is("1", "kill") },
}

const starve = "starve"

func (w setting) is(value, does string) (string, string) {
	if w.value != value {
		return "", ""
	}
	return does, ""
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
	if now := strings.Fields(w.knob(w.group.Dir, "cpu.max").Or("")); len(now) > 1 {
		period = now[1] // It stays as it is where only the quota is written.
	}
	if len(fields) > 1 {
		period = fields[1]
	}
	return below1Percent(fields[0], period)
}

func (w setting) starvesCPUV1() (string, string) {
	return below1Percent(w.value, strings.TrimSpace(w.knob(w.group.Dir, "cpu.cfs_period_us").Or(defaultPeriod)))
}

func below1Percent(quota, period string) (string, string) {
	us, err := strconv.ParseFloat(quota, 64)
	length, bad := strconv.ParseFloat(period, 64)
	if err != nil || bad != nil || us < 0 || us >= leastCPU*length {
		return "", "" // Also "max", and -1, which is none in version 1.
	}
	return starve, ", less than 1 % of a CPU,"
}

func (w setting) starvesMemory() (string, string) {
	use, ok := w.group.Values.Memory.Get()
	limit, is := parseSize(w.value) // Neither max, nor -1.
	if !ok || !is || limit >= use {
		return "", ""
	}
	return starve, ", below the " + human(use) + " in use,"
}

func (w setting) starvesPIDs() (string, string) {
	use, ok := w.group.Values.PIDs.Get()
	limit, err := strconv.ParseUint(w.value, 0, 64)
	if !ok || err != nil || limit > use {
		return "", ""
	}
	return "let no new process start beside", ", with " + strconv.FormatUint(use, 10) + " tasks in it,"
}

// starvesCPUSet tells of an empty set, which in version 2 means the one of the group above.
func (w setting) starvesCPUSet() (string, string) {
	if w.version == 2 {
		return "", ""
	}
	return w.is("", starve)
}
