package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

const fileSubtree = "cgroup.subtree_control"

// threadedControllers are those of version 2 that work on threads too: handed on by a group with processes in it, they turn
// it into the root of a threaded subtree, while the others are refused; see "Threads" in the kernel's cgroup-v2 document.
var threadedControllers = []string{"cpu", "cpuset", "perf_event", "pids"}

// DomainControllers returns those of some controllers of version 2 that do not work on threads: a group that hands one of them on
// may have no processes in it.
func DomainControllers(of []string) []string { return lacking(threadedControllers, of) }

// enable has a group, and all above it, hand on controllers of version 2 to the groups below.
func (m *maker) enable(above Group, g *probe.Group, controllers []string) error {
	if len(controllers) == 0 {
		return nil
	}
	if m.s.HierarchyOf(g).Version == 1 {
		return refuse("in version 1 a controller belongs to its hierarchy").help("make the group in the hierarchy of the controller")
	}
	if g.Parent >= 0 {
		parent := &m.s.Groups[g.Parent]
		if err := m.enable(target(m.s, parent), parent, controllers); err != nil {
			return err
		}
	} else if err := m.offered(above, controllers); err != nil {
		return err
	}
	now, ok := m.knob(above.Dir(), fileSubtree).Get()
	if !ok {
		return refuse("%s may not be read", above.file(fileSubtree))
	}
	missing := lacking(strings.Fields(now), controllers)
	if len(missing) == 0 {
		return nil
	}
	if err := m.occupied(g, missing); err != nil {
		return err
	}
	m.plan.Steps = append(m.plan.Steps, handOn(above, now, missing))
	return nil
}

// enableNew has a group that the plan makes hand on controllers.
func (m *maker) enableNew(above Group, controllers []string) error {
	if len(controllers) > 0 {
		m.plan.Steps = append(m.plan.Steps, handOn(above, "", controllers))
	}
	return nil
}

// offered refuses controllers that the topmost group has not.
func (m *maker) offered(top Group, controllers []string) error {
	offer := strings.Fields(m.knob(top.Dir(), "cgroup.controllers").Or(""))
	missing := lacking(offer, controllers)
	if len(missing) == 0 {
		return nil
	}
	for i := range m.s.Hierarchies {
		if h := &m.s.Hierarchies[i]; h.Version == 1 && slices.Contains(h.Controllers, missing[0]) {
			return refuse("version 2 has no controller %s: the version 1 hierarchy at %s has it", missing[0], h.MountPoint).
				help("make the group there: %s:/PATH", h.Label)
		}
	}
	return refuse("version 2 has no controller %s here (it has: %s)", missing[0], strings.Join(offer, " "))
}

// occupied refuses, or warns of, handing on controllers from a group with processes in it.
func (m *maker) occupied(g *probe.Group, controllers []string) error {
	if g.Parent < 0 || g.Processes == 0 {
		return nil
	}
	if domain := DomainControllers(controllers); len(domain) > 0 {
		return refuse("%s has %s in it, so that it cannot hand on %s", g.GroupKey, count(g.Processes, "process"), strings.Join(domain, " ")).
			help("move them to a group below it first")
	}
	m.plan.warn(fmt.Sprintf("%s has %s in it: handing on %s turns it into a threaded one for good, and processes can no longer be moved into groups below it, only threads",
		g.GroupKey, count(g.Processes, "process"), strings.Join(controllers, " ")))
	return nil
}

// handOn is the step by which a group hands on controllers.
func handOn(g Group, now string, controllers []string) Set {
	return Set{Group: g, File: fileSubtree, From: now, To: "+" + strings.Join(controllers, " +"), Back: "-" + strings.Join(controllers, " -")}
}

// lacking returns those of the wanted that are not there.
func lacking(have, wanted []string) []string {
	var missing []string
	for _, w := range wanted {
		if !slices.Contains(have, w) {
			missing = append(missing, w)
		}
	}
	return missing
}
