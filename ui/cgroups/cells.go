package cgroups

import (
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// unknown is the cell of what could not be read; the details say why.
var unknown = list.Cell{Text: "?", Role: theme.Unknown}

// glowing colours a cell whose fact has just changed.
func glowing(r rows, n *node, fact facts, cell list.Cell) list.Cell {
	if r.past.glows(n, fact) {
		cell.Role = theme.Changed
	}
	return cell
}

// useCell writes use beside its limit. What is absent is left out, or a dash before its limit; what else is not known is a
// question mark.
func useCell[N uint64 | float64](use, limit probe.Reading[N], write func(N) string) list.Cell {
	used, ok := use.Get()
	most, limited := limit.Get()
	beside := ""
	switch limit.State() {
	case reading.Present:
		beside = "/" + write(most)
	case reading.Unlimited:
		beside = "/max"
	case reading.Denied, reading.Unsupported, reading.Unreached:
		beside = "/?"
	case reading.Absent:
	}
	switch {
	case !ok && use.State() == reading.Absent && !limited:
		return list.Cell{}
	case !ok && use.State() == reading.Absent: // As of cpu of version 1, where cpuacct tells the use.
		return list.Cell{Text: "–" + beside, Role: theme.Dim}
	case !ok:
		return list.Cell{Text: "?" + beside, Role: theme.Unknown}
	}
	return list.Cell{Text: write(used) + beside, Role: useRole(float64(used), float64(most), limited)}
}

// useRole is the colour of use by how near its limit it is.
func useRole(used, most float64, limited bool) theme.Role {
	switch {
	case limited && used >= history.BadShare*most:
		return theme.Bad
	case limited && used >= history.WarnShare*most:
		return theme.Warn
	case used == 0:
		return theme.Dim
	}
	return theme.Text
}

// percent writes CPUs as a part of one CPU, as top does; the heading has the sign.
func percent(cpus float64) string {
	decimals := 0
	if p := cpus * 100; p > 0 && p < 9.95 {
		decimals = 1
	}
	return strconv.FormatFloat(cpus*100, 'f', decimals, 64)
}

func cpuCell(r rows, it *item) list.Cell {
	if t := it.task; t != nil {
		return useCell(t.CPU, probe.Reading[float64]{}, percent)
	}
	n := r.node(it)
	return glowing(r, n, factQuota, useCell(n.group.CPU, n.group.Values.CPUQuota, percent))
}

// memoryCell of a process is its resident set, which is not quite what its group is charged.
func memoryCell(r rows, it *item) list.Cell {
	if t := it.task; t != nil {
		resident, ok := t.Resident().Get()
		switch {
		case !ok && t.Access == reading.Present:
			return list.Cell{Text: "–", Role: theme.Dim}
		case !ok, t.Kernel, t.Thread(), resident == 0:
			return list.Cell{}
		}
		return list.Cell{Text: text.Bytes(resident), Role: theme.Dim}
	}
	n := r.node(it)
	return glowing(r, n, factMemory, useCell(n.group.Values.Memory, n.group.Values.MemoryMax, text.Bytes))
}

// pidsCell of a process is its threads, which is what the limit counts.
func pidsCell(r rows, it *item) list.Cell {
	if t := it.task; t != nil {
		if t.Threads == 0 || t.Thread() {
			return list.Cell{}
		}
		return list.Cell{Text: strconv.Itoa(int(t.Threads)), Role: theme.Dim}
	}
	n := r.node(it)
	return glowing(r, n, factPIDs, useCell(n.group.Values.PIDs, n.group.Values.PIDsMax, text.Count))
}

// totalCell counts the processes of a group and of those below it. Those in brackets have only threads in it.
func totalCell(r rows, it *item) list.Cell {
	n := r.node(it)
	fact := factOwn
	if !it.open && r.past.glows(n, factBelow) {
		fact = factBelow
	}
	return countCell(r, it, n.group.Processes+n.group.Below, fact)
}

// ownCell counts the processes of the group itself.
func ownCell(r rows, it *item) list.Cell {
	return countCell(r, it, r.node(it).group.Processes, factOwn)
}

func countCell(r rows, it *item, count int, fact facts) list.Cell {
	n := r.node(it)
	if it.task != nil || n.gone || n.at < 0 && count == 0 {
		return list.Cell{}
	}
	cell := list.Cell{Text: strconv.Itoa(count)}
	switch {
	case count == 0 && n.loose():
		cell.Text = "(" + strconv.Itoa(len(n.group.Loose.Or(nil))) + ")"
	case count == 0:
		cell.Role = theme.Dim
	}
	return glowing(r, n, fact, cell)
}

// cpusetCell is the CPUs asked for, and those granted where they are others.
func cpusetCell(r rows, it *item) list.Cell {
	if t := it.task; t != nil {
		allowed, ok := t.Allowed.Get()
		if !ok {
			return list.Cell{}
		}
		return list.Cell{Text: allowed.String(), Role: theme.Dim}
	}
	n := r.node(it)
	v := n.group.Values
	version := r.catalog.hierarchies[n.hierarchy].Version
	return glowing(r, n, factCPUs, cpus(v.CPUs, v.CPUsEffective, version))
}

// cpus writes both sets. Where none is asked for, version 1 grants none and version 2 those of the group above.
func cpus(asked, granted probe.Reading[cpulist.Set], version int) list.Cell {
	want, ok := asked.Get()
	have, told := granted.Get()
	switch {
	case asked.State() == reading.Absent && granted.State() == reading.Absent:
		return list.Cell{}
	case !ok && !told:
		return unknown
	case told && (!ok || want.Len() == 0) && version == 2:
		return list.Cell{Text: "→" + have.String(), Role: theme.Dim}
	case ok && want.Len() == 0:
		return list.Cell{Text: "none", Role: theme.Warn}
	case ok && told && !want.Equal(have):
		return list.Cell{Text: want.String() + "→" + have.String(), Role: theme.Warn}
	case ok:
		return list.Cell{Text: want.String()}
	}
	return list.Cell{Text: "→" + have.String()}
}

// differ reports whether two readings of sets are not the same.
func differ(a, b probe.Reading[cpulist.Set]) bool {
	if a.State() != b.State() {
		return true
	}
	before, ok := a.Get()
	after, _ := b.Get()
	return ok && !before.Equal(after)
}
