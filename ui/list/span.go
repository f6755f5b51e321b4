package list

import (
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Span is a part of a cell's text in a role of its own: a byte range of Cell.Text.
type Span struct {
	From, To int
	Role     theme.Role
}

// inked is a part of a safe text and how it is drawn.
type inked struct {
	from, to int
	ink      theme.Ink
}

// inked moves the spans of a cell to where their bytes are in the safe text.
func (p *pen) inked(c Cell, safe string) []inked {
	parts := make([]inked, 0, len(c.Spans))
	for _, s := range c.Spans {
		from, to := max(min(s.From, len(c.Text)), 0), max(min(s.To, len(c.Text)), 0)
		if safe != c.Text {
			from, to = len(text.Safe(c.Text[:from])), len(text.Safe(c.Text[:to]))
		}
		parts = append(parts, inked{from, to, p.styles.On(p.ground, s.Role)})
	}
	return parts
}
