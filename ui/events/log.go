package events

import "bulkhead/probe"

// log is the events that are kept, numbered through: an event keeps its number when older ones are forgotten.
type log struct {
	first  int // The number of the oldest.
	events []probe.Event
}

// next returns the log of later events, of which the oldest may have been forgotten since.
func (l log) next(events []probe.Event) log {
	return log{first: l.first + l.forgotten(events), events: events}
}

// forgotten returns how many of the events are no longer among the later ones.
func (l log) forgotten(later []probe.Event) int {
	if len(later) == 0 {
		return len(l.events)
	}
	for i := range l.events {
		left := len(l.events) - i
		if l.events[i] == later[0] && left <= len(later) && l.events[len(l.events)-1] == later[left-1] {
			return i
		}
	}
	return len(l.events)
}

// event returns the event of a number.
func (l log) event(number int) *probe.Event { return &l.events[number-l.first] }

// end is the number of the event that comes next.
func (l log) end() int { return l.first + len(l.events) }
