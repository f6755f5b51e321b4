package list

import "maps"

// Folds remembers which rows of a tree the user has opened and closed. K identifies a row. The zero value leaves every
// row as is usual for it. It is a value: its methods return the changed one.
type Folds[K comparable] struct {
	all   bool // All rows are open, or closed, rather than as usual,
	open  bool // and this is which.
	other map[K]bool
}

// Open reports whether a row is open, where usual is what it is as long as the user has not touched it.
func (f Folds[K]) Open(key K, usual bool) bool {
	if open, ok := f.other[key]; ok {
		return open
	}
	if f.all {
		return f.open
	}
	return usual
}

// Set opens or closes a row.
func (f Folds[K]) Set(key K, open bool) Folds[K] {
	f.other = maps.Clone(f.other)
	if f.other == nil {
		f.other = map[K]bool{}
	}
	f.other[key] = open
	return f
}

// SetAll opens or closes all rows, those that are yet to come too.
func (f Folds[K]) SetAll(open bool) Folds[K] { return Folds[K]{all: true, open: open} }

// AllOpen reports whether all rows are open.
func (f Folds[K]) AllOpen(usual bool) bool {
	for _, open := range f.other {
		if !open {
			return false
		}
	}
	if f.all {
		return f.open
	}
	return usual
}

// AllClosed reports whether all rows were closed, and none was opened since.
func (f Folds[K]) AllClosed() bool {
	for _, open := range f.other {
		if open {
			return false
		}
	}
	return f.all && !f.open
}
