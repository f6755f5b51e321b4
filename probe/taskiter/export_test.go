//go:build amd64 || arm64

package taskiter

// OpenWith loads the first of the programs that the kernel takes.
var OpenWith = openWith

// Programs are those that this kernel must take: a cast is free from 6.2 on, and programs that are called may ask for tasks from
// 6.10 on (commit a8e03b6bbb2c of Linux).
func Programs() []string {
	switch {
	case older(6, 2):
		return []string{objectProgDump}
	case older(6, 10):
		return []string{objectProgDumpUntrusted}
	}
	return []string{objectProgWalk, objectProgDumpUntrusted}
}

// GoOn has the iterator go on behind a process that was started so many nanoseconds after one was that it told of.
func (it *Iterator) GoOn(after *Record, later uint64) error {
	w, walks := it.way.(*walk)
	if !walks {
		return errRecord
	}
	w.past, w.from, w.chunk.start = 1, after.PID, after.start+later
	c := newCollector(nil, nil)
	return w.stretch(&c)
}

// Lose has the iterator lose its way at the end of so many readings.
func (it *Iterator) Lose(times int) { it.way = &losing{it.way, times} }

type losing struct {
	way
	times int
}

func (l *losing) read(c *collector) error {
	if err := l.way.read(c); err != nil || l.times == 0 {
		return err
	}
	l.times--
	return ErrLost
}
