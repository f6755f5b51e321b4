package list

import (
	"slices"
	"strings"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// View draws the list: exactly as many lines and cells as SetSize said, without a line feed at the end. The bar of the
// selected row is bright where the list is focused.
func (m Model) View(src Source, styles theme.Styles, focused bool) string {
	m = m.place(src)
	p := &pen{styles: styles}
	p.Grow(m.height * (m.width + 24*len(m.slots) + 8))
	for y := range m.height {
		if y > 0 {
			p.WriteByte('\n')
		}
		if m.width == 0 {
			continue
		}
		row := y - m.headings()
		switch {
		case row < 0:
			m.heading(p)
		case m.total == 0:
			m.emptyLine(p, row)
		case m.offset+row >= m.total:
			p.spaces(m.width)
		default:
			i := m.offset + row
			p.ground = ground(i == m.index, focused)
			m.row(p, src.Row(i))
			p.ground = theme.Page
		}
	}
	return p.String()
}

func ground(selected, focused bool) theme.Ground {
	switch {
	case !selected:
		return theme.Page
	case focused:
		return theme.Bar
	default:
		return theme.QuietBar
	}
}

// heading draws the titles, with an arrow at the one that is sorted by.
func (m Model) heading(p *pen) {
	m.line(p, m.slots, func() { p.spaces(gutter) }, func(s slot) {
		c := m.columns[s.column]
		role, title := theme.Header, c.Title
		if s.column == m.sorted-1 && s.width > 1 {
			title = text.Safe(title)
			role, title = theme.HeaderSort, title[:text.Skip(title, s.width-1)]+arrow(m.descending) // Cut on the narrowest screens.
		}
		p.cell(field{cell: Cell{Text: title, Role: role}, width: s.width, align: c.Align})
	})
}

func arrow(descending bool) string {
	if descending {
		return "▼"
	}
	return "▲"
}

// row draws one row on the ground of the pen.
func (m Model) row(p *pen, r Row) {
	flex, scrolls := m.flexSlot()
	m.line(p, m.reach(r), func() { p.gutter(r) }, func(s slot) {
		c := m.columns[s.column]
		f := field{width: s.width, align: c.Align, cut: c.Cut}
		if s.column < len(r.Cells) {
			f.cell = r.Cells[s.column]
		}
		if f.cell.Ends {
			f.cut = text.End
		}
		f.cell.Role = r.role(f.cell.Role)
		if r.Mark == Gone {
			f.cell.Spans = nil
		}
		if c.Tree {
			f.prefix = r.Prefix
		}
		if scrolls && s.column == flex.column {
			f.shift = m.shift
		}
		p.cell(f)
	})
}

// reach returns the places of a row's cells, of which one may reach over others.
func (m Model) reach(r Row) []slot {
	column := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Back > 0 })
	at := slices.IndexFunc(m.slots, func(s slot) bool { return s.column == column })
	if column < 0 || at < 0 {
		return m.slots
	}
	first := at
	for first > 0 && m.slots[first-1].column >= column-r.Cells[column].Back {
		first--
	}
	end := m.slots[at].at + m.slots[at].width
	wide := slot{column: column, at: m.slots[first].at, width: end - m.slots[first].at}
	return slices.Concat(m.slots[:first], []slot{wide}, m.slots[at+1:])
}

// line draws the gutter, the cells at their places, and spaces up to the width.
func (m Model) line(p *pen, slots []slot, gutter func(), column func(slot)) {
	gutter()
	x := 1
	for _, s := range slots {
		if s.width == 0 {
			continue
		}
		p.spaces(s.at - x)
		column(s)
		x = s.at + s.width
	}
	p.spaces(m.width - x)
	p.end()
}

// emptyLine draws a line of a list without rows: the reason stands in the middle.
func (m Model) emptyLine(p *pen, row int) {
	if row != (m.rows()-1)/2 {
		p.spaces(m.width)
		return
	}
	p.cell(field{cell: Cell{Text: m.empty, Role: theme.Dim}, width: m.width, align: AlignCenter})
	p.end()
}

// role is the role of a cell in this row: what happened to the row colours what has no colour of its own.
func (r Row) role(cell theme.Role) theme.Role {
	switch {
	case r.Mark == Gone:
		return theme.Gone
	case cell != theme.Text:
		return cell
	case r.Mark == Born:
		return theme.Born
	case r.Mark == Changed:
		return theme.Changed
	case r.Dim:
		return theme.Dim
	default:
		return cell
	}
}

// pen writes cells, changing the ink only where it changes.
type pen struct {
	strings.Builder
	styles theme.Styles
	ground theme.Ground
	ink    theme.Ink
}

// write adds safe text in an ink.
func (p *pen) write(ink theme.Ink, s string) {
	if s == "" {
		return
	}
	if ink != p.ink {
		p.end()
		p.WriteString(ink.Open)
		p.ink = ink
	}
	p.WriteString(s)
}

// end closes the ink that is open.
func (p *pen) end() {
	p.WriteString(p.ink.Close)
	p.ink = theme.Ink{}
}

// spaces adds n spaces. On the page they need no ink.
func (p *pen) spaces(n int) {
	ink := theme.Ink{}
	if p.ground != theme.Page {
		ink = p.styles.On(p.ground, theme.Text)
	}
	p.write(ink, text.Spaces(n))
}

// gutter draws the mark of the selected row, else that of the user, else that of a change.
func (p *pen) gutter(r Row) {
	mark := r.Mark
	switch {
	case p.ground != theme.Page && mark == Gone:
		p.write(p.styles.On(p.ground, theme.Cursor), "-") // What is selected may be gone: that must be seen.
	case p.ground != theme.Page && r.Marked:
		p.write(p.styles.On(p.ground, theme.Cursor), "◆")
	case p.ground != theme.Page:
		p.write(p.styles.On(p.ground, theme.Cursor), "▌")
	case r.Marked && mark != Gone:
		p.write(p.styles.Ink(theme.Cursor), "*")
	case mark == Born:
		p.write(p.styles.Ink(theme.Born), "+")
	case mark == Changed:
		p.write(p.styles.Ink(theme.Changed), "~")
	case mark == Gone:
		p.write(p.styles.Ink(theme.Gone), "-")
	default:
		p.spaces(1)
	}
}
