package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

// groupsBelow returns the groups below a group, those above first.
func groupsBelow(s *probe.Snapshot, key probe.GroupKey) []*probe.Group {
	var found []*probe.Group
	for i := range s.Groups {
		if g := &s.Groups[i]; g.GroupKey != key && g.Within(key) {
			found = append(found, g)
		}
	}
	return found
}

// membersOf returns the processes in a group and in those below it, by pid.
func membersOf(s *probe.Snapshot, g *probe.Group) []*probe.Task {
	all := s.GroupMembers(g)
	for _, below := range groupsBelow(s, g.GroupKey) {
		all = append(all, s.GroupMembers(below)...)
	}
	slices.SortFunc(all, func(a, b *probe.Task) int { return int(a.PID - b.PID) })
	return slices.CompactFunc(all, func(a, b *probe.Task) bool { return a.PID == b.PID })
}

// named is how many tasks are called by their names.
const named = 4

// roster names tasks, the first of them: 20553 nginx, 20570 nginx and 2 more.
func roster(tasks []*probe.Task) string {
	var names []string
	for _, t := range tasks[:min(named, len(tasks))] {
		names = append(names, fmt.Sprintf("%d %s", t.TID, t.Comm))
	}
	says := strings.Join(names, ", ")
	if more := len(tasks) - named; more > 0 {
		says += fmt.Sprintf(" and %d more", more)
	}
	return says
}

// rosterOfThreads names threads with their processes: 721 burn (of 700), 722 burn (of 700) and 2 more.
func rosterOfThreads(threads []*probe.Task) string {
	var names []string
	for _, t := range threads[:min(named, len(threads))] {
		names = append(names, fmt.Sprintf("%d %s (of %d)", t.TID, t.Comm, t.PID))
	}
	says := strings.Join(names, ", ")
	if more := len(threads) - named; more > 0 {
		says += fmt.Sprintf(" and %d more", more)
	}
	return says
}

// count writes a number of things.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if strings.HasSuffix(one, "s") {
		return fmt.Sprintf("%d %ses", n, one)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
