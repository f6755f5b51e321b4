package probe

import "bulkhead/probe/taskiter"

// Held counts the namespaces that the scanner holds open.
func (s *Scanner) Held() int { return s.namespaces.held() }

// namedWorlds groups processes by the set of namespaces they are in, and names the worlds.
func namedWorlds(tasks []Task, reference WorldKey) []World {
	var w WorldMaker
	return w.named(tasks, reference)
}

// named is a scan's worlds.
func (w *WorldMaker) named(tasks []Task, reference WorldKey) []World {
	w.Group(tasks, Partition{}, reference)
	w.name(tasks)
	return w.List()
}

// Calls returns how many system calls the scanner has made so far to read processes.
func (s *Scanner) Calls() (calls int) {
	for _, r := range s.readers {
		calls += r.Calls()
	}
	return calls
}

// Iterates reports whether the finder has the kernel look through descriptors.
func (f *Finder) Iterates() bool { return f.iterator != nil }

// Lose has the iterator lose its way in the next scan.
func (s *Scanner) Lose() { s.iteration.teller = &losing{s.iteration.teller, s.iteration} }

type losing struct {
	teller
	of *iteration
}

func (l *losing) ReadChanged(changed []taskiter.Record, same []int32) ([]taskiter.Record, []int32, error) {
	l.of.teller = l.teller
	return changed, same, taskiter.ErrLost
}
