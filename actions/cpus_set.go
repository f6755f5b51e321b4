package actions

import (
	"strconv"
	"strings"

	"bulkhead/probe/cpulist"
)

// pick returns those of a set that fulfil a condition.
func pick(set cpulist.Set, wanted func(n int) bool) cpulist.Set {
	var numbers []string
	for _, n := range set.All() {
		if wanted(n) {
			numbers = append(numbers, strconv.Itoa(n))
		}
	}
	picked, _ := cpulist.Parse(strings.Join(numbers, ",")) // They come from a set.
	return picked
}

func without(set, other cpulist.Set) cpulist.Set {
	return pick(set, func(n int) bool { return !other.Contains(n) })
}

// union returns what either set has.
func union(set, other cpulist.Set) cpulist.Set {
	both, _ := cpulist.Parse(strings.Trim(set.String()+","+other.String(), ",")) // They are sets.
	return both
}

func common(set, other cpulist.Set) cpulist.Set { return pick(set, other.Contains) }

// nouns name a set: CPU 1, CPUs 2-3, memory node 0.
func (c cpuset) nouns(set cpulist.Set) string {
	what := "CPU"
	if c.mems {
		what = "memory node"
	}
	if set.Len() != 1 {
		what += "s"
	}
	return strings.TrimSpace(what + " " + set.String())
}

// is agrees with a set.
func is(set cpulist.Set) string {
	if set.Len() == 1 {
		return "is"
	}
	return "are"
}
