package probe

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"bulkhead/probe/proc"
	"bulkhead/probe/taskiter"
)

// roll is what is known of the processes that the iterator does not tell of: a kernel may keep some from it. A listing of /proc
// finds them, but costs as much as the iterator itself. So /proc is listed once in StaleScans scans, and besides only
// where the kernel counts more threads than the iterator met and those that are known to be kept from it have.
type roll struct {
	hidden      []int32 // Processes that are listed and were not told of, by pid.
	listed      uint32  // The scan in which /proc was listed, or not found to be in need of it; 0 for never.
	unexplained int     // How many threads more the kernel counted then than a listing accounted for.
}

// gather reads the records of a scan, and finds out whose are missing.
func (it *iteration) gather(s *Scanner) error {
	before, countErr := it.reader.ThreadsOfAll()
	if it.whole && countErr == nil { // Where threads are more than processes the rest is never touched.
		it.records = make([]taskiter.Record, 0, min(before, 1<<16))
	}
	var err error
	it.records, it.same, err = it.ReadChanged(it.records[:0], it.same[:0])
	if err != nil {
		return err //nolint:wrapcheck // It says what was read.
	}
	after, err := it.reader.ThreadsOfAll()
	countErr = errors.Join(countErr, err)
	r := &it.roll
	r.hidden = slices.DeleteFunc(r.hidden, it.tells)
	if r.listed == 0 {
		if !it.tells(firstProcess) {
			r.hidden = []int32{firstProcess} // Kept from it most likely; if it is there at all.
		}
		r.listed = s.tick
	}
	counted := min(before, after) - it.Met()
	if missing := counted - it.hiddenThreads(); countErr == nil && missing <= r.unexplained && s.tick-r.listed < StaleScans {
		return nil
	}
	if err := it.list(s); err != nil {
		return err
	}
	r.listed, r.unexplained = s.tick, max(0, counted-it.hiddenThreads())
	return nil
}

// firstProcess is init.
const firstProcess = 1

// tells reports whether the iterator told of a process.
func (it *iteration) tells(pid int32) bool {
	if _, same := slices.BinarySearch(it.same, pid); same {
		return true
	}
	_, told := slices.BinarySearchFunc(it.records, pid, func(r taskiter.Record, pid int32) int { return cmp.Compare(r.PID, pid) })
	return told
}

// hiddenThreads counts the threads of the processes that were not told of, and forgets those that are gone.
func (it *iteration) hiddenThreads() (count int) {
	it.roll.hidden = slices.DeleteFunc(it.roll.hidden, func(pid int32) bool {
		var stat proc.Stat
		err := it.reader.StatOf(pid, &stat)
		count += int(stat.Threads)
		return errors.Is(err, proc.ErrGone)
	})
	return count
}

// list holds what was told against a listing of /proc. What is not listed is gone by now, or not to be seen.
func (it *iteration) list(s *Scanner) error {
	entries, err := s.proc.List(nil) // It is not kept: the next one is far away.
	if err != nil {
		return fmt.Errorf("list processes: %w", err)
	}
	it.roll.hidden = it.roll.hidden[:0]
	records, same := it.records[:0], it.same[:0]
	all := it.told()
	for _, e := range entries {
		t := all.upTo(e.PID)
		switch {
		case t.record != nil:
			records = append(records, *t.record)
		case t.same:
			same = append(same, e.PID)
		default:
			it.roll.hidden = append(it.roll.hidden, e.PID)
		}
	}
	it.records, it.same = records, same
	return nil
}
