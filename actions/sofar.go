package actions

// sofar is what the steps of a plan have come to that were applied before the next one.
type sofar struct {
	made  map[string]uint64 // The inodes of groups that were made, by their directories.
	moved map[placed]Group  // Where whole processes were moved.
}

// placed is a process in a hierarchy.
type placed struct {
	pid       int32
	hierarchy string
}

// note remembers what a step did.
func (so sofar) note(step Step) {
	switch s := step.(type) {
	case Make:
		so.made[s.Group.Dir()] = s.Group.Inode
	case Move:
		if s.File == fileProcs {
			so.moved[placed{s.Task.PID, s.To.Hierarchy}] = s.To
		}
	}
}

// settle gives a step the inodes of the groups that steps before it made, and the place of a thread that its process took
// along.
func (so sofar) settle(step Step) Step {
	switch s := step.(type) {
	case Set:
		s.Group = so.known(s.Group)
		return s
	case Move:
		if at, ok := so.moved[placed{s.Task.PID, s.To.Hierarchy}]; ok && s.File != fileProcs {
			s.From = at
		}
		s.From, s.To = so.known(s.From), so.known(s.To)
		return s
	case Remove:
		s.Group = so.known(s.Group)
		return s
	case SignalGroup:
		s.Group = so.known(s.Group)
		return s
	}
	return step
}

// known returns a group with its inode, if a step before has made it.
func (so sofar) known(g Group) Group {
	if inode, ok := so.made[g.Dir()]; ok {
		g.Inode = inode
	}
	return g
}
