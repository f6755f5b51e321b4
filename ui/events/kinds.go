package events

import (
	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// what is a choice of kinds of events.
type what uint8

// The choices, in the order in which the key leads through them.
const (
	ofAll what = iota
	ofNamespaces
	ofGroups
	ofTasks
	choices
)

var choiceNames = [choices]string{"any kind", "namespaces", "groups", "tasks"}

// String names the choice.
func (w what) String() string { return choiceNames[w] }

func (w what) next() what { return (w + 1) % choices }

// has reports whether a kind is among those chosen.
func (w what) has(kind probe.EventKind) bool { return w == ofAll || looks[kind].what == w }

// title is what the heading says of the choice.
func (w what) title() string {
	if w == ofAll {
		return ""
	}
	return " of " + w.String()
}

// look is how events of one kind are shown.
type look struct {
	sign, word string
	role       theme.Role
	what       what // What they are about.
}

// looks are those of all kinds.
var looks = [...]look{
	probe.NamespaceBorn:  {"+", "born", theme.Born, ofNamespaces},
	probe.NamespaceGone:  {"×", "gone", theme.Gone, ofNamespaces},
	probe.NamespaceFound: {"+", "found", theme.Born, ofNamespaces},
	probe.GroupMade:      {"+", "made", theme.Born, ofGroups},
	probe.GroupRemoved:   {"×", "removed", theme.Gone, ofGroups},
	probe.TaskEntered:    {"→", "entered", theme.Own, ofTasks},
	probe.TaskMoved:      {"⇒", "moved", theme.Changed, ofTasks},
	probe.GroupFreezing:  {"¦", "freezing", theme.Frozen, ofGroups},
	probe.GroupFrozen:    {"‖", "frozen", theme.Frozen, ofGroups},
	probe.GroupThawed:    {"▸", "thawed", theme.Good, ofGroups},
	probe.GroupPressed:   {"⚑", "pressure", theme.Bad, ofGroups},
}
