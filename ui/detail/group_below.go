package detail

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/ui/text"
)

// below adds what the groups right below use and may use together, beside the group itself.
func (p *Page) below(s *probe.Snapshot, g *probe.Group, counters *probe.CPUCounters) {
	children := childrenOf(s, g)
	if len(children) == 0 {
		return
	}
	p.heading("groups below")
	p.add("count", plural(len(children), "group"), Plain)
	sums(p, g, children, resource[float64]{"cpu", func(g *probe.Group) (limit, use probe.Reading[float64]) {
		return g.Values.CPUQuota, counters.Use(g)
	}, cpus})
	sums(p, g, children, resource[uint64]{"memory", func(g *probe.Group) (limit, use probe.Reading[uint64]) {
		return g.Values.MemoryMax, g.Values.Memory
	}, text.Bytes})
	sums(p, g, children, resource[uint64]{"pids", func(g *probe.Group) (limit, use probe.Reading[uint64]) {
		return g.Values.PIDsMax, g.Values.PIDs
	}, decimal[uint64]})
}

// childrenOf returns the groups right below another.
func childrenOf(s *probe.Snapshot, g *probe.Group) (children []*probe.Group) {
	for i := range s.Groups {
		if parent := s.Groups[i].Parent; parent >= 0 && &s.Groups[parent] == g {
			children = append(children, &s.Groups[i])
		}
	}
	return children
}

// sums adds up what groups use and may use.
func sums[T amount](p *Page, g *probe.Group, children []*probe.Group, r resource[T]) {
	var used, limits T
	told, limited := 0, 0
	for _, child := range children {
		limit, use := r.of(child)
		if n, ok := use.Get(); ok {
			used += n
			told++
		}
		if n, ok := limit.Get(); ok {
			limits += n
			limited++
		}
	}
	ownLimit, ownUse := r.of(g)
	if told > 0 {
		says := r.write(used)
		if told < len(children) {
			says = fmt.Sprintf("at least %s, of %d that tell", says, told)
		}
		if own, ok := ownUse.Get(); ok && told == len(children) && used <= own { // They were not read at once.
			says += fmt.Sprintf(" of its %s", r.write(own))
		}
		p.add(r.label, says, Plain)
	}
	if most, ok := ownLimit.Get(); ok && limited > 0 && limits > most {
		p.add("", fmt.Sprintf("limits of %s together: more than its own %s", r.write(limits), r.write(most)), Warn)
	} else if limited > 0 {
		p.add("", fmt.Sprintf("limits of %s together, of %d", r.write(limits), limited), Dim)
	}
}
