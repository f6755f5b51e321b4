package probe

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
