//go:build amd64 || arm64

package taskiter

// OpenWith loads the first of the programs that the kernel takes.
var OpenWith = openWith

// Programs are those that this kernel must take.
func Programs() []string {
	switch {
	case older(6, 2):
		return []string{objectProgDump}
	case older(6, 4):
		return []string{objectProgDumpUntrusted}
	}
	return []string{objectProgWalk, objectProgDumpUntrusted}
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
	return errLost
}
