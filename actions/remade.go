package actions

// Remade is a group that was made again in the place of one that had been removed, with the same name.
type Remade struct {
	Group Group  // As it is now.
	Was   uint64 // The inode of the one that was removed.
}

// Remade returns the groups that a result made again. What was known of the old ones holds for them: it was this program that
// removed them, and that made them again. A group that somebody else made has an inode that nothing here leads to.
func (r Result) Remade() []Remade {
	var all []Remade
	for i, done := range r.Done[:min(len(r.Done), len(r.Plan.Steps))] {
		planned, ok := r.Plan.Steps[i].(Make)
		made, same := done.Step.(Make)
		if ok && same && planned.Group.Inode != 0 && made.Group.Inode != 0 && made.Group.Inode != planned.Group.Inode {
			all = append(all, Remade{made.Group, planned.Group.Inode})
		}
	}
	return all
}

// Before returns an earlier result as a later one leaves it: what takes it back is about the groups that the later one made
// again.
func (r Result) Before(later Result) Result {
	n := renewal{}
	n.add(later.Remade())
	if len(n) == 0 {
		return r
	}
	done := make([]Done, len(r.Done))
	for i, d := range r.Done {
		done[i] = Done{Step: n.step(d.Step), Inverse: n.steps(d.Inverse), Says: d.Says}
	}
	r.Done = done
	return r
}

// renewal leads from groups that were removed to those which were made again in their place.
type renewal map[identity]uint64

// identity is a group by its directory and inode.
type identity struct {
	dir   string
	inode uint64
}

// add puts groups before those that are known: they were made again earlier, and may have been removed and made once more.
func (n renewal) add(earlier []Remade) {
	for _, r := range earlier {
		n[identity{r.Group.Dir(), r.Was}] = n.group(r.Group).Inode
	}
}

// group returns a group as it is now.
func (n renewal) group(g Group) Group {
	if inode, ok := n[identity{g.Dir(), g.Inode}]; ok {
		g.Inode = inode
	}
	return g
}

func (n renewal) step(step Step) Step { return regroup(step, n.group) }

func (n renewal) steps(steps []Step) []Step {
	if len(n) == 0 || len(steps) == 0 {
		return steps
	}
	renewed := make([]Step, len(steps))
	for i, step := range steps {
		renewed[i] = n.step(step)
	}
	return renewed
}

// regroup replaces the groups that a step finds there. The one that it makes is not.
func regroup(step Step, by func(Group) Group) Step {
	switch s := step.(type) {
	case Set:
		s.Group = by(s.Group)
		return s
	case Move:
		s.From, s.To = by(s.From), by(s.To)
		return s
	case Remove:
		s.Group = by(s.Group)
		return s
	case SignalGroup:
		s.Group = by(s.Group)
		return s
	}
	return step
}
