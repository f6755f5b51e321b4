package list

// Sync looks at the rows again after they may have changed, and must be called with each new snapshot. The selected row
// stays selected wherever it went, and stays on the same line of the screen if it can. If it is gone, the next of the
// rows that were on the screen with it is selected, else the one before, else what is now in its place.
func (m Model) Sync(src Source) Model {
	return m.place(src).remember(src)
}

// place finds the selection again. Without rows the key is kept, so that the row is found when rows come back.
func (m Model) place(src Source) Model {
	line := m.index - m.offset
	m.total = max(src.Len(), 0)
	if m.total == 0 {
		m.index, m.offset = 0, 0
		return m
	}
	m.index = m.locate(src)
	m.key = src.Key(m.index)
	m.offset = m.index - line
	return m.reveal()
}

// locate returns the place of the row that is to be selected. There is at least one.
func (m Model) locate(src Source) int {
	if m.near == nil {
		return m.find(src, m.key, 0)
	}
	if i := m.find(src, m.key, -1); i >= 0 {
		return i
	}
	if i := m.neighbour(src); i >= 0 {
		return i
	}
	return min(m.index, m.total-1)
}

// find returns the place of a key, or other. Most often the row has not moved at all.
func (m Model) find(src Source, key string, other int) int {
	if m.index < m.total && src.Key(m.index) == key {
		return m.index
	}
	if x, ok := src.(Indexer); ok {
		if i, ok := x.Index(key); ok && i >= 0 && i < m.total {
			return i
		}
		return other
	}
	for i := range m.total {
		if src.Key(i) == key {
			return i
		}
	}
	return other
}

// neighbour returns the place of the row that stood nearest behind the selected one, else nearest before it, among
// those that were on the screen; -1 if they are all gone.
func (m Model) neighbour(src Source) int {
	ranks := make(map[string]int, len(m.near))
	for i, key := range m.near {
		if rank := m.nearAt + i - m.index; rank > 0 {
			ranks[key] = rank
		} else {
			ranks[key] = len(m.near) - rank
		}
	}
	best, found := 0, -1
	for i := range m.total {
		if rank, ok := ranks[src.Key(i)]; ok && (found < 0 || rank < best) {
			best, found = rank, i
		}
	}
	return found
}

// remember notes which rows are on the screen.
func (m Model) remember(src Source) Model {
	if m.total == 0 {
		return m
	}
	last := min(m.offset+max(m.rows(), 1), m.total)
	m.nearAt, m.near = m.offset, make([]string, 0, last-m.offset)
	for i := m.offset; i < last; i++ {
		m.near = append(m.near, src.Key(i))
	}
	return m
}

// reveal scrolls as little as needed to have the selected row on the screen and no empty lines below the last row.
func (m Model) reveal() Model {
	rows := max(m.rows(), 1)
	m.offset = min(m.offset, m.index)
	m.offset = max(m.offset, m.index-rows+1)
	m.offset = max(min(m.offset, m.total-rows), 0)
	return m
}
