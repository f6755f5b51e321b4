package cgroups

import (
	"strconv"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// state is what a group is at the moment, in words; those that matter most have a sign in front.
type state struct {
	word string
	role theme.Role
	rank int // The higher, the more it matters.
}

// state tells the state of a group: frozen before anything else.
func (c *catalog) state(n *node) state {
	v := n.group.Values
	kind := v.Type.Or("")
	switch {
	case n.gone || n.at < 0:
		return state{}
	case n.group.Access == reading.Denied || v.Freezer.State() == reading.Denied:
		return state{"?", theme.Unknown, 2}
	case v.Freezer.Or(cgroup.Thawed) == cgroup.Frozen:
		return state{"‖ frozen" + byAbove(v), theme.Frozen, 6}
	case v.Freezer.Or(cgroup.Thawed) == cgroup.Freezing:
		return state{"¦ freezing" + byAbove(v), theme.Frozen, 5}
	case kind == "domain invalid":
		return state{kind, theme.Warn, 4}
	case n.loose():
		return state{"threads only", theme.Text, 3}
	case kind == "threaded" || kind == "domain threaded":
		return state{kind, theme.Text, 3}
	case !n.empty():
		return state{"populated", theme.Dim, 1}
	case v.Populated.Known(), n.group.Loose.Known(), c.seesAll() && n.group.Loose.State() == reading.Absent:
		return state{"empty", theme.Dim, 0}
	}
	return state{"none seen", theme.Dim, 0}
}

// byAbove says that a group above is what froze a group.
func byAbove(v *cgroup.Values) string {
	own, known := v.FreezeRequested.Get()
	if known && !own {
		return " above"
	}
	return ""
}

// seesAll reports whether the processes of the snapshot are all there are. Where they are not, version 1 leaves open
// whether a group is empty.
func (c *catalog) seesAll() bool {
	h := &c.now.Host
	return (h.Reference.Initial || h.Reference.Proven(probe.PID)) && (h.Hidepid == "" || h.UID == 0)
}

// stateCell tells the state of a group, and of a process the letter.
func stateCell(r rows, it *item) list.Cell {
	if t := it.task; t != nil {
		if t.State == 0 {
			return list.Cell{Text: "?", Role: theme.Unknown}
		}
		return list.Cell{Text: string(rune(t.State)), Role: theme.Dim}
	}
	n := r.node(it)
	s := r.catalog.state(n)
	cell := list.Cell{Text: s.word, Role: s.role, Matches: r.filter.Highlights(s.word)}
	if a, ok := r.alarms[n.group.GroupKey]; ok && !n.gone {
		return alarmCell(a, r.catalog.now.At, s)
	}
	return glowing(r, n, factState, cell)
}

// fresh is how long after it went off an alarm is told in colour.
const fresh = 10 * time.Second

// alarmCell tells that an alarm is set, and how often it went off.
func alarmCell(a screen.Alarm, now time.Time, s state) list.Cell {
	cell := list.Cell{Text: "⚑ " + s.word, Role: s.role}
	if a.Fired > 0 {
		cell.Text = "⚑" + strconv.Itoa(a.Fired) + " " + s.word
	}
	if a.Fired > 0 && now.Sub(a.Last) < fresh {
		cell.Role = theme.Bad
	}
	return cell
}
