package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
)

// cpuBlock is the boxes of one file, a CPU or memory node each, and a field with the same as a list.
type cpuBlock struct {
	choice  actions.Choice
	numbers []int // Those that have a box.
	chosen  cpulist.Set
	cursor  int // Among the numbers.
	field   field
	err     error // What is wrong with the list in the field; then the boxes stay as they were.
}

func newBlock(choice actions.Choice) cpuBlock {
	b := cpuBlock{choice: choice, numbers: universe(choice), chosen: choice.Set}
	b.field = newField(choice.Set.String(), "none")
	if choice.Version > 1 {
		b.field.empty = "those of the group above"
	}
	return b
}

// universe is all numbers that something is known of.
func universe(c actions.Choice) []int {
	numbers := slices.Concat(c.Online.All(), c.Allowed.All(), c.Set.All())
	for n := range c.Exclusive {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// setOf makes a set of numbers.
func setOf(numbers []int) cpulist.Set {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	set, _ := cpulist.Parse(strings.Join(words, ",")) // Numbers with commas between them are a list.
	return set
}

// only are the numbers of a set that a test keeps.
func only(set cpulist.Set, keep func(n int) bool) cpulist.Set {
	return setOf(slices.DeleteFunc(set.All(), func(n int) bool { return !keep(n) }))
}

// choose makes a choice, and writes it into the field.
func (b cpuBlock) choose(set cpulist.Set) cpuBlock {
	b.chosen, b.err = set, nil
	b.field = b.field.set(set.String())
	return b
}

// toggle turns over the box under the cursor. What version 1 would refuse is not; in version 2 all may be asked for.
func (b cpuBlock) toggle() (_ cpuBlock, refused string) {
	if b.cursor >= len(b.numbers) {
		return b, ""
	}
	n := b.numbers[b.cursor]
	if b.chosen.Contains(n) {
		return b.choose(only(b.chosen, func(other int) bool { return other != n })), ""
	}
	if why := b.why(n); why != "" && b.choice.Version == 1 {
		return b, fmt.Sprintf("%s %d is %s", b.noun(), n, why)
	}
	return b.choose(setOf(append(b.chosen.All(), n))), ""
}

// noun is what a box stands for.
func (b cpuBlock) noun() string {
	if strings.HasSuffix(b.choice.File, "mems") {
		return "node"
	}
	return "CPU"
}

// typed hands a key or a paste to the field, and makes the choice that is written in it.
func (b cpuBlock) typed(msg tea.Msg) cpuBlock {
	var changed bool
	if b.field, changed = b.field.press(msg); !changed {
		return b
	}
	set, err := cpulist.Parse(b.field.value())
	b.err = err
	if err == nil {
		b.chosen = set
	}
	return b
}

// refresh takes what is set and what is effective by now. A choice that was not changed follows.
func (b cpuBlock) refresh(v *cgroup.Values) cpuBlock {
	set, effective := v.CPUs, v.CPUsEffective
	if b.noun() == "node" {
		set, effective = v.Mems, v.MemsEffective
	}
	return b.follow(set).granted(effective)
}

func (b cpuBlock) follow(set probe.Reading[cpulist.Set]) cpuBlock {
	now, ok := set.Get()
	if !ok || now.Equal(b.choice.Set) {
		return b
	}
	untouched := b.err == nil && b.chosen.Equal(b.choice.Set)
	b.choice.Set = now
	if untouched {
		return b.choose(now)
	}
	return b
}

func (b cpuBlock) granted(effective probe.Reading[cpulist.Set]) cpuBlock {
	b.choice.Effective = effective.Or(b.choice.Effective)
	return b
}
