package dialog

import (
	"slices"
	"time"

	"bulkhead/actions"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// thawTimes are the times after which a freeze may be taken back by itself; 0 is never.
var thawTimes = []time.Duration{0, 10 * time.Second, 30 * time.Second, 5 * time.Minute}

// freezes reports whether a plan freezes a group, so that it can be chosen when that thaws by itself.
func freezes(plan actions.Plan) bool {
	_, ok := plan.Freezes()
	return ok
}

// thawsLater returns a freeze that thaws by itself after the next longer time, or never behind the longest. A freeze that
// overrides a guard is never without an end: that passes over never.
func thawsLater(plan actions.Plan) actions.Plan {
	at := slices.Index(thawTimes, plan.ThawAfter)
	for i := range thawTimes {
		after := thawTimes[(at+1+i)%len(thawTimes)]
		if next := plan.ThawsAfter(after); next.ThawAfter == after {
			return next
		}
	}
	return plan
}

// thaw is the line of the times after which a freeze is taken back by itself, with the key that changes it; the chosen time is in
// brackets.
func (p Preview) thaw() line {
	key := p.keys.Thaw.Help().Key
	if p.guarded() {
		key = "ctrl+t" // Letters are typed there.
	}
	l := line{{text: key, role: theme.Key}, {text: " thaws by itself", role: theme.Dim}}
	for _, after := range thawTimes {
		says := text.Age(after)
		if after == 0 {
			says = "never"
		}
		switch {
		case after == p.plan.ThawAfter:
			l = append(l, part{text: " "}, part{text: "[" + says + "]", role: theme.Selected})
		case after > 0 || !p.guarded():
			l = append(l, part{text: " "}, part{text: says})
		}
	}
	return l
}
