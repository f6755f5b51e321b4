package dialog

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// Arrange has the screen in view take other columns, and what was chosen kept. It closes the dialog.
type Arrange struct{ Columns screen.Columns }

func (Arrange) outcome() {}

// columnKeys are the keys of Columns beside those that move.
type columnKeys struct {
	Toggle, Earlier, Later, Sort, Reverse, Usual, Keep, Cancel key.Binding
}

func defaultColumnKeys() columnKeys {
	return columnKeys{
		Toggle:  bind("space", "on or off", "space", "x"),
		Earlier: bind("K", "earlier", "K", "shift+up"),
		Later:   bind("J", "later", "J", "shift+down"),
		Sort:    bind("s", "sort by it, or the other way round", "s"),
		Reverse: bind("I", "reverse", "I"),
		Usual:   bind("r", "as usual", "r"),
		Keep:    bind("enter", "keep", "enter"),
		Cancel:  bind("esc", "cancel", "esc", "q"),
	}
}

// Columns asks which columns a screen is to have.
type Columns struct {
	chosen screen.Columns
	kept   string // Where what is chosen will be kept.
	keys   KeyMap
	own    columnKeys
	room   Room
	at     int
}

// NewColumns returns a dialog for columns as they stand; kept says where a choice is kept.
func NewColumns(stand screen.Columns, kept string) Columns {
	stand.All = slices.Clone(stand.All)
	return Columns{chosen: stand, kept: kept, keys: DefaultKeyMap(), own: defaultColumnKeys()}
}

// Update implements Dialog.
func (c Columns) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		c.room = msg
	case tea.KeyPressMsg:
		next, outcome := c.pressed(msg)
		return next, outcome, nil
	}
	return c, nil, nil
}

// pressed moves, or changes the choice.
func (c Columns) pressed(msg tea.KeyPressMsg) (Columns, Outcome) {
	switch {
	case key.Matches(msg, c.own.Cancel):
		return c, Close{}
	case key.Matches(msg, c.own.Keep):
		return c, Arrange{c.chosen}
	case key.Matches(msg, c.own.Usual):
		c.chosen.All, c.chosen.AsUsual = slices.Clone(c.chosen.Usual), true
	case key.Matches(msg, c.own.Toggle):
		return c.toggled(), nil
	case key.Matches(msg, c.own.Earlier):
		return c.moved(-1), nil
	case key.Matches(msg, c.own.Later):
		return c.moved(1), nil
	case key.Matches(msg, c.own.Sort):
		return c.sorted(), nil
	case key.Matches(msg, c.own.Reverse):
		c.chosen.Reversed = !c.chosen.Reversed
	default:
		c.at = c.stepped(msg)
	}
	return c, nil
}

// stepped returns the column that a key leads to.
func (c Columns) stepped(msg tea.KeyPressMsg) int {
	const page = 5
	last := max(0, len(c.chosen.All)-1)
	to := c.at
	switch {
	case key.Matches(msg, c.keys.Up):
		to--
	case key.Matches(msg, c.keys.Down):
		to++
	case key.Matches(msg, c.keys.PageUp):
		to -= page
	case key.Matches(msg, c.keys.PageDown):
		to += page
	case key.Matches(msg, c.keys.Home):
		to = 0
	case key.Matches(msg, c.keys.End):
		to = last
	}
	return max(0, min(to, last))
}

// toggled has the column at the mark be shown, or not.
func (c Columns) toggled() Columns {
	if len(c.chosen.All) == 0 || c.chosen.All[c.at].Always {
		return c
	}
	c.chosen.All = slices.Clone(c.chosen.All)
	c.chosen.All[c.at].On = !c.chosen.All[c.at].On
	c.chosen.AsUsual = false
	return c
}

// moved has the column at the mark change places with its neighbour.
func (c Columns) moved(by int) Columns {
	to := c.at + by
	if to < 0 || to >= len(c.chosen.All) {
		return c
	}
	c.chosen.All = slices.Clone(c.chosen.All)
	c.chosen.All[c.at], c.chosen.All[to] = c.chosen.All[to], c.chosen.All[c.at]
	c.chosen.AsUsual = false
	c.at = to
	return c
}

// sorted has the rows sorted by the column at the mark, or in the other direction where they are.
func (c Columns) sorted() Columns {
	switch {
	case len(c.chosen.All) == 0 || !c.chosen.All[c.at].Sorts:
	case c.chosen.All[c.at].Name == c.chosen.Sort:
		c.chosen.Reversed = !c.chosen.Reversed
	default:
		c.chosen.Sort, c.chosen.Reversed = c.chosen.All[c.at].Name, false
	}
	return c
}

// Sync implements Dialog. What columns there are does not change.
func (c Columns) Sync(*probe.Snapshot) Dialog { return c }

// Keys implements Keyed.
func (c Columns) Keys() []key.Binding {
	return []key.Binding{c.own.Keep, c.own.Toggle, c.own.Earlier, c.own.Later, c.own.Sort, c.own.Usual, c.own.Cancel}
}

// Draw implements Dialog.
func (c Columns) Draw(styles theme.Styles, width, height int) []string {
	width = c.box(0, height).narrow(width)
	return c.box(width, height).draw(styles, width, height)
}
