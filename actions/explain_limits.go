package actions

import (
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/cpulist"
)

// missing names what a cpuset lacks before tasks may enter it.
func (f *fault) missing() string {
	var all []string
	for _, need := range []struct{ files, thing string }{{cpusFile, "CPUs"}, {memsFile, "memory nodes"}} {
		names := strings.Fields(need.files)
		if f.says(f.group, names[0]) == "" && f.says(f.group, names[1]) == "" {
			all = append(all, need.thing)
		}
	}
	if len(all) == 0 {
		return "CPUs or memory nodes"
	}
	return strings.Join(all, " or ")
}

// allowed returns what the group above has in the file.
func (f *fault) allowed() string {
	for _, file := range append(effectiveFiles[f.file], f.file) {
		if value := f.says(f.parent(), file); value != "" {
			return value
		}
	}
	return "what " + plain(f.parent().String()) + " has"
}

// online returns the CPUs that work.
func (f *fault) online() string {
	if set, ok := f.s.Host.CPUs.Get(); ok {
		return set.String()
	}
	return "those in /sys/devices/system/cpu/online"
}

// widest names the groups below that have CPUs or nodes outside of the value.
func (f *fault) widest() string {
	wanted, err := cpulist.Parse(f.value)
	var all []string
	for _, g := range f.children() {
		set, bad := cpulist.Parse(f.says(g, f.file))
		if err == nil && bad == nil && !contains(wanted, set) {
			all = append(all, plain(g.String())+" has "+set.String())
		}
	}
	return strings.Join(all, ", ")
}

func wider(f *fault) bool { return f.widest() != "" }

func contains(set, part cpulist.Set) bool {
	return !slices.ContainsFunc(part.All(), func(n int) bool { return !set.Contains(n) })
}

func contested(f *fault) bool { return f.rivals() != "" }

// rivals names the groups beside that have some of the same CPUs or nodes where one side holds them for itself alone.
func (f *fault) rivals() string {
	kind := "cpu"
	if strings.Contains(f.file, "mem") {
		kind = "mem"
	}
	list, sole := "cpuset."+kind+"s", "cpuset."+kind+"_exclusive"
	value, claims := f.value, f.says(f.group, sole) == "1"
	if matches(soleFiles, f.file) {
		value, claims = f.says(f.group, list), f.value == "1"
	}
	wanted, err := cpulist.Parse(value)
	if err != nil {
		return ""
	}
	above := fault{s: f.s, knob: f.knob, group: f.parent()}
	var all []string
	for _, g := range above.children() {
		set, err := cpulist.Parse(f.says(g, list))
		if g.GroupKey == f.group.GroupKey || err != nil || !(claims || f.says(g, sole) == "1") {
			continue
		}
		if slices.ContainsFunc(set.All(), wanted.Contains) {
			all = append(all, plain(g.String())+" has "+set.String())
		}
	}
	return strings.Join(all, ", ")
}

// limit is a group above that allows no more groups.
type limit struct {
	group              Group
	depth, descendants string
}

// limit returns the nearest group above whose limit of groups is reached, in version 2.
func (f *fault) limit() limit {
	level := 1
	for g := f.parent(); g.Below != "/" && g.Mount != ""; g, level = upper(g), level+1 {
		depth, deep := strconv.Atoi(f.says(g, "cgroup.max.depth"))
		most, many := strconv.Atoi(f.says(g, "cgroup.max.descendants"))
		switch {
		case deep == nil && depth < level:
			return limit{group: g, depth: strconv.Itoa(depth)}
		case many == nil && most <= f.descendants(g):
			return limit{group: g, descendants: strconv.Itoa(most)}
		}
	}
	return limit{}
}

// descendants returns how many groups are below one.
func (f *fault) descendants(g Group) int {
	_, after, _ := strings.Cut(f.says(g, "cgroup.stat"), "nr_descendants ")
	n, err := strconv.Atoi(first(strings.ReplaceAll(after, "\n", " ")))
	if err != nil {
		return -1
	}
	return n
}

func tooDeep(f *fault) bool { return f.limit().depth != "" }

func tooMany(f *fault) bool { return f.limit().descendants != "" }

// kernelThread reports whether the task is known as one of the kernel's own.
func kernelThread(f *fault) bool {
	t, ok := f.s.Task(f.task.PID)
	return ok && t.Kernel
}

// noRealtime reports whether the group grants no time to realtime tasks.
func noRealtime(f *fault) bool { return f.says(f.group, "cpu.rt_runtime_us") == "0" }

// realtime reports whether the task has a realtime policy.
func realtime(f *fault) bool {
	policy, ok := f.policy()
	return noRealtime(f) && ok && (policy == fifo || policy == roundRobin)
}

func mayBeRealtime(f *fault) bool {
	_, ok := f.policy()
	return noRealtime(f) && !ok
}

// The realtime policies; see sched(7).
const (
	fifo       = "1"
	roundRobin = "2"
)

// policy returns the scheduling policy of the task, field 41 of proc_pid_stat(5).
func (f *fault) policy() (string, bool) {
	if f.knob == nil {
		return "", false
	}
	stat := f.knob("/proc/"+decimal(f.task.PID)+"/task/"+decimal(f.task.TID), "stat").Or("")
	const before = 3 // The fields up to the name, which may hold any byte, and the one behind it.
	if fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:]); len(fields) > 41-before {
		return fields[41-before], true
	}
	return "", false
}
