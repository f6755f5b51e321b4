package probe

import "slices"

// lineup brings what is kept beside processes in line with a new list of them, in the memory where it is: most processes stay.
type lineup struct {
	meta   []taskMeta // Of those that stay at the beginning, then of those that were there and are still to be met.
	stayed int
	came   []newcomer
	fresh  []taskMeta // Where there were none before.
}

// newcomer is a process that was not there before.
type newcomer struct {
	at   int // In the new list.
	meta taskMeta
}

// newLineup begins with what was kept beside the processes before, for so many of them now.
func newLineup(before []taskMeta, count int) lineup {
	if len(before) > 0 {
		return lineup{meta: before}
	}
	return lineup{fresh: make([]taskMeta, count)}
}

// stay returns what is kept of the process that had an index before. It must be asked in the order of the new list.
func (l *lineup) stay(before int) *taskMeta {
	m := &l.meta[l.stayed]
	if before != l.stayed {
		*m = l.meta[before]
	}
	l.stayed++
	return m
}

// come returns what is kept of a process that has an index from now on, of which nothing is known. It is valid until the next
// one comes.
func (l *lineup) come(at int) *taskMeta {
	if l.fresh != nil {
		return &l.fresh[at]
	}
	l.came = append(l.came, newcomer{at: at})
	return &l.came[len(l.came)-1].meta
}

// settle returns what is kept of all.
func (l *lineup) settle() []taskMeta {
	if l.fresh != nil {
		return l.fresh
	}
	end := l.stayed + len(l.came)
	meta := slices.Grow(l.meta[:l.stayed], len(l.came))[:end]
	for i, n := range slices.Backward(l.came) { // Those behind move by as many places as came before them.
		copy(meta[n.at+1:end], meta[n.at-i:l.stayed])
		meta[n.at] = n.meta
		l.stayed, end = n.at-i, n.at
	}
	return meta
}
