package report

import (
	"strings"

	"bulkhead/ui/glossary"
	"bulkhead/ui/theme"
)

// Versions is the page of what is called how in version 1 and in version 2 of control groups.
func Versions(topics []glossary.Topic) Page {
	p := Page{Title: "Version 1 beside version 2", Columns: []string{"", "version 1", "version 2"}}
	for _, topic := range topics {
		p.Rows = append(p.Rows, heading(topic.Name))
		for _, t := range topic.Twins {
			p.Rows = append(p.Rows, Row{Role: theme.Text, Cells: []string{t.What, side(t.One), side(t.Two)}})
			if t.Note != "" {
				p.Rows = append(p.Rows, deep(theme.Dim, "", t.Note))
			}
		}
		p.Rows = append(p.Rows, sentence(theme.Dim, "see "+topic.See))
	}
	return p
}

// side writes what one version has.
func side(names []string) string {
	switch {
	case len(names) == 0:
		return "–"
	case glossary.IsWords(names[0]):
		return strings.Trim(names[0], "()")
	}
	return strings.Join(names, ", ")
}

// With returns the page with the rows of another one behind its own, and that one's columns.
func (p Page) With(other Page) Page {
	p.Columns = other.Columns
	p.Rows = append(append(p.Rows[:len(p.Rows):len(p.Rows)], heading(other.Title)), other.Rows...)
	return p
}
