package origin

import (
	"slices"

	"bulkhead/probe/proc"
)

// Facts is what a scan knows of one process.
type Facts struct {
	PID     int32
	Start   uint64 // Clock ticks after boot; field 22 of proc_pid_stat(5).
	Comm    string // proc_pid_comm(5).
	Cmdline string // Arguments joined by blanks, empty where they are not known; proc_pid_cmdline(5).
	UID     uint32 // Effective user id; 0 where it is not known.
	Kernel  bool   // A kernel thread.
	Cgroups []proc.Membership
}

// Family is the facts of a world's leader and of its parent, which is zero where that is not in sight.
type Family struct {
	Leader Facts
	Parent Facts
}

// FromTask concludes what made a world, from its leader and the leader's parent. It is pure.
//
// A container's, unit's or session's group tells what the leader is in; whether it is the thing itself or only something
// inside of it is told by the parent, which is outside of the one and inside of the other.
func FromTask(f Family) Origin {
	if f.Leader.Kernel {
		return Origin{Kind: Kernel, Name: f.Leader.Comm, From: "it is a kernel thread"}
	}
	at, parent := placeOf(f.Leader.Cgroups), placeOf(f.Parent.Cgroups)
	monitor, monitored := fromMonitor(f.Parent)
	inside := !monitored && f.Parent.PID != 0 && at.same(&parent)
	if at.rank == container && !inside {
		return at.merge(monitor)
	}
	if o, ok := fromSandbox(f.Leader); ok {
		return at.around(o)
	}
	if o, ok := asConmon(f.Leader); ok && (at.Kind != Conmon || at.ID == o.ID) {
		return at.around(o)
	}
	switch {
	case at.rank == app:
		return at.Origin
	case monitored:
		return monitor
	}
	if o, ok := fromLauncher(f); ok {
		return at.around(o)
	}
	if at.rank == unit && !inside {
		return at.Origin
	}
	if at.rank == nowhere {
		return Origin{}
	}
	return Origin{Kind: Process, Name: f.Leader.Comm, In: at.Whole(), From: at.From}
}

// placeOf returns the most telling place among the groups of a process: in some hierarchies it may be in a shorter path.
func placeOf(cgroups []proc.Membership) place {
	var best place
	var paths [16]string // Of one process most are the same, and a slice on the stack costs nothing.
	seen := paths[:0]
	for i := range cgroups {
		path := cgroups[i].Path
		if path == "/" || slices.Contains(seen, path) {
			continue
		}
		seen = append(seen, path)
		if at := placeOfPath(path); at.rank > best.rank {
			at.From = "cgroup path " + path
			best = at
		}
	}
	return best
}

// same reports whether two places are one.
func (p *place) same(other *place) bool {
	return p.rank == other.rank && p.rank != nowhere && p.Kind == other.Kind && p.ID == other.ID
}

// merge adds what the parent of a container's first process tells to what its group does.
func (p *place) merge(monitor Origin) Origin {
	o := p.Origin
	if monitor.Kind == "" {
		return o
	}
	if o.Kind != Kubernetes {
		o.Kind = monitor.Kind
	}
	if monitor.Name != "" && (o.ID == monitor.ID || !isID(o.ID)) {
		o.Name = monitor.Name
		o.From += ", " + monitor.From
	}
	if monitor.In != "" && o.In == "" {
		o.In = monitor.In
	}
	return o
}

// around returns something that a process made, inside of the place. That it was made in somebody's session or service says
// nothing of it.
func (p *place) around(o Origin) Origin {
	if p.rank == container || p.rank == app {
		o.In = within(o.In, p.Whole())
	}
	return o
}
