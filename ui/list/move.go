package list

import "bulkhead/ui/text"

// Move moves the selection by that many rows, up if negative, and stops at the ends.
func (m Model) Move(src Source, by int) Model {
	m = m.place(src)
	return m.moveTo(src, m.index+by)
}

// Up selects the row above.
func (m Model) Up(src Source) Model { return m.Move(src, -1) }

// Down selects the row below.
func (m Model) Down(src Source) Model { return m.Move(src, 1) }

// PageUp moves the selection, and the window with it, by a screen less one row.
func (m Model) PageUp(src Source) Model { return m.turn(src, -max(m.rows()-1, 1)) }

// PageDown is PageUp the other way.
func (m Model) PageDown(src Source) Model { return m.turn(src, max(m.rows()-1, 1)) }

// HalfPageUp moves the selection, and the window with it, by half a screen.
func (m Model) HalfPageUp(src Source) Model { return m.turn(src, -max(m.rows()/2, 1)) }

// HalfPageDown is HalfPageUp the other way.
func (m Model) HalfPageDown(src Source) Model { return m.turn(src, max(m.rows()/2, 1)) }

// Home selects the first row.
func (m Model) Home(src Source) Model { return m.place(src).moveTo(src, 0) }

// End selects the last row.
func (m Model) End(src Source) Model {
	m = m.place(src)
	return m.moveTo(src, m.total-1)
}

// Select selects the row with that key; ok tells whether there is one.
func (m Model) Select(src Source, key string) (_ Model, ok bool) {
	m = m.place(src)
	i := m.find(src, key, -1)
	if i < 0 {
		return m, false
	}
	return m.moveTo(src, i), true
}

// Wheel scrolls by that many lines. The selection stays unless it would leave the screen.
func (m Model) Wheel(src Source, lines int) Model {
	m = m.place(src)
	rows := max(m.rows(), 1)
	m.offset = max(min(m.offset+lines, m.total-rows), 0)
	return m.moveTo(src, max(min(m.index, m.offset+rows-1), m.offset))
}

// Click selects the row on that line of the list, the heading being line 0. It tells the key, and ok whether there is
// a row on that line.
func (m Model) Click(src Source, line int) (_ Model, key string, ok bool) {
	m = m.place(src)
	row := line - m.headings()
	if row < 0 || row >= m.rows() || m.offset+row >= m.total {
		return m, "", false
	}
	m = m.moveTo(src, m.offset+row)
	return m, m.key, true
}

// ColumnAt is the column at that cell of a line, as when its heading is clicked.
func (m Model) ColumnAt(x int) (column int, ok bool) {
	for _, s := range m.slots {
		if x >= s.at && x < s.at+s.width {
			return s.column, true
		}
	}
	return 0, false
}

// Pan scrolls the flexible column by that many cells, to the right if positive, up to the end of the widest text on
// the screen.
func (m Model) Pan(src Source, cells int) Model {
	m = m.place(src)
	s, ok := m.flexSlot()
	if !ok {
		return m
	}
	first, last := m.Visible(src)
	most := 0
	for i := first; i < last; i++ {
		row := src.Row(i)
		if s.column >= len(row.Cells) {
			continue
		}
		width := text.Width(row.Cells[s.column].Text)
		if m.columns[s.column].Tree {
			width += text.Width(row.Prefix)
		}
		most = max(most, width-s.width)
	}
	m.shift = max(min(m.shift+cells, most), 0)
	return m
}

// turn moves the window along with the selection, so that the selected line of the screen stays where it is.
func (m Model) turn(src Source, by int) Model {
	m = m.place(src)
	m.offset += by
	return m.moveTo(src, m.index+by)
}

func (m Model) moveTo(src Source, i int) Model {
	if m.total == 0 {
		return m
	}
	m.index = max(min(i, m.total-1), 0)
	m.key = src.Key(m.index)
	return m.reveal().remember(src)
}
