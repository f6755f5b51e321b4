package actions

import (
	"slices"
	"strings"

	"bulkhead/probe/cpulist"
)

// list is a list of CPUs or memory nodes; see "List format" in cpuset(7).
type list struct {
	single
	of KnobShape
}

func (l list) takes() string {
	if l.of == ShapeNodes {
		return "memory nodes, as in 0-1,3, or nothing"
	}
	return "CPUs, as in 0-3,5, or nothing"
}

func (l list) shape() KnobShape { return l.of }

func (list) check(value string) bool {
	_, err := cpulist.Parse(value)
	_, odd := oddNumber(value)
	return err == nil && !odd
}

func (list) same(now, to string) bool {
	a, err := cpulist.Parse(now)
	b, other := cpulist.Parse(to)
	return err == nil && other == nil && a.Equal(b)
}

// quota is cpu.max: how long the group may run in each period; see "CPU Interface Files" in the kernel's cgroup-v2 document.
type quota struct{ single }

// leastQuota and mostPeriod bound both, in microseconds; see min_cfs_quota_period in the kernel's kernel/sched/core.c.
const (
	leastQuota = 1000
	mostPeriod = 1000000
)

func (quota) takes() string {
	return "QUOTA or QUOTA PERIOD in microseconds, as in 50000 100000, from 1000 on and the period up to 1000000; max is no quota"
}

func (quota) shape() KnobShape { return ShapePair }

func (quota) check(value string) bool {
	run, period, both := strings.Cut(value, " ")
	if both && !(number{low: leastQuota, high: mostPeriod}).check(period) {
		return false
	}
	return number{low: leastQuota, or: "max"}.check(run)
}

// same knows that a quota alone keeps the period.
func (quota) same(now, to string) bool {
	run, _, _ := strings.Cut(now, " ")
	return now == to || run == to
}

// signs is cgroup.subtree_control; see "Controlling Controllers" in the kernel's cgroup-v2 document.
type signs struct{}

func (signs) takes() string {
	return "controllers, each with + to hand it on or - to stop that, as in +cpu -memory"
}

func (signs) shape() KnobShape { return ShapeText }

func (signs) check(value string) bool {
	for _, f := range strings.Fields(value) {
		if len(f) < 2 || (f[0] != '+' && f[0] != '-') || strings.Trim(f[1:], "abcdefghijklmnopqrstuvwxyz_") != "" {
			return false
		}
	}
	return value != ""
}

// same reports whether nothing changes.
func (s signs) same(now, to string) bool { return s.back(now, to) == "" }

// back is the opposite of what changes: what is so already stays so. Of a controller that is named twice the last counts.
func (signs) back(now, to string) string {
	have := map[string]bool{}
	for _, c := range strings.Fields(now) {
		have[c] = true
	}
	wanted := map[string]bool{}
	for _, f := range strings.Fields(to) {
		wanted[f[1:]] = f[0] == '+'
	}
	var opposite []string
	for _, f := range strings.Fields(to) {
		c := f[1:]
		if on, ok := wanted[c]; ok && on != have[c] {
			opposite = append(opposite, map[bool]string{true: "-", false: "+"}[on]+c)
		}
		delete(wanted, c)
	}
	return strings.Join(opposite, " ")
}

// change says which controllers there will be.
func (signs) change(now, to string) (was, will string) {
	have := strings.Fields(now)
	for _, f := range strings.Fields(to) {
		have = slices.DeleteFunc(have, func(c string) bool { return c == f[1:] })
		if f[0] == '+' {
			have = append(have, f[1:])
		}
	}
	return said(now), said(strings.Join(have, " "))
}

// oom is memory.oom_control of version 1: it takes 0 or 1, and says three lines of which the first is that.
type oom struct{}

func (oom) takes() string { return "0 or 1" }

func (oom) shape() KnobShape { return ShapeFlag }

func (oom) check(value string) bool { return toggle.check(value) }

func (o oom) same(now, to string) bool { return o.back(now, to) == to }

func (oom) back(now, _ string) string {
	for line := range strings.SplitSeq(now, "\n") {
		if off, ok := strings.CutPrefix(line, "oom_kill_disable "); ok {
			return off
		}
	}
	return "0"
}

func (o oom) change(now, to string) (was, will string) { return o.back(now, to), to }
