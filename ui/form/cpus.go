package form

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/ui/dialog"
)

// CPUs asks which CPUs, and which memory nodes, a group gets.
type CPUs struct {
	key       probe.GroupKey
	blocks    []cpuBlock
	partition partitionBlock // Of version 2; without any kind to choose where there is none.
	at        int            // The place of the keys: the boxes of the first block, its field, the boxes of the second…, the partition.
	says      string
	gone      string
}

// NewCPUs returns the form for the CPUs of a group; those that follow, such as its memory nodes, can be set with them.
func NewCPUs(choice actions.Choice, key probe.GroupKey, more ...actions.Choice) dialog.Dialog {
	c := CPUs{key: key}
	for _, choice := range append([]actions.Choice{choice}, more...) {
		c.blocks = append(c.blocks, newBlock(choice))
	}
	return c
}

// NewPartitionedCPUs returns the same form for a group of version 2, which may be a partition too.
func NewPartitionedCPUs(p actions.Partition, key probe.GroupKey, choices ...actions.Choice) dialog.Dialog {
	c := CPUs{key: key, partition: newPartitionBlock(p)}
	for _, choice := range choices {
		c.blocks = append(c.blocks, newBlock(choice))
	}
	return c
}

// atPartition reports whether the partition has the keys.
func (c CPUs) atPartition() bool { return c.at == 2*len(c.blocks) }

// block is the block that has the keys, and whether its field has them; the zero block where the partition has.
func (c CPUs) block() (b cpuBlock, inField bool) {
	if c.atPartition() {
		return cpuBlock{}, false
	}
	return c.blocks[c.at/2], c.at%2 == 1
}

// cpus are the CPUs that are chosen.
func (c CPUs) cpus() cpulist.Set { return c.blocks[0].chosen }

// with replaces the block that has the keys.
func (c CPUs) with(b cpuBlock) CPUs {
	c.blocks = append([]cpuBlock(nil), c.blocks...)
	c.blocks[c.at/2] = b
	return c
}

// Update implements dialog.Dialog.
func (c CPUs) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	c.says = ""
	b, inField := c.block()
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		if inField {
			c = c.with(b.typed(msg))
		}
		return c, nil, nil
	}
	switch k.String() {
	case "esc":
		return c, dialog.Close{}, nil
	case "enter":
		return c.submit()
	case "tab":
		return c.step(1, true), nil, nil
	case "shift+tab":
		return c.step(-1, true), nil, nil
	}
	switch {
	case c.atPartition():
		return c.pressedPartition(k), nil, nil
	case inField:
		return c.pressedField(k, b), nil, nil
	}
	return c.pressedBoxes(k, b), nil, nil
}

// submit asks for what was changed.
func (c CPUs) submit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	var intents []actions.Intent
	for _, b := range c.blocks {
		if b.fault() != "" || c.gone != "" {
			return c, nil, nil
		}
		if !b.chosen.Equal(b.choice.Set) {
			intents = append(intents, actions.SetKnob(c.key, b.choice.File, b.chosen.String(), overridden))
		}
	}
	if c.partition.changed() {
		if c.partition.refused(c.cpus()) != "" {
			return c, nil, nil
		}
		intents = append(intents, actions.SetKnob(c.key, c.partition.file(), c.partition.kind(), overridden))
	}
	if len(intents) == 0 {
		c.says = "nothing was changed"
		return c, nil, nil
	}
	return c, dialog.Ask{Intent: together(intents)}, nil
}

// Sync implements dialog.Dialog.
func (c CPUs) Sync(now *probe.Snapshot) dialog.Dialog {
	c.gone = groupIsGone(now, c.key)
	if g, ok := now.Group(c.key); ok {
		c.blocks = append([]cpuBlock(nil), c.blocks...)
		for i := range c.blocks {
			c.blocks[i] = c.blocks[i].refresh(g.Values)
		}
	}
	return c
}

// fault is what stands in the way of enter.
func (c CPUs) fault() string {
	faults := []string{c.gone, c.says}
	for _, b := range c.blocks {
		faults = append(faults, b.fault())
	}
	if c.partition.changed() {
		faults = append(faults, c.partition.refused(c.cpus()))
	}
	return cmp.Or(faults...)
}
