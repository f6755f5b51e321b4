package tasks

import (
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// unknown stands for what may not be read.
var unknown = list.Cell{Text: "?", Role: theme.Unknown}

// plain is a cell of text that the filter looks into.
func (l *look) plain(s string, role theme.Role) list.Cell {
	return list.Cell{Text: s, Role: role, Matches: l.filter.Highlights(s)}
}

func pidCell(l *look, t *probe.Task) list.Cell {
	role := theme.Text
	if t.Thread() {
		role = theme.Dim
	}
	return l.plain(strconv.Itoa(int(t.TID)), role)
}

func userCell(l *look, t *probe.Task) list.Cell {
	if t.UID.State() == reading.Denied {
		return unknown
	}
	return l.plain(t.User, theme.Text)
}

// states are the roles of the states that are worth a look; the letters are those of proc_pid_stat(5).
var states = map[byte]theme.Role{
	'R': theme.Good, 'D': theme.Warn, 'T': theme.Warn, 't': theme.Warn, 'Z': theme.Bad, 'X': theme.Bad,
	'S': theme.Dim, 'I': theme.Dim,
}

// stateCell tells the state. What a frozen task does when it runs is no matter: that it does not run is.
func stateCell(l *look, t *probe.Task) list.Cell {
	if freeze, stopped := l.freezes.Of(t); stopped {
		sign := "‖"
		if freeze.State != cgroup.Frozen {
			sign = "¦"
		}
		if l.words {
			sign += " " + freeze.State.String()
		}
		return list.Cell{Text: sign, Role: theme.Frozen}
	}
	if t.Access != reading.Present {
		return unknown
	}
	return list.Cell{Text: string(rune(t.State)), Role: states[t.State]}
}

// cpuCell is empty until a second reading tells how much time has passed.
func cpuCell(_ *look, t *probe.Task) list.Cell {
	share, ok := t.CPU.Get()
	switch {
	case t.Access != reading.Present:
		return unknown
	case !ok:
		return list.Cell{}
	case share < 0.0005:
		return list.Cell{Text: "0.0", Role: theme.Dim}
	case share > 9.9994:
		return list.Cell{Text: strconv.FormatFloat(100*share, 'f', 0, 64)}
	}
	return list.Cell{Text: strconv.FormatFloat(100*share, 'f', 1, 64)}
}

// memoryCell is empty for threads: the memory is that of the process.
func memoryCell(_ *look, t *probe.Task) list.Cell {
	switch {
	case t.Access != reading.Present:
		return unknown
	case t.Thread():
		return list.Cell{}
	}
	resident, ok := t.Resident().Get()
	if !ok {
		return list.Cell{Text: "–", Role: theme.Dim}
	}
	cell := list.Cell{Text: text.Bytes(resident)}
	if resident == 0 {
		cell.Role = theme.Dim
	}
	return cell
}

func threadsCell(_ *look, t *probe.Task) list.Cell {
	switch {
	case t.Access != reading.Present:
		return unknown
	case t.Thread():
		return list.Cell{}
	}
	cell := list.Cell{Text: text.Count(uint64(max(t.Threads, 0)))}
	if t.Threads <= 1 {
		cell.Role = theme.Dim
	}
	return cell
}

// psrCell tells where the task ran last. That may be a CPU which it has been forbidden since.
func psrCell(_ *look, t *probe.Task) list.Cell {
	if t.Access != reading.Present {
		return unknown
	}
	role := theme.Text
	if set, ok := t.Allowed.Get(); ok && !set.Contains(int(t.PSR)) {
		role = theme.Warn
	}
	return list.Cell{Text: strconv.Itoa(int(t.PSR)), Role: role}
}

// allowedCell is empty until a scan has read the task in view; it is dim where all CPUs are allowed.
func allowedCell(l *look, t *probe.Task) list.Cell {
	set, ok := t.Allowed.Get()
	if !ok {
		if t.Access != reading.Present || t.Allowed.State() == reading.Denied {
			return unknown
		}
		return list.Cell{}
	}
	role := theme.Text
	if online, ok := l.host.CPUs.Get(); ok && set.Equal(online) {
		role = theme.Dim
	}
	return list.Cell{Text: set.String(), Role: role}
}

func commandCell(l *look, t *probe.Task) list.Cell {
	switch {
	case t.Access != reading.Present:
		return list.Cell{Text: "not permitted", Role: theme.Unknown}
	case t.Kernel, t.Thread(), t.Zombie():
		return l.plain(Command(t), theme.Dim)
	}
	return l.plain(Command(t), theme.Text)
}
