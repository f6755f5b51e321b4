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
	if m, ok := step.(Move); ok && m.File != fileProcs {
		if at, taken := so.moved[placed{m.Task.PID, m.To.Hierarchy}]; taken {
			m.From = at
		}
		step = m
	}
	return regroup(step, so.known)
}

// known returns a group with its inode, if a step before has made it.
func (so sofar) known(g Group) Group {
	if inode, ok := so.made[g.Dir()]; ok {
		g.Inode = inode
	}
	return g
}
