package actions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"bulkhead/probe"
)

// MakeOptions say how a group is made.
type MakeOptions struct {
	// Controllers of version 2 that the group is to have; those above it hand them on in the same plan.
	Controllers []string
}

// MakeGroup makes a group, and those above it that are not there. One of a version 1 cpuset hierarchy gets the CPUs and
// memory nodes of the group above it, since nobody may enter it before it has both.
func MakeGroup(key probe.GroupKey, o MakeOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		if _, ok := s.Group(key); ok {
			return Plan{}, refuse("%s is there already", key)
		}
		if err := checkName(key); err != nil {
			return Plan{}, err
		}
		m := maker{s: s, knob: knob, plan: Plan{Title: "Make " + key.String()}}
		if err := m.make(key, o.Controllers); err != nil {
			return Plan{}, err
		}
		return m.plan, nil
	}
}

// checkName refuses a name that the kernel would.
func checkName(key probe.GroupKey) error {
	for part := range strings.SplitSeq(strings.TrimPrefix(key.Path, "/"), "/") {
		switch {
		case part == "" || part == "." || part == "..":
			return refuse("%q cannot be the name of a group", part)
		case strings.ContainsAny(part, "\n\x00"):
			return refuse("the name of a group cannot hold a newline")
		}
	}
	return nil
}

// maker collects the steps that make a group.
type maker struct {
	s    *probe.Snapshot
	knob Knobs
	plan Plan
}

func (m *maker) make(key probe.GroupKey, controllers []string) error {
	above, err := m.above(key, controllers)
	if err != nil {
		return err
	}
	g := above.child(path.Base(key.Path))
	m.plan.Steps = append(m.plan.Steps, Make{g})
	m.plan.Effects = append(m.plan.Effects, "a new group: "+g.Dir())
	h := m.s.HierarchyOf(&probe.Group{GroupKey: key})
	if h.Version == 1 && slices.Contains(h.Controllers, "cpuset") {
		return m.inherit(g, above)
	}
	return nil
}

// above returns the group that another one is made in, itself made where it is not there.
func (m *maker) above(key probe.GroupKey, controllers []string) (Group, error) {
	up := key.Above()
	if _, ok := m.s.Group(up); !ok && up.Path != key.Path {
		if up.Path == "/" {
			return Group{}, refuse("there is no hierarchy %s", key.Hierarchy)
		}
		if err := m.make(up, controllers); err != nil {
			return Group{}, err
		}
		made, _ := m.plan.Steps[len(m.plan.Steps)-1].(Make)
		for _, step := range m.plan.Steps {
			if s, ok := step.(Make); ok && s.Group.GroupKey == up {
				made = s
			}
		}
		return made.Group, m.enableNew(made.Group, controllers)
	}
	above, g, err := writable(m.s, up)
	if err != nil {
		return Group{}, err
	}
	m.plan.warn(ownerOf(m.s, g).warning(actMake))
	return above, m.enable(above, g, controllers)
}

// inherit gives a new group the CPUs and memory nodes of the one above it. The files are called cpus and mems where the
// hierarchy is mounted with noprefix.
func (m *maker) inherit(g, above Group) error {
	for _, file := range []string{fileCPUs, fileMems} {
		file = newCPUSet(m.s, &probe.Group{GroupKey: g.GroupKey}, m.knob).name(file)
		value, ok := m.given(above, file)
		if !ok {
			return refuse("%s may not be read, so that the new group would have none", above.file(file))
		}
		if value == "" {
			m.plan.warn(fmt.Sprintf("%s is empty above: nobody can enter the group before both have it", file))
			continue
		}
		m.plan.Steps = append(m.plan.Steps, Set{Group: g, File: file, To: value})
	}
	return nil
}

// given returns what a file of a group says, or what the plan writes to it.
func (m *maker) given(g Group, file string) (string, bool) {
	for _, step := range m.plan.Steps {
		if set, ok := step.(Set); ok && set.Group.GroupKey == g.GroupKey && set.File == file {
			return set.To, true
		}
	}
	return m.knob(g.Dir(), file).Get()
}
