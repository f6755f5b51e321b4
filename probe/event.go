package probe

import (
	"fmt"
	"time"

	"bulkhead/probe/cgroup"
)

// EventKind says what happened.
type EventKind uint8

// The kinds of Event.
const (
	NamespaceBorn EventKind = iota
	NamespaceGone
	NamespaceFound // A search found it: no process is in it, and since when it is there is not known.
	GroupMade
	GroupRemoved
	TaskEntered // A process is in another namespace than before: setns(2) or unshare(2).
	TaskMoved   // A process is in another group than before.
	GroupFreezing
	GroupFrozen
	GroupThawed
	GroupPressed // An alarm on its pressure went off; no scan finds that.
)

var eventNames = [...]string{
	"namespace_born", "namespace_gone", "namespace_found", "group_made", "group_removed",
	"task_entered", "task_moved", "group_freezing", "group_frozen", "group_thawed",
	"group_pressed",
}

// String returns the kind's name as it stands in the JSON output.
func (k EventKind) String() string { return eventNames[k] }

// Event is one difference between two successive scans. It happened at some moment between them.
type Event struct {
	At        time.Time // Of the later scan.
	Kind      EventKind
	Task      TaskKey // Who moved; for a namespace its leader; zero for groups.
	Comm      string
	Namespace NamespaceKey // For namespaces, and for TaskEntered the one it is in now.
	Group     GroupKey     // For groups, and for TaskMoved the one it is in now.
	From      string       // For TaskEntered and TaskMoved: where it was. For GroupPressed: what the alarm waited for.
}

// Text says the event in words.
func (e *Event) Text() string {
	switch e.Kind {
	case NamespaceBorn:
		return e.Namespace.String() + " is new" + e.with(", with")
	case NamespaceGone:
		return e.Namespace.String() + " is gone" + e.with("; last seen with")
	case NamespaceFound:
		return e.Namespace.String() + " was found; no process is in it"
	case GroupMade:
		return fmt.Sprintf("group %s was made", e.Group)
	case GroupRemoved:
		return fmt.Sprintf("group %s was removed", e.Group)
	case TaskEntered:
		return fmt.Sprintf("%d %s went from %s to %s", e.Task.PID, e.Comm, e.From, e.Namespace)
	case TaskMoved:
		return fmt.Sprintf("%d %s moved from %s to %s", e.Task.PID, e.Comm, e.From, e.Group)
	case GroupFreezing:
		return fmt.Sprintf("group %s is freezing", e.Group)
	case GroupFrozen:
		return fmt.Sprintf("group %s is frozen", e.Group)
	case GroupThawed:
		return fmt.Sprintf("group %s runs again", e.Group)
	case GroupPressed:
		return fmt.Sprintf("pressure in group %s: %s", e.Group, e.From)
	}
	return ""
}

// with names the process in a namespace; of one that nobody is in, none.
func (e *Event) with(word string) string {
	if e.Task.PID == 0 {
		return ""
	}
	return fmt.Sprintf("%s %d %s", word, e.Task.PID, e.Comm)
}

// Diff returns what happened between two successive snapshots of one scanner that were asked for the same facts: namespaces
// first, then groups, then tasks.
func Diff(prev, next *Snapshot) []Event {
	var events []Event
	events = diffNamespaces(events, prev, next)
	events = diffGroups(events, prev, next)
	events = diffTasks(events, prev, next)
	for i := range events {
		events[i].At = next.At
	}
	return events
}

// diffNamespaces tells what is gone before what is new: the number of the one may be the other's.
func diffNamespaces(events []Event, prev, next *Snapshot) []Event {
	after := inStep{all: next.Namespaces}
	for i := range prev.Namespaces {
		if n := &prev.Namespaces[i]; !after.has(n) {
			events = append(events, namespaceEvent(NamespaceGone, n, prev))
		}
	}
	before := inStep{all: prev.Namespaces}
	for i := range next.Namespaces {
		n := &next.Namespaces[i]
		switch {
		case before.has(n):
		case !n.Held():
			events = append(events, namespaceEvent(NamespaceBorn, n, next))
		case prev.Findings != nil: // The first search finds what was there all the time.
			events = append(events, namespaceEvent(NamespaceFound, n, next))
		}
	}
	return events
}

// inStep finds namespaces that are asked for in their order, going through the list of a snapshot in step with them.
type inStep struct {
	all []Namespace
	at  int
}

