package probe

import (
	"slices"
	"strings"
)

// CPUCounters tells which groups count the CPU time of others. In version 1 cpu, which limits it, and cpuacct, which counts it, may
// be hierarchies of their own: then it is counted in the group of the same path, as long as that has the same processes.
type CPUCounters struct {
	s       *Snapshot
	counted map[string]*Group // The groups of cpuacct by path, where it is apart from cpu.
	apart   map[string]bool   // Paths of which the two hierarchies have other processes, in the group or below it.
}

// CPUCounters looks at the groups of all processes once.
func (s *Snapshot) CPUCounters() CPUCounters {
	c := CPUCounters{s: s, counted: map[string]*Group{}, apart: map[string]bool{}}
	cpu, hasCPU := s.v1With("cpu")
	acct, hasAcct := s.v1With("cpuacct")
	if !hasCPU || !hasAcct || cpu == acct {
		return c
	}
	for i := range s.Groups {
		if g := &s.Groups[i]; g.Hierarchy == acct.Label {
			c.counted[g.Path] = g
		}
	}
	asked := map[*CgroupSet]bool{}
	for i := range s.Tasks {
		set := s.Tasks[i].Cgroups
		if set == nil || asked[set] || s.Tasks[i].Zombie() {
			continue
		}
		asked[set] = true
		limited, limits := set.Path(cpu.ID)
		counted, counts := set.Path(acct.ID)
		if limits && counts && limited != counted {
			c.part(limited, counted)
			c.part(counted, limited)
		}
	}
	return c
}

// v1With returns the version 1 hierarchy that has a controller.
func (s *Snapshot) v1With(controller string) (*Hierarchy, bool) {
	for i := range s.Hierarchies {
		if h := &s.Hierarchies[i]; h.Version == 1 && slices.Contains(h.Controllers, controller) {
			return h, true
		}
	}
	return nil, false
}

// part notes that a process is in a group by one hierarchy, and not in that or below by the other.
func (c *CPUCounters) part(path, other string) {
	for path != "/" && path != "" {
		if path == other || strings.HasPrefix(other, path+"/") {
			return // So it is for all groups above.
		}
		c.apart[path] = true
		path = path[:strings.LastIndexByte(path, '/')]
	}
}

// Of returns the group that counts the CPU time of a group: itself, or another of version 1, or nil where none does. Same tells
// that it is of the same processes. What the counter counted so far may be of others still, that are gone.
func (c *CPUCounters) Of(g *Group) (counter *Group, same bool) {
	h := c.s.HierarchyOf(g)
	if h.Version == 2 || !slices.Contains(h.Controllers, "cpu") || slices.Contains(h.Controllers, "cpuacct") {
		return g, true
	}
	counter = c.counted[g.Path]
	if counter == nil {
		return nil, false
	}
	return counter, !c.apart[g.Path] && len(g.Loose.Or(nil))+len(counter.Loose.Or(nil)) == 0
}

// Use returns how many CPUs a group used of late, by the group that counts it. It is absent where none counts the same processes.
func (c *CPUCounters) Use(g *Group) Reading[float64] {
	if counter, same := c.Of(g); same {
		return counter.CPU
	}
	return Reading[float64]{}
}
