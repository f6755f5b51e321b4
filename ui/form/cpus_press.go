package form

import (
	tea "charm.land/bubbletea/v2"
)

// step gives the keys to another part; round tells whether the first follows the last.
func (c CPUs) step(by int, round bool) CPUs {
	n := 2 * len(c.blocks)
	if c.partition.there() {
		n++
	}
	if round {
		c.at = (c.at + by + n) % n
	} else {
		c.at = max(0, min(c.at+by, n-1))
	}
	return c
}

func (c CPUs) pressedField(k tea.KeyPressMsg, b cpuBlock) CPUs {
	switch k.String() {
	case "up":
		return c.step(-1, false)
	case "down":
		return c.step(1, false)
	}
	return c.with(b.typed(k))
}

func (c CPUs) pressedBoxes(k tea.KeyPressMsg, b cpuBlock) CPUs {
	switch k.String() {
	case "left":
		b.cursor--
	case "right":
		b.cursor++
	case "up":
		if b.cursor < b.side() {
			return c.step(-1, false)
		}
		b.cursor -= b.side()
	case "down":
		if b.cursor/b.side() == (len(b.numbers)-1)/b.side() {
			return c.step(1, false)
		}
		b.cursor += b.side()
	case "home":
		b.cursor = 0
	case "end":
		b.cursor = len(b.numbers) - 1
	case "space":
		b, c.says = b.toggle()
	case "a":
		b = b.choose(b.free())
	case "0":
		b = b.choose(setOf(nil))
	}
	b.cursor = max(0, min(b.cursor, len(b.numbers)-1))
	return c.with(b)
}

// pressedPartition moves among the kinds of partition, or chooses one.
func (c CPUs) pressedPartition(k tea.KeyPressMsg) CPUs {
	switch k.String() {
	case "up":
		return c.step(-1, false)
	case "down":
		return c.step(1, false)
	}
	c.partition = c.partition.press(k)
	return c
}
