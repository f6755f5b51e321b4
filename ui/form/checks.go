package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// check is a box with a word.
type check struct {
	word   string
	on     bool
	locked string // Why it cannot be changed; empty where it can.
	tag    string // A word behind it, such as "same".
	help   string
}

// checks is boxes side by side, in as many rows as they need. Where only one can be on they are round.
type checks struct {
	label string
	items []check
	one   bool
	tells bool // What the chosen ones mean stands below them.
	at    int
}

func (c checks) name() string { return c.label }

func (c checks) about() string {
	if c.at >= len(c.items) {
		return ""
	}
	item := c.items[c.at]
	if item.locked != "" {
		return item.word + ": " + item.locked
	}
	return item.help
}

// press moves among the boxes, and turns one over.
func (c checks) press(msg tea.Msg) (control, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || len(c.items) == 0 {
		return c, false
	}
	switch k.String() {
	case "left":
		c.at = max(0, c.at-1)
	case "right":
		c.at = min(len(c.items)-1, c.at+1)
	case "space":
		return c.toggle(c.at), true
	default:
		return c, false
	}
	return c, true
}

// toggle turns a box over, unless it is locked.
func (c checks) toggle(i int) checks {
	if c.items[i].locked != "" {
		return c
	}
	return c.set(i, c.one || !c.items[i].on)
}

// set turns a box on or off.
func (c checks) set(i int, on bool) checks {
	c.items = slices.Clone(c.items)
	if c.one && on { // The others give way.
		for j := range c.items {
			c.items[j].on = false
		}
	}
	c.items[i].on = on
	return c
}

// lock takes a box off and keeps it so, for a reason, or lets it be changed again.
func (c checks) lock(i int, locked bool, why string) checks {
	c = c.set(i, c.items[i].on && !locked)
	if !locked {
		why = ""
	}
	c.items[i].locked = why
	return c
}

// chosen are the boxes that are on.
func (c checks) chosen() []int {
	var on []int
	for i, item := range c.items {
		if item.on {
			on = append(on, i)
		}
	}
	return on
}
