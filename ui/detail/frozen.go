package detail

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// state adds whether a task runs: the letter of its state in words, but for one that is frozen the group that was asked to freeze.
func (p *Page) state(s *probe.Snapshot, t *probe.Task) {
	freeze, stopped := s.Freezes().Of(t)
	if !stopped {
		p.add("state", states[t.State], Plain)
		return
	}
	p.freeze("", freeze)
}

// freeze adds a freeze as the state, with a link to the group it is by.
func (p *Page) freeze(whose string, freeze probe.Freeze) {
	says := whose + freeze.State.String()
	if freeze.By == (probe.GroupKey{}) {
		p.add("state", says+" by a group out of sight", Frozen)
		return
	}
	p.link("state", says+" by "+freeze.By.String(), Frozen, screen.ToGroup(freeze.By))
}

// frozenOf adds how many of the processes of something are frozen, by what group the first of them is. Nothing is said where all
// run.
func (p *Page) frozenOf(s *probe.Snapshot, members []*probe.Task) {
	freezes := s.Freezes()
	if freezes.None() {
		return
	}
	var first probe.Freeze
	count, all := 0, 0
	for _, t := range members {
		if t.Kernel || t.Zombie() {
			continue
		}
		all++
		freeze, stopped := freezes.Of(t)
		if stopped && count == 0 {
			first = freeze
		}
		if stopped {
			count++
		}
	}
	switch {
	case count == 0:
	case count == all:
		p.freeze("", first)
	default:
		p.freeze(fmt.Sprintf("%d of %d ", count, all), first)
	}
}
