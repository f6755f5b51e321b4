package probe

import (
	"slices"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// Binding is what binds in one place of the trees: of each resource the tightest limit from there to the root, and which
// group sets it. Own is the zero key where no hierarchy that is looked at has the controller.
type Binding struct {
	CPUs   Bound[cpulist.Set] // Those that the own group has, by the group that narrowed them last; unlimited where none did.
	Mems   Bound[cpulist.Set] // The same of memory nodes. What the host has is taken from the root group.
	Quota  Bound[float64]     // CPUs on average: cpu.max, or cpu.cfs_quota_us by cpu.cfs_period_us.
	Memory Bound[uint64]      // Bytes: memory.max, or memory.limit_in_bytes.
	PIDs   Bound[uint64]      // Tasks: pids.max.
}

// Binding returns what binds in a group, as far as the snapshot tells: what its own hierarchy does not control is absent.
func (s *Snapshot) Binding(key GroupKey) Binding {
	return s.binding(func(h *Hierarchy) (string, bool) { return key.Path, h.Label == key.Hierarchy })
}

// binding returns what binds where the path of each hierarchy leads.
func (s *Snapshot) binding(path func(*Hierarchy) (string, bool)) Binding {
	chain := func(controller string) ([]*Group, bool) {
		all := s.chain(controller, path)
		return all, s.cut(all)
	}
	cpuset, _ := chain("cpuset") // Of sets the topmost one in sight tells what those above leave.
	cpu, cpuCut := chain("cpu")
	memory, memoryCut := chain("memory")
	pids, pidsCut := chain("pids")
	return Binding{
		CPUs: boundSet(cpuset, s.Host.CPUs, func(g *Group) Reading[cpulist.Set] {
			return granted(g.Values.CPUs, g.Values.CPUsEffective)
		}),
		Mems: boundSet(cpuset, Reading[cpulist.Set]{}, func(g *Group) Reading[cpulist.Set] {
			return granted(g.Values.Mems, g.Values.MemsEffective)
		}),
		Quota:  bound(cpu, cpuCut, func(g *Group) (limit, use Reading[float64]) { return g.Values.CPUQuota, Reading[float64]{} }, less[float64]),
		Memory: bound(memory, memoryCut, func(g *Group) (limit, use Reading[uint64]) { return g.Values.MemoryMax, g.Values.Memory }, less[uint64]),
		PIDs:   bound(pids, pidsCut, func(g *Group) (limit, use Reading[uint64]) { return g.Values.PIDsMax, g.Values.PIDs }, less[uint64]),
	}
}

// granted is what a group has: on old kernels only what it asks for is told.
func granted(requested, effective Reading[cpulist.Set]) Reading[cpulist.Set] {
	if effective.State() == reading.Absent {
		return requested
	}
	return effective
}

// narrowest returns the index of the last set that is smaller than the one before it, and the set that is left at the end; -1
// where none is smaller. What is not known is passed over.
func narrowest(had Reading[cpulist.Set], sets []Reading[cpulist.Set]) (at int, left Reading[cpulist.Set]) {
	at, left = -1, had
	for i, set := range sets {
		now, ok := set.Get()
		if !ok {
			continue
		}
		if before, known := left.Get(); known && now.Len() < before.Len() {
			at = i
		}
		left = set
	}
	return at, left
}

// boundSet returns the set that the last group of a chain has, and which group narrowed it.
func boundSet(chain []*Group, had Reading[cpulist.Set], of func(*Group) Reading[cpulist.Set]) (b Bound[cpulist.Set]) {
	sets := make([]Reading[cpulist.Set], len(chain))
	for i, g := range chain {
		if sets[i] = of(g); g.Dir == "" {
			sets[i] = reading.None[cpulist.Set](reading.Unreached)
		}
		if sets[i].State() != reading.Absent || i == 0 {
			b.Own = g.GroupKey // Where the controller is not enabled so far down, the group above counts.
		}
	}
	at, left := narrowest(had, sets)
	unknown := slices.IndexFunc(sets, func(r Reading[cpulist.Set]) bool { return !r.Known() && r.State() != reading.Absent })
	switch {
	case len(chain) == 0:
	case at >= 0:
		b.Limit, b.By, b.Use = left, chain[at].GroupKey, left
	case unknown >= 0: // That one may have narrowed it.
		b.Limit = sets[unknown]
	case slices.ContainsFunc(sets, func(r Reading[cpulist.Set]) bool { return r.State() == reading.Present }):
		b.Limit, b.Use = reading.None[cpulist.Set](reading.Unlimited), left
	default:
		b.Limit = sets[len(sets)-1]
	}
	return b
}
