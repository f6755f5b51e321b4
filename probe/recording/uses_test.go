package recording

import (
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// TestUsesUntold keeps why it is not known whether groups limit io: without a word, no limits would mean that there is none.
func TestUsesUntold(t *testing.T) {
	own := probe.GroupKey{Hierarchy: "blkio", Path: "/"}
	for state, want := range map[reading.State]string{reading.Present: "", reading.Unreached: "unreached", reading.Denied: "denied"} {
		j := fromUses(&probe.Uses{IOBy: own, IOTold: state, Places: []probe.Place{{GroupKey: own, Mounted: true}}})
		if got := j.Unknown["io"]; got != want || !j.Places[0].OutOfSight {
			t.Errorf("%v: io is unknown for %q, want %q; %+v", state, got, want, j.Places[0])
		}
	}
}
