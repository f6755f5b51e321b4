package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bulkhead/probe/taskiter"
)

// loading is the task iterator while it is being loaded, and what became of it.
type loading struct {
	done chan struct{} // Closed when the others are set.
	iter *taskiter.Iterator
	err  error
}

// load loads the task iterator in the background.
func (r Roots) load() *loading {
	l := &loading{done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.iter, l.err = r.iterate()
	}()
	return l
}

// worthIterating is how many processes there must be for one scan by the iterator to cost clearly less than by /proc, with what it
// costs to load it: 16 ms of CPU time, as much as /proc takes for 400 processes.
const worthIterating = 1000

// OpenOnce opens a host for one scan, or few. With SourceAuto its tasks come from the iterator only where there are so many
// processes that it pays to load it. The error of SourceBPF says why it cannot be had.
func OpenOnce(roots Roots, source Source) (*Scanner, error) {
	s, err := Open(roots)
	if err != nil || source == SourceProc {
		return s, err
	}
	if source == SourceAuto {
		if many, err := s.proc.AtLeast(worthIterating); err != nil || !many {
			return s, nil //nolint:nilerr // The scan will tell.
		}
	}
	iter, err := roots.iterate()
	return s.opened(source, iter, err)
}

// OpenLasting opens a host for scans again and again. With SourceAuto the iterator is loaded in the background: the first
// snapshot comes from whichever source is ready first, where there are many processes a moment later than by /proc if need be. The error of SourceBPF says why it cannot be had.
func OpenLasting(roots Roots, source Source) (*Scanner, error) {
	s, err := Open(roots)
	switch {
	case err != nil || source == SourceProc:
		return s, err
	case source == SourceAuto:
		s.loading = roots.load()
		return s, nil
	}
	iter, err := roots.iterate()
	return s.opened(source, iter, err)
}

// opened takes over what became of loading the iterator.
func (s *Scanner) opened(source Source, iter *taskiter.Iterator, err error) (*Scanner, error) {
	if err != nil && source == SourceBPF {
		_ = s.Close() // Nothing was read from it.
		return nil, fmt.Errorf("read tasks by BPF: %w", err)
	}
	s.take(iter, err)
	return s, nil
}

// take has the tasks come from the iterator from now on, or notes why they do not.
func (s *Scanner) take(iter *taskiter.Iterator, err error) {
	if err == nil {
		s.iteration, err = s.newIteration(iter)
	}
	if err != nil {
		s.noIterator = err.Error()
	}
}

// loadingPatience is how long it may take to load the iterator before a host of many processes is read from /proc after all.
const loadingPatience = 150 * time.Millisecond

// await waits for the iterator where there are so many processes that it is most likely ready, and has told of all of them,
// before /proc would have. Nothing is read meanwhile: what is in memory for both at a time would stay the most that there ever is.
func (s *Scanner) await(ctx context.Context) {
	if many, err := s.proc.AtLeast(worthIterating); err != nil || !many {
		return
	}
	select {
	case <-s.loading.done:
	case <-time.After(loadingPatience):
	case <-ctx.Done():
	}
}

// settle ends the wait for the iterator if it was loaded by now, and reports whether there is none to wait for any longer.
func (s *Scanner) settle() bool {
	if s.loading == nil {
		return true
	}
	select {
	case <-s.loading.done:
		s.take(s.loading.iter, s.loading.err)
		s.loading = nil
		return true
	default:
		return false
	}
}

// scanTasks brings the processes up to date from the best source that there is. If the iterator is loaded meanwhile, /proc is
// read no further.
func (s *Scanner) scanTasks(ctx context.Context, request Request, found *gaps) (int, error) {
	if !s.settle() {
		s.await(ctx)
	}
	if s.settle() {
		return s.scanSource(ctx, request, found)
	}
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	go func(l *loading) {
		select {
		case <-l.done:
			if l.err == nil {
				cancel()
			}
		case <-until.Done():
		}
	}(s.loading)
	read, err := s.scanSource(until, request, found)
	if err == nil || ctx.Err() != nil || !s.settle() {
		return read, err
	}
	return s.scanSource(ctx, request, found)
}

// lostScans is in how many scans the iterator is let alone after it lost its way among processes that end: they go on to, most
// likely, and each try costs ten times as much as a scan by it, and then one by /proc.
const lostScans = StaleScans

// scanSource is scanTasks from the iterator, if it was loaded. One that fails is used no more, but one that only lost its way is
// used again later.
func (s *Scanner) scanSource(ctx context.Context, request Request, found *gaps) (int, error) {
	if s.source = SourceProc; s.iteration == nil || s.tick < s.resume {
		return s.scanListing(ctx, request, found)
	}
	read, err := s.scanRecords(ctx, request, found)
	switch {
	case err == nil:
		s.source, s.noIterator = SourceBPF, ""
		return read, nil
	case ctx.Err() != nil:
		return read, err
	case errors.Is(err, taskiter.ErrLost):
		s.iteration.interrupt()
		s.resume = s.tick + lostScans
	default:
		s.endIteration()
	}
	s.noIterator = err.Error()
	return s.scanListing(ctx, request, found)
}

// endIteration lets the iterator go, once it is loaded.
func (s *Scanner) endIteration() {
	if s.loading != nil {
		<-s.loading.done
		s.settle()
	}
	if s.iteration != nil {
		_ = s.iteration.Close() // It was only read from.
		s.iteration = nil
	}
}
