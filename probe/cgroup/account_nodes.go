package cgroup

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// NodeStat is a line of a file that tells by memory node what there is: memory.numa_stat of both versions, and hugetlb.*.numa_stat.
type NodeStat struct {
	// Name is as in memory.stat in version 2; "total", "anon", "file" and "unevictable" in version 1, with "hierarchical_" before it
	// where it is with the groups below.
	Name  string                  `json:"name"`
	Total reading.Reading[uint64] `json:"total"` // Of all nodes; version 2 does not tell it of memory.
	Nodes []NodeAmount            `json:"nodes"`
}

// NodeAmount is what there is on one memory node, in bytes; of those names that count something, as workingset_*, how often.
type NodeAmount struct {
	Node  uint64 `json:"node"`
	Value uint64 `json:"value"`
}

// nodeStats reads "anon N0=4096 N1=0" of version 2, and "total=2 N0=2 N1=0" in units of so many bytes. A line with anything else
// in it is left out.
func (c content) nodeStats(unit uint64) reading.Reading[[]NodeStat] {
	return eachLine(c, func(line string) (NodeStat, bool) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			return NodeStat{}, false
		}
		name, total, counted := strings.Cut(fields[0], "=")
		stat := NodeStat{Name: name}
		if counted {
			n, ok := parseNumber([]byte(total))
			if !ok {
				return stat, false
			}
			stat.Total = reading.Of(n * unit)
		}
		for _, field := range fields[1:] {
			node, value, _ := strings.Cut(strings.TrimPrefix(field, "N"), "=")
			at, ok := parseNumber([]byte(node))
			n, known := parseNumber([]byte(value))
			if !ok || !known {
				return stat, false
			}
			stat.Nodes = append(stat.Nodes, NodeAmount{at, n * unit})
		}
		return stat, true
	})
}

// memoryNodes reads memory.numa_stat, which version 1 writes in pages.
func (t Texts) memoryNodes() reading.Reading[[]NodeStat] {
	stats := t.file("memory.numa_stat").nodeStats(1)
	if !slices.ContainsFunc(stats.Or(nil), func(s NodeStat) bool { return s.Total.Known() }) {
		return stats
	}
	return t.file("memory.numa_stat").nodeStats(uint64(unix.Getpagesize()))
}
