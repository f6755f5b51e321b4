package cgroup

import "bulkhead/probe/reading"

// FreezerState says whether the tasks of a group run.
type FreezerState uint8

// The states of a group's freezer; see admin-guide/cgroup-v1/freezer-subsystem.
const (
	Thawed   FreezerState = iota
	Freezing              // Asked for, but some task still runs.
	Frozen
)

var freezerStates = [...]string{"thawed", "freezing", "frozen"}

// String returns the state's name as it stands in the JSON output.
func (s FreezerState) String() string {
	if int(s) < len(freezerStates) {
		return freezerStates[s]
	}
	return "invalid"
}

// freezerV1 are the files of the version 1 freezer, which the topmost group does not have.
var freezerV1 = []file{
	{"freezer.state", PartFreezer, func(v *Values, c content) { v.Freezer = c.freezerState() }},
	{"freezer.self_freezing", PartFreezer, func(v *Values, c content) { v.FreezeRequested = c.flag() }},
	{"freezer.parent_freezing", PartFreezer, func(v *Values, c content) { v.ParentFreezing = c.flag() }},
}

// freezerState reads freezer.state: THAWED, FREEZING or FROZEN.
func (c content) freezerState() reading.Reading[FreezerState] {
	return parse(c, func(text []byte) (FreezerState, bool) {
		switch string(text) {
		case "THAWED":
			return Thawed, true
		case "FREEZING":
			return Freezing, true
		case "FROZEN":
			return Frozen, true
		}
		return 0, false
	})
}
