package screen

import "charm.land/bubbles/v2/key"

// Arranger is a Screen whose columns can be chosen. It stays a Screen with other columns.
type Arranger interface {
	// ArrangeKey is the key that asks for other columns.
	ArrangeKey() key.Binding
	// Columns returns how the columns stand.
	Columns() Columns
	// WithColumns returns the screen with the columns as they were chosen.
	WithColumns(chosen Columns) Screen
}

// Columns is how the columns of a screen stand.
type Columns struct {
	Of       string   // What they are the columns of, such as "version 2", where there is more than one set of them.
	All      []Column // In their order; those that are off stand anywhere.
	Usual    []Column // The same as long as nobody chose any.
	AsUsual  bool     // Nobody did.
	Sort     string   // The name of the column that is sorted by.
	Reversed bool
}

// Column is one that can be chosen.
type Column struct {
	Name     string // By which it is kept.
	Title    string // As it is headed.
	What     string // What it tells.
	On       bool
	Always   bool // It cannot be off.
	Sorts    bool // Rows can be sorted by it,
	Greatest bool // the greatest first.
	Blank    bool // There is nothing to be told in it at the moment.
}
