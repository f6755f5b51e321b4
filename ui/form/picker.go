package form

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/dialog"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

// offer is what a picker lists.
type offer interface {
	list.Source
	// Found reports whether the filter found a row itself, rather than something below it.
	Found(i int) bool
	// Count returns how many the filter found, of how many.
	Count() (found, total int)
}

// picker is a list that is filtered by typing.
type picker struct {
	field field
	list  list.Model
}

// usualRoom is the room that is reckoned with until it is told.
var usualRoom = dialog.Room{Width: 80, Height: 24}

// pageRows is how far a page goes in what does not scroll by rows of a list.
const pageRows = 10

// aroundList is the most lines of a box that the list does not get: its edges, what is typed, and what is below the list.
const aroundList = 6

// newPicker returns a picker with these columns.
func newPicker(ask, none string, columns ...list.Column) picker {
	return picker{field: newField("", ask), list: list.New(columns...).SetEmpty(none).SetSize(usualRoom.Width, usualRoom.Height-aroundList)}
}

// move is what a key did to a picker.
type move uint8

const (
	nothing move = iota
	moved
	typed // Its filter changed: the rows must be chosen anew, and settle called.
)

// press hands a key or a paste to the picker.
func (p picker) press(msg tea.Msg, rows offer) (picker, move) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return p.typed(msg)
	}
	switch k.String() {
	case "up":
		p.list = p.list.Up(rows)
	case "down":
		p.list = p.list.Down(rows)
	case "pgup":
		p.list = p.list.PageUp(rows)
	case "pgdown":
		p.list = p.list.PageDown(rows)
	case "home":
		p.list = p.list.Home(rows)
	case "end":
		p.list = p.list.End(rows)
	default:
		return p.typed(msg)
	}
	return p, moved
}

func (p picker) typed(msg tea.Msg) (picker, move) {
	if room, ok := msg.(dialog.Room); ok {
		p.list = p.list.SetSize(room.Width, max(2, room.Height-aroundList))
		return p, nothing
	}
	next, changed := p.field.press(msg)
	p.field = next
	if changed {
		return p, typed
	}
	return p, nothing
}

// filter is what was typed, as a filter: all of it is looked for as it stands.
func (p picker) filter() filter.Filter {
	if p.field.value() == "" {
		return filter.Filter{}
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.field.value())
	f, _ := filter.Parse(`"` + escaped + `"`) // What is in quotes always has a meaning.
	return f
}

// refresh finds the selected row again after a scan. One that was chosen by key stays, whether or not the filter found it.
func (p picker) refresh(rows offer) picker {
	before, selected := p.list.SelectedKey()
	p.list = p.list.Sync(rows)
	if now, _ := p.list.SelectedKey(); selected && now == before {
		return p
	}
	return p.settle(rows)
}

// settle finds the selected row again among rows that were chosen anew: one that the filter found, if there is any.
func (p picker) settle(rows offer) picker {
	p.list = p.list.Sync(rows)
	if i := p.list.SelectedIndex(); i < 0 || rows.Found(i) {
		return p
	}
	for i := range rows.Len() {
		if rows.Found(i) {
			p.list, _ = p.list.Select(rows, rows.Key(i))
			break
		}
	}
	return p
}

// selected is the place of the selected row; -1 where there is none.
func (p picker) selected() int { return p.list.SelectedIndex() }

// search is the line that is typed into, with how many were found.
func (p picker) search(pen pen, rows offer) string {
	found, total := rows.Count()
	count := fmt.Sprintf(" %d of %d ", found, total)
	parts := append([]part{{text: " / ", role: theme.Key}}, p.field.parts(pen.width-len(count)-3, true)...)
	line := pen.to(pen.width - len(count)).line(parts...)
	return line + pen.to(min(len(count), pen.width)).line(part{text: count, role: theme.Dim})
}

// rows draws the list in a number of lines.
func (p picker) rows(pen pen, rows offer, height int) []string {
	if height <= 0 {
		return nil
	}
	return strings.Split(p.list.SetSize(pen.width, height).View(rows, pen.styles, true), "\n")
}
