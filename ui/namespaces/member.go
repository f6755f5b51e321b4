package namespaces

import (
	"slices"
	"strconv"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/subject"
)

// member is a process in one of the spaces.
type member struct {
	task  *probe.Task
	space int32
}

// spacesOf are the spaces of a process by type, -1 for none.
type spacesOf [len(probe.NamespaceTypes)]int32

// gather lists the members that are to be shown, by pid, and marks the spaces of those that the filter found. Thousands
// of processes share a few sets of namespaces, so that the spaces are looked up once for each set.
func gather(now *probe.Snapshot, all []space, places map[probe.NamespaceRef]int32, f filter.Filter) []member {
	if !slices.ContainsFunc(all, func(s space) bool { return s.open || !s.matched }) {
		return nil // All are there, and nobody looks into one.
	}
	var members []member
	known := map[*probe.NamespaceSet]spacesOf{}
	v := verdict{matches: f.Matcher()}
	for i := range now.Tasks {
		t := &now.Tasks[i]
		of, ok := known[t.Namespaces]
		if !ok {
			of = lookUp(t.Namespaces, places)
			known[t.Namespaces] = of
		}
		v.given, v.candidate = false, candidate{Task: subject.Task{Task: t}}
		for _, at := range of {
			if at < 0 {
				continue
			}
			s := &all[at]
			enough := s.place == found && !s.open
			if enough || s.gone || !s.matched && !v.in(s) {
				continue
			}
			s.place = found
			if s.open {
				members = append(members, member{t, at})
				s.listed++
			}
		}
	}
	return members
}

func lookUp(set *probe.NamespaceSet, places map[probe.NamespaceRef]int32) spacesOf {
	var of spacesOf
	for _, kind := range probe.NamespaceTypes {
		of[kind] = -1
		if inode, ok := set.Inodes[kind].Get(); ok {
			if at, ok := places[probe.NamespaceRef{Type: kind, Inode: inode}]; ok {
				of[kind] = at
			}
		}
	}
	return of
}

// candidate is a process in a namespace as a filter sees it: of its namespaces only that one counts, and whether it is
// the host's.
type candidate struct {
	subject.Task
	space *space
	asked bool // The filter wanted to know which namespace it is.
}

// AppendField implements filter.Subject.
func (c *candidate) AppendField(dst []byte, f filter.Field) []byte {
	if aboutNamespace(f) {
		c.asked = true
		return c.space.appendOwn(dst, f)
	}
	if f == filter.Any {
		dst = append(append(dst, c.space.note()...), 0)
	}
	return c.Task.AppendField(dst, f)
}

// verdict is whether a filter finds a process. As long as the filter asks for no namespace the answer is the same in all
// that are the host's, and in all others, which spares most of the work.
type verdict struct {
	candidate
	matches func(filter.Subject) bool
	given   bool
	yes     bool
}

// in reports whether the process is found as a member of a space.
func (v *verdict) in(s *space) bool {
	if !v.given || v.asked || v.space.note() != s.note() {
		v.space, v.given = s, true
		v.yes = v.matches(&v.candidate)
	}
	return v.yes
}

// AppendField implements filter.Subject: a namespace is its type and number, what it is called, what keeps it, and what its
// leader is.
func (s *space) AppendField(dst []byte, f filter.Field) []byte {
	if aboutNamespace(f) {
		return s.appendOwn(dst, f)
	}
	if f == filter.Any {
		dst = append(append(subject.AppendNamespace(dst, s.Namespace), s.note()...), 0)
	}
	if s.leader == nil {
		return dst
	}
	return subject.Task{Task: s.leader}.AppendField(dst, f)
}

// appendOwn appends what a field about namespaces holds: only the namespace itself counts.
func (s *space) appendOwn(dst []byte, f filter.Field) []byte {
	switch kind, one := namespaceOf(f); {
	case f == filter.NamespaceType:
		return append(dst, s.Type.String()...)
	case f == filter.Namespace, one && kind == s.Type:
		return strconv.AppendUint(dst, s.Inode, 10)
	}
	return dst
}

// aboutNamespace reports whether a field is about namespaces rather than processes.
func aboutNamespace(f filter.Field) bool {
	_, one := namespaceOf(f)
	return one || f == filter.Namespace || f == filter.NamespaceType
}

// namespaceOf returns the type of namespace whose number a field asks for.
func namespaceOf(f filter.Field) (probe.NamespaceType, bool) {
	if f < filter.UserNamespace || f > filter.TimeNamespace {
		return 0, false
	}
	return probe.NamespaceTypes[f-filter.UserNamespace], true
}
