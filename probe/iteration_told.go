package probe

import "bulkhead/probe/taskiter"

// told is one process that there is, and what the iterator told of it.
type told struct {
	pid    int32
	record *taskiter.Record // Nil where it told nothing,
	same   bool             // or that the process is as it was.
}

// tellings are the processes that there are, by pid.
type tellings struct {
	records      []taskiter.Record
	same, hidden []int32
}

// told returns the processes that the iterator told of.
func (it *iteration) told() tellings { return tellings{records: it.records, same: it.same} }

// all returns those that are kept from it besides.
func (it *iteration) all() tellings {
	return tellings{records: it.records, same: it.same, hidden: it.roll.hidden}
}

func (l *tellings) count() int { return len(l.records) + len(l.same) + len(l.hidden) }

// next takes the first process from the list, which must not be empty. No process is in two of the lists.
func (l *tellings) next() told {
	record, same, hidden := firstOf(l.records), first(l.same), first(l.hidden)
	switch {
	case same < record && same < hidden:
		l.same = l.same[1:]
		return told{pid: same, same: true}
	case record < hidden:
		t := told{pid: record, record: &l.records[0]}
		l.records = l.records[1:]
		return t
	}
	l.hidden = l.hidden[1:]
	return told{pid: hidden}
}

// upTo takes all processes from the list that have no higher number, and returns what was told of the one that has this one.
func (l *tellings) upTo(pid int32) told {
	for l.count() > 0 {
		if min(firstOf(l.records), first(l.same), first(l.hidden)) > pid {
			break
		}
		if t := l.next(); t.pid == pid {
			return t
		}
	}
	return told{pid: pid}
}

// noProcess is beyond all numbers of processes.
const noProcess = 1<<31 - 1

func first(pids []int32) int32 {
	if len(pids) == 0 {
		return noProcess
	}
	return pids[0]
}

func firstOf(records []taskiter.Record) int32 {
	if len(records) == 0 {
		return noProcess
	}
	return records[0].PID
}
