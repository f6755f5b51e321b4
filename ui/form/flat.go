package form

import (
	"slices"

	"bulkhead/ui/filter"
	"bulkhead/ui/list"
)

// flatRow is a row that does not change but for what a filter finds in it.
type flatRow struct {
	key  string
	find string // What a filter looks in.
	row  list.Row
}

// flat is rows of which a filter shows some. It implements offer.
type flat struct {
	all    []flatRow
	shown  []int
	filter filter.Filter
}

// choose shows what a filter finds.
func (f flat) choose(by filter.Filter) flat {
	f.filter, f.shown = by, nil
	match := by.Matcher()
	for i := range f.all {
		if match(f.all[i]) {
			f.shown = append(f.shown, i)
		}
	}
	return f
}

// AppendField implements filter.Subject.
func (r flatRow) AppendField(dst []byte, f filter.Field) []byte {
	if f == filter.Any {
		dst = append(dst, r.find...)
	}
	return dst
}

// Len implements list.Source.
func (f flat) Len() int { return len(f.shown) }

// Key implements list.Source.
func (f flat) Key(i int) string { return f.all[f.shown[i]].key }

// Row implements list.Source.
func (f flat) Row(i int) list.Row {
	row := f.all[f.shown[i]].row
	row.Cells = slices.Clone(row.Cells)
	for c := range row.Cells {
		row.Cells[c].Matches = f.filter.Highlights(row.Cells[c].Text)
	}
	return row
}

// Found implements offer.
func (f flat) Found(int) bool { return true }

// Count implements offer.
func (f flat) Count() (found, total int) { return len(f.shown), len(f.all) }
