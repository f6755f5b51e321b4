// Package list is the list that every screen shows: thousands of rows of which only those on the screen are made.
//
// The rows come from a Source, which is asked anew for each picture, so that a new snapshot costs nothing here. The
// selection is held by the key of its row and never by its place: rows may be sorted, filtered, born and gone, and
// the same row stays selected, on the same line of the screen where that is possible.
//
// A Model is a value; each method returns the changed one.
package list

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Source is what a list shows.
type Source interface {
	// Len is the number of rows.
	Len() int
	// Key is the identity of a row. It stays with the row as long as it lives, and no other row has it.
	Key(i int) string
	// Row makes the row to be drawn.
	Row(i int) Row
}

// Indexer is a Source that knows where a key is. It saves the search through all rows where rows have moved.
type Indexer interface {
	Source
	// Index is the place of the row with that key.
	Index(key string) (i int, ok bool)
}

// Row is one line of a list.
type Row struct {
	Cells  []Cell // One for each column; those missing stay empty.
	Prefix string // Stands before the text of the column that is a tree.
	Mark   Mark   // What happened to it since the last look.
	Marked bool   // The user marked it.
	Dim    bool   // It is there for context only, such as the parents of what a filter found.
}

// Cell is one field of a row.
type Cell struct {
	Text    string     // As the kernel gives it; it is made safe here.
	Role    theme.Role // The colour; the zero value is ordinary text.
	Matches [][2]int   // The byte ranges of Text to be highlighted, in order.
	Spans   []Span     // The parts of Text in roles of their own.
	Ends    bool       // Where it is too wide its end is given up, whatever that is in the column.
	Back    int        // Over how many columns to the left it reaches, as far as they are shown: their cells are left out.
}

// Mark tells that a row is not what it was, by a sign at its left and by a colour.
type Mark uint8

// The marks.
const (
	NoMark  Mark = iota
	Born         // +
	Changed      // ~
	Gone         // -
)

// Column describes a column. The text of Width cells and a space makes it up; where there is room, columns with Flex
// share it, and where there is none, columns shrink to Min and then vanish, those of the lowest Priority first.
type Column struct {
	Title    string
	Width    int // The cells it takes; for a column with Flex, those it should have before others grow.
	Min      int // The cells it can do with; 0 means Width.
	Flex     int // Its share of the room that is left.
	Priority int // The higher, the longer it is kept.
	Align    Align
	Cut      text.Mode // Which part of a text that is too wide is given up.
	Tree     bool      // It shows the prefix of the rows.
}

// Align is where a text stands in a column that is wider.
type Align uint8

// The alignments.
const (
	AlignLeft Align = iota
	AlignRight
	AlignCenter
)

// Model is the state of a list: its size, its columns, its selection and what of it is on the screen.
type Model struct {
	width, height int
	columns       []Column
	slots         []slot
	sorted        int // The column that is sorted by, counted from 1; 0 for none.
	descending    bool
	empty         string
	shift         int // The cells by which the flexible column is scrolled to the right.

	key    string   // The selected row.
	index  int      // Its place when last looked at.
	offset int      // The place of the first row on the screen.
	total  int      // The number of rows when last looked at.
	near   []string // The keys that were on the screen, to find a neighbour when the selected row is gone.
	nearAt int      // The place of the first of them.
}

// New returns a list with these columns. It shows nothing until it has a size.
func New(columns ...Column) Model { return Model{}.SetColumns(columns...) }

// SetColumns replaces the columns.
func (m Model) SetColumns(columns ...Column) Model {
	m.columns = columns
	return m.laidOut()
}

// SetSize sets the size in cells, the heading included.
func (m Model) SetSize(width, height int) Model {
	m.width, m.height = max(width, 0), max(height, 0)
	return m.laidOut().reveal()
}

// SetSort shows by which column the rows are sorted; -1 for none. It is kept when others find no room. The sorting itself
// is up to the source.
func (m Model) SetSort(column int, descending bool) Model {
	m.sorted, m.descending = column+1, descending
	return m.laidOut()
}

// laidOut gives the columns their places.
func (m Model) laidOut() Model {
	columns := m.columns
	if at := m.sorted - 1; at >= 0 && at < len(columns) {
		columns = withArrow(columns, at)
	}
	m.slots = layout(columns, m.width)
	return m
}

// SetEmpty sets what is shown where there are no rows, such as "no task matches the filter".
func (m Model) SetEmpty(text string) Model {
	m.empty = text
	return m
}

// SelectedKey is the key of the selected row; none is selected where there are no rows.
func (m Model) SelectedKey() (key string, ok bool) {
	if m.total == 0 {
		return "", false
	}
	return m.key, true
}

// SelectedIndex is the place of the selected row as of the last Sync or move, and -1 where there are no rows.
func (m Model) SelectedIndex() int {
	if m.total == 0 {
		return -1
	}
	return m.index
}

// Scroll tells what part of the list is on the screen: count rows from first on, of total.
func (m Model) Scroll() (first, count, total int) {
	return m.offset, min(m.rows(), m.total-m.offset), m.total
}

// Thumb tells which lines of a scroll bar of that height are its thumb: from and those after it before to. They are
// equal where all rows are on the screen and no bar is needed.
func (m Model) Thumb(height int) (from, to int) {
	first, count, total := m.Scroll()
	if count >= total || height <= 0 {
		return 0, 0
	}
	size := max(height*count/total, 1)
	hidden := total - count
	from = (first*(height-size) + hidden/2) / hidden
	return from, from + size
}

// Laid returns the columns that find room, by their places among all.
func (m Model) Laid() []int {
	laid := make([]int, len(m.slots))
	for i, s := range m.slots {
		laid[i] = s.column
	}
	return laid
}

// Visible returns the rows on the screen: first and those after it before last. A scanner reads these anew each time.
func (m Model) Visible(src Source) (first, last int) {
	m = m.place(src)
	return m.offset, min(m.offset+m.rows(), m.total)
}

// rows is the number of lines for rows.
func (m Model) rows() int { return m.height - m.headings() }

// headings is the number of lines above the rows. A single line is for a row.
func (m Model) headings() int {
	if m.height < 2 {
		return 0
	}
	for _, c := range m.columns {
		if c.Title != "" {
			return 1
		}
	}
	return 0
}
