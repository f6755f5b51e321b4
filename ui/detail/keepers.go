package detail

import (
	"fmt"
	"time"

	"bulkhead/probe"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// mostKeepers is how many of those that keep a namespace alive a page lists.
const mostKeepers = 20

// keepers adds what else than the processes in it keeps a namespace alive, and how old the search is that found it.
func (p *Page) keepers(s *probe.Snapshot, n *probe.Namespace) {
	label := "kept by"
	for i := range n.KeptBy {
		if i == mostKeepers {
			p.add("", fmt.Sprintf("and %d more", len(n.KeptBy)-i), Dim)
			break
		}
		k := &n.KeptBy[i]
		p.link(label, k.Text(), Plain, keeperTarget(s, k))
		label = ""
	}
	switch {
	case s.Findings == nil && n.Processes == 0:
		p.add("looked for", "not yet: only the processes' own links were read", Unknown)
	case s.Findings != nil && (n.Processes == 0 || len(n.KeptBy) > 0):
		p.add("looked for", age(s.At.Sub(s.Findings.At)), Dim)
	}
}

// age says how long ago a search was.
func age(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return text.Age(d) + " ago"
}

// keeperTarget is where a keeper leads: to the process, else to the namespace.
func keeperTarget(s *probe.Snapshot, k *probe.Keeper) screen.Target {
	if t, ok := s.Task(k.Task.PID); ok && k.Kind != probe.KeptByMount {
		return screen.ToTask(t.TaskKey)
	}
	if n, ok := s.Namespace(k.Namespace); ok {
		return screen.ToNamespace(n.Key())
	}
	return screen.Target{}
}