// has reports whether a namespace of another snapshot is in this one. That its id was not learned in one of the two does not
// make it another.
func (s *inStep) has(n *Namespace) bool {
	for s.at < len(s.all) && compareRefs(s.all[s.at].NamespaceRef, n.NamespaceRef) < 0 {
		s.at++
	}
	return s.at < len(s.all) && s.all[s.at].NamespaceRef == n.NamespaceRef && !differ(s.all[s.at].ID, n.ID)
}

func namespaceEvent(kind EventKind, n *Namespace, s *Snapshot) Event {
	e := Event{Kind: kind, Namespace: n.Key()}
	if t, ok := s.Task(n.Leader); ok {
		e.Task, e.Comm = t.TaskKey, t.Comm
	}
	return e
}

// groupID identifies a group over time: a group removed and made again has another inode.
type groupID struct {
	GroupKey
	inode uint64
}

func (g *Group) id() groupID { return groupID{g.GroupKey, g.Inode} }

func diffGroups(events []Event, prev, next *Snapshot) []Event {
	begin, end := sameGroups(prev.Groups, next.Groups)
	changed := prev.Groups[begin : len(prev.Groups)-end]
	before := make(map[groupID]*Group, len(changed))
	for i := range changed {
		if g := &changed[i]; g.Inode != 0 {
			before[g.id()] = g
		}
	}
	for i := range next.Groups {
		g := &next.Groups[i]
		if g.Inode == 0 {
			continue // No mount shows it: only who is in it is known, and not whether it is there.
		}
		var old *Group
		switch left := len(next.Groups) - i; {
		case i < begin:
			old = &prev.Groups[i]
		case left <= end:
			old = &prev.Groups[len(prev.Groups)-left]
		default:
			old = before[g.id()]
			delete(before, g.id())
		}
		if old == nil {
			events = append(events, Event{Kind: GroupMade, Group: g.GroupKey})
		} else if kind, changed := diffFreezer(old, g); changed {
			events = append(events, Event{Kind: kind, Group: g.GroupKey})
		}
	}
	for i := range changed {
		if g := &changed[i]; before[g.id()] != nil {
			events = append(events, Event{Kind: GroupRemoved, Group: g.GroupKey})
		}
	}
	return events
}

// sameGroups returns how many groups two lists begin with, and then end with, that are the same: all but a few most of the time,
// which need not be looked up by their names.
func sameGroups(prev, next []Group) (begin, end int) {
	least := min(len(prev), len(next))
	for begin < least && prev[begin].id() == next[begin].id() {
		begin++
	}
	for end < least-begin && prev[len(prev)-1-end].id() == next[len(next)-1-end].id() {
		end++
	}
	return begin, end
}

func diffFreezer(prev, next *Group) (EventKind, bool) {
	before, ok := prev.Values.Freezer.Get()
	after, still := next.Values.Freezer.Get()
	if !ok || !still || before == after {
		return 0, false
	}
	switch after {
	case cgroup.Frozen:
		return GroupFrozen, true
	case cgroup.Freezing:
		return GroupFreezing, true
	case cgroup.Thawed:
	}
	return GroupThawed, true
}

func diffTasks(events []Event, prev, next *Snapshot) []Event {
	j := 0
	for i := range next.Tasks {
		t := &next.Tasks[i]
		for j < len(prev.Tasks) && prev.Tasks[j].PID < t.PID {
			j++
		}
		if j == len(prev.Tasks) || prev.Tasks[j].TaskKey != t.TaskKey {
			continue
		}
		events = diffTask(events, &prev.Tasks[j], t, next)
	}
	return events
}

func diffTask(events []Event, prev, next *Task, s *Snapshot) []Event {
	if prev.Namespaces != next.Namespaces {
		for _, t := range NamespaceTypes {
			before, ok := prev.Namespaces.Inodes[t].Get()
			after, still := next.Namespaces.Inodes[t].Get()
			if ok && still && before != after {
				events = append(events, Event{
					Kind: TaskEntered, Task: next.TaskKey, Comm: next.Comm,
					Namespace: s.KeyOf(NamespaceRef{t, after}), From: NamespaceRef{t, before}.String(),
				})
			}
		}
	}
	if prev.Cgroups == next.Cgroups || next.Zombie() {
		return events // The kernel shows an exited process at the root of version 1 hierarchies: nobody moved it.
	}
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		before, ok := prev.Cgroups.Path(h.ID)
		after, still := next.Cgroups.Path(h.ID)
		if ok && still && before != after {
			events = append(events, Event{
				Kind: TaskMoved, Task: next.TaskKey, Comm: next.Comm,
				Group: GroupKey{h.Label, after}, From: GroupKey{h.Label, before}.String(),
			})
		}
	}
	return events
}
