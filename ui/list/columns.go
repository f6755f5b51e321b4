package list

import (
	"slices"

	"bulkhead/ui/text"
)

// gutter is the width of what stands left of the columns: the mark of the selected row.
const gutter = 1

// slot is a column that has its place on the screen.
type slot struct {
	column, at, width int
}

// withArrow returns the columns as they are while the rows are sorted by one of them: it has room for the arrow behind its
// title, and only the most important column is kept longer, lest nobody saw why the rows stand as they do.
func withArrow(columns []Column, sorted int) []Column {
	columns = slices.Clone(columns)
	most := 0
	for i := range columns {
		columns[i].Priority *= 2 // There is room in between.
		most = max(most, columns[i].Priority)
	}
	c := &columns[sorted]
	room := text.Width(c.Title) + 1
	c.Width = max(c.Width, room)
	if c.Min > 0 {
		c.Min = max(c.Min, room)
	}
	c.Priority = max(c.Priority, most-1)
	return columns
}

// layout gives the columns their places. It drops those for which there is no room, lets the others grow to their
// width in their order, and shares the rest among the flexible ones.
func layout(columns []Column, width int) []slot {
	slots := make([]slot, 0, len(columns))
	for i, c := range columns {
		slots = append(slots, slot{column: i, width: c.least()})
	}
	room := width - gutter
	for len(slots) > 1 && taken(slots) > room {
		slots = drop(columns, slots)
	}
	if len(slots) == 1 {
		slots[0].width = max(min(slots[0].width, room), 0)
	}
	rest := max(room-taken(slots), 0)
	for i := range slots {
		more := min(max(columns[slots[i].column].Width-slots[i].width, 0), rest)
		slots[i].width += more
		rest -= more
	}
	share(columns, slots, rest)
	at := gutter
	for i := range slots {
		slots[i].at = at
		at += slots[i].width + 1
	}
	return slots
}

// least is the number of cells below which a column is of no use.
func (c Column) least() int {
	if c.Min > 0 {
		return c.Min
	}
	return max(c.Width, 1)
}

// taken is the room that the slots need, with a space between them.
func taken(slots []slot) int {
	sum := len(slots) - 1
	for _, s := range slots {
		sum += s.width
	}
	return max(sum, 0)
}

// drop takes the slot of the lowest priority away, among equals the last.
func drop(columns []Column, slots []slot) []slot {
	worst := 0
	for i, s := range slots {
		if columns[s.column].Priority <= columns[slots[worst].column].Priority {
			worst = i
		}
	}
	return append(slots[:worst], slots[worst+1:]...)
}

// share gives the rest to the flexible columns by their shares, the odd cells to the first of them.
func share(columns []Column, slots []slot, rest int) {
	sum := 0
	for _, s := range slots {
		sum += max(columns[s.column].Flex, 0)
	}
	if sum == 0 {
		return
	}
	odd := rest
	for _, s := range slots {
		odd -= rest * max(columns[s.column].Flex, 0) / sum
	}
	for i, s := range slots {
		flex := max(columns[s.column].Flex, 0)
		if flex == 0 {
			continue
		}
		slots[i].width += rest*flex/sum + odd
		odd = 0
	}
}

// flexSlot is the first flexible column on the screen, the one that can be scrolled sideways.
func (m Model) flexSlot() (slot, bool) {
	for _, s := range m.slots {
		if m.columns[s.column].Flex > 0 {
			return s, true
		}
	}
	return slot{}, false
}
