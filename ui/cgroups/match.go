package cgroups

import (
	"strconv"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/subject"
)

// groupSubject is a group as a filter sees it, with or without the processes in it.
type groupSubject struct {
	catalog *catalog
	at      int
	members bool
}

// Find reports for each group of a snapshot whether a filter finds it: the group itself, or by a process in it, of whose
// groups only this one counts.
func Find(now *probe.Snapshot, f filter.Filter) []bool {
	c := newCatalog(now, nil)
	find := c.finder(f)
	found := make([]bool, len(now.Groups))
	for i := range c.nodes {
		if at := c.nodes[i].at; at >= 0 {
			found[at] = find(i)
		}
	}
	return found
}

// finder returns what reports whether a filter finds a node; it must not be called by two goroutines at once.
func (c *catalog) finder(f filter.Filter) func(at int) bool {
	if f.Empty() {
		return func(int) bool { return true }
	}
	match := f.Matcher()
	return func(at int) bool { return match(groupSubject{c, at, true}) }
}

// AppendField implements filter.Subject.
func (s groupSubject) AppendField(dst []byte, f filter.Field) []byte {
	n := &s.catalog.nodes[s.at]
	if f == filter.Group {
		return appendGroup(dst, n.group)
	}
	if f == filter.Any {
		dst = appendText(appendGroup(dst, n.group), s.catalog.state(n).word)
		dst = appendText(dst, s.catalog.names[n.group.GroupKey])
		if n.parent < 0 {
			dst = appendText(dst, s.catalog.hierarchies[n.hierarchy].MountPoint)
		}
	}
	if s.members && !n.gone {
		for _, t := range s.catalog.holders(s.at) {
			dst = member{subject.Task{Task: t}, n.group}.AppendField(dst, f)
		}
	}
	return dst
}

// appendGroup appends a group with its hierarchy, as the command line takes it.
func appendGroup(dst []byte, g *probe.Group) []byte {
	dst = append(append(dst, g.Hierarchy...), ':')
	return appendText(dst, g.Path)
}

// member is a process as a filter sees it here: of its groups only the one above its row counts.
type member struct {
	subject.Task
	group *probe.Group
}

// AppendField implements filter.Subject.
func (m member) AppendField(dst []byte, f filter.Field) []byte {
	switch f {
	case filter.Any:
		dst = append(strconv.AppendInt(dst, int64(m.PID), 10), 0)
		if m.Thread() {
			dst = append(strconv.AppendInt(dst, int64(m.TID), 10), 0)
		}
		return appendText(appendText(dst, m.User), m.Comm)
	case filter.Group:
		return appendGroup(dst, m.group)
	default:
		return m.Task.AppendField(dst, f)
	}
}

func appendText(dst []byte, text string) []byte { return append(append(dst, text...), 0) }
