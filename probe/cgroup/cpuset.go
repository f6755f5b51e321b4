package cgroup

import (
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// cpusetV1 are the files of the version 1 cpuset controller; see cpuset(7). The effective ones are there since Linux 3.17.
var cpusetV1 = []file{
	{"cpuset.cpus", PartCpuset, func(v *Values, c content) { v.CPUs = c.set() }},
	{"cpuset.mems", PartCpuset, func(v *Values, c content) { v.Mems = c.set() }},
	{"cpuset.effective_cpus", PartCpuset, func(v *Values, c content) { v.CPUsEffective = c.set() }},
	{"cpuset.effective_mems", PartCpuset, func(v *Values, c content) { v.MemsEffective = c.set() }},
}

// cpusetV2 are the files of the version 2 cpuset controller, since Linux 5.0. The topmost group has the effective ones.
var cpusetV2 = []file{
	{"cpuset.cpus", PartCpuset, func(v *Values, c content) { v.CPUs = c.set() }},
	{"cpuset.mems", PartCpuset, func(v *Values, c content) { v.Mems = c.set() }},
	{"cpuset.cpus.effective", PartCpuset, func(v *Values, c content) { v.CPUsEffective = c.set() }},
	{"cpuset.mems.effective", PartCpuset, func(v *Values, c content) { v.MemsEffective = c.set() }},
}

// setCache remembers the sets by their text. Thousands of groups have the same few.
type setCache map[string]cpulist.Set

// maxSets bounds the cache; a host with more distinct sets parses some of them anew.
const maxSets = 256

// set reads a list of CPUs or memory nodes.
func (c content) set() reading.Reading[cpulist.Set] {
	return parse(c, func(text []byte) (cpulist.Set, bool) {
		if set, ok := c.sets[string(text)]; ok {
			return set, true
		}
		set, err := cpulist.Parse(string(text))
		if err != nil {
			return cpulist.Set{}, false
		}
		if len(c.sets) >= maxSets {
			clear(c.sets)
		}
		if c.sets != nil {
			c.sets[string(text)] = set
		}
		return set, true
	})
}
