// Package report lays out pages of text that are read rather than acted on: a comparison, what weakens a wall, what a word
// means. The screen draws them in a dialog, the command line prints them.
package report

import "bulkhead/ui/theme"

// Page is a title and rows below each other.
type Page struct {
	Title   string
	Columns []string // The headings of rows that have as many cells; empty where there are no such rows.
	Rows    []Row
}

// Row is one heading, one sentence, or one cell for each column. Texts are raw: they are made safe when they are laid out.
type Row struct {
	Mark  string // One character, by which the row is told without colour.
	Role  theme.Role
	Cells []string // A single one goes over the whole width.
	Head  bool     // It is the heading of those below it.
	Deep  bool     // It belongs to the row above it.
}

// heading returns a heading.
func heading(says string) Row {
	return Row{Role: theme.Header, Cells: []string{says}, Head: true}
}

// sentence returns a sentence over the whole width.
func sentence(role theme.Role, says string) Row { return Row{Role: role, Cells: []string{says}} }

// deep returns a sentence that belongs to the row above it.
func deep(role theme.Role, mark, says string) Row {
	return Row{Mark: mark, Role: role, Cells: []string{says}, Deep: true}
}
