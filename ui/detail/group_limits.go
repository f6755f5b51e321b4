package detail

import (
	"fmt"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/text"
)

// amount is what limits are of.
type amount interface{ float64 | uint64 }

// groupLimits adds the limit of each resource that really binds, with the headroom that is left of it.
func (p *Page) groupLimits(s *probe.Snapshot, g *probe.Group, counters *probe.CPUCounters) {
	binding := s.Binding(g.GroupKey)
	from := len(p.Lines)
	p.heading("limits")
	if by, ok := s.Group(binding.Quota.By); ok {
		binding.Quota.Use = counters.Use(by)
	}
	headroom(p, s, g, resource[float64]{"cpu", func(g *probe.Group) (limit, use probe.Reading[float64]) {
		return g.Values.CPUQuota, counters.Use(g)
	}, cpus}, binding.Quota)
	headroom(p, s, g, resource[uint64]{"memory", func(g *probe.Group) (limit, use probe.Reading[uint64]) {
		return g.Values.MemoryMax, g.Values.Memory
	}, text.Bytes}, binding.Memory)
	headroom(p, s, g, resource[uint64]{"pids", func(g *probe.Group) (limit, use probe.Reading[uint64]) {
		return g.Values.PIDsMax, g.Values.PIDs
	}, decimal[uint64]}, binding.PIDs)
	if h := s.HierarchyOf(g); h.Version == 2 && h.MountPoint != "" {
		for _, controller := range []string{"cpu", "memory", "pids"} {
			if says, off := s.Host.SwitchedOff(controller); off {
				p.add(controller, "no limit: "+says, Unknown)
			}
		}
	}
	if len(p.Lines) == from+1 { // A hierarchy that limits nothing, such as that of the freezer.
		p.Lines = p.Lines[:from]
	}
}

// resource is something that is limited: of a group the limit and the use, and how they are written.
type resource[T amount] struct {
	label string
	of    func(*probe.Group) (limit, use probe.Reading[T])
	write func(T) string
}

// headroom adds the limit that binds, what is used of it and which group sets it.
func headroom[T amount](p *Page, s *probe.Snapshot, g *probe.Group, r resource[T], b probe.Bound[T]) {
	own, ownUse := r.of(g)
	if g.Dir == "" || b.Own == (probe.GroupKey{}) || b.Limit.State() == reading.Absent && ownUse.State() == reading.Absent {
		return
	}
	limit, limited := b.Limit.Get()
	used, known := b.Use.Get()
	whose := ""
	if b.By == g.GroupKey {
		whose = "its own "
	}
	switch {
	case !limited:
		p.unlimited(r.label, reading.Map(ownUse, r.write), b.Limit.State())
		return
	case known:
		says := fmt.Sprintf("%s of %s%s", r.write(used), whose, r.write(limit))
		p.Lines = append(p.Lines, Line{Label: r.label, Value: says, Tone: toneOf(used, limit), Bar: &Bar{float64(used), float64(limit)}})
	default:
		p.add(r.label, "at most "+whose+r.write(limit), Plain)
	}
	switch most, ok := own.Get(); {
	case b.By == g.GroupKey:
	case ok:
		p.group("", "by ", b.By, Own)
		p.add("", "its own limit is "+r.write(most), Dim)
	default:
		p.group("", "by ", b.By, Own)
	}
	nearerEnd(p, s, g, r, b)
}

// unlimited adds what is used where there is no limit, or none that is known.
func (p *Page) unlimited(label string, use probe.Reading[string], limit reading.State) {
	var says []string
	tone := Plain
	switch used, ok := use.Get(); {
	case ok:
		says = append(says, used)
	case use.State() != reading.Absent:
		says, tone = append(says, why(use.State())), Unknown
	}
	switch limit {
	case reading.Absent, reading.Present:
	case reading.Unlimited:
		says = append(says, "no limit")
	case reading.Denied, reading.Unsupported, reading.Unreached:
		says = append(says, "limit "+whyLimit(limit))
	}
	p.add(label, strings.Join(says, ", "), tone)
}

// toneOf is the tone of use by how near its limit it is.
func toneOf[T amount](used, limit T) Tone {
	switch {
	case float64(used) >= history.BadShare*float64(limit):
		return Bad
	case float64(used) >= history.WarnShare*float64(limit):
		return Warn
	}
	return Plain
}

// nearerEnd adds the limit above of which less is left than of the least one: what others use counts there too.
func nearerEnd[T amount](p *Page, s *probe.Snapshot, g *probe.Group, r resource[T], b probe.Bound[T]) {
	left := func(limit, use probe.Reading[T]) (T, bool) {
		most, limited := limit.Get()
		used, known := use.Get()
		return most - min(used, most), limited && known
	}
	least, ok := left(b.Limit, b.Use)
	if !ok {
		return
	}
	var nearest *probe.Group
	for at := g; ; at = &s.Groups[at.Parent] {
		if n, ok := left(r.of(at)); ok && n < least && at.GroupKey != b.By {
			least, nearest = n, at
		}
		if at.Parent < 0 {
			break
		}
	}
	if nearest == nil {
		return
	}
	limit, _ := r.of(nearest)
	p.add("", fmt.Sprintf("but only %s are left of the %s", r.write(least), r.write(limit.Or(0))), Warn)
	p.group("", "of ", nearest.GroupKey, Warn)
}
