package form

import (
	"fmt"
	"slices"

	"bulkhead/probe/cpulist"
)

// free is all that the group above allows and nobody else holds.
func (b cpuBlock) free() cpulist.Set { return only(setOf(b.numbers), b.grants) }

// grants reports whether the group can have a CPU.
func (b cpuBlock) grants(n int) bool {
	_, held := b.choice.Exclusive[n]
	return b.choice.Allowed.Contains(n) && !held
}

// why says why the group cannot have a CPU; it is empty where it can.
func (b cpuBlock) why(n int) string {
	switch by, held := b.choice.Exclusive[n]; {
	case held:
		return "held exclusively by " + by
	case b.choice.Allowed.Contains(n):
		return ""
	case !slices.Contains(b.numbers, n):
		return "not there"
	case b.choice.Online.Len() > 0 && !b.choice.Online.Contains(n):
		return "offline"
	}
	return "not allowed by the group above"
}

// fault is why the choice cannot be written.
func (b cpuBlock) fault() string {
	if b.err != nil {
		return b.err.Error()
	}
	for _, n := range b.chosen.All() {
		known := slices.Contains(b.numbers, n) || b.choice.Online.Len() == 0
		if why := b.why(n); why != "" && (b.choice.Version == 1 || !known) {
			return fmt.Sprintf("%s %d is %s", b.noun(), n, why)
		}
	}
	return ""
}

// expected is what is effective of the choice, as far as can be foreseen.
func (b cpuBlock) expected() cpulist.Set {
	if b.chosen.Len() == 0 && b.choice.Version > 1 {
		return b.free()
	}
	return only(b.chosen, b.grants)
}
