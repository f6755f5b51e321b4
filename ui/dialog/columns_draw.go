package dialog

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// box is the dialog in a box of some size, scrolled so that the column at the mark is in view.
func (c Columns) box(width, height int) box {
	b := box{title: "Columns"}
	if c.chosen.Of != "" {
		b.title += " of " + c.chosen.Of
	}
	if c.chosen.AsUsual {
		b.note = "as usual"
	}
	titles := 0
	for _, column := range c.chosen.All {
		titles = max(titles, text.Width(column.Title))
	}
	for i := range c.chosen.All {
		b.body = append(b.body, c.column(i, titles).filled(inner(width), i == c.at))
	}
	b.foot = append([]line{nil}, wrap(theme.Dim, "", c.kept, inner(width))...)
	shown := b.shown(height)
	b.offset = max(0, min(c.at-shown/2, len(b.body)-shown))
	return b
}

// column draws one: whether it is on, its heading, with an arrow if it is sorted by, and what it tells.
func (c Columns) column(i, titles int) line {
	column := c.chosen.All[i]
	mark, ground, role := " ", theme.Page, theme.Text
	if i == c.at {
		mark, ground = "▌", theme.Bar
	}
	box := "[ ] "
	switch {
	case column.Always:
		box = "[•] "
	case column.On:
		box = "[x] "
	default:
		role = theme.Dim
	}
	arrow, what := "  ", column.What
	switch {
	case column.Name != c.chosen.Sort:
	case column.Greatest != c.chosen.Reversed:
		arrow = "▼ "
	default:
		arrow = "▲ "
	}
	if column.Blank && what != "" {
		what += "; nothing of it here"
	}
	return line{
		{text: mark, role: theme.Cursor, ground: ground},
		{text: box, role: role, ground: ground},
		{text: text.Fit(column.Title, titles), role: role, ground: ground},
		{text: arrow, role: theme.HeaderSort, ground: ground},
		{text: what, role: theme.Dim, ground: ground},
	}
}

// filled is a line that goes on to the end where it is the one at the mark.
func (l line) filled(width int, marked bool) line {
	if !marked {
		return l
	}
	for _, p := range l {
		width -= text.Width(p.text)
	}
	return append(l, part{text: text.Spaces(width), ground: theme.Bar})
}
