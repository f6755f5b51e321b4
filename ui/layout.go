package ui

import "slices"

// placement says where the details stand.
type placement int

// The placements of the details. Automatic is beside the list where there is room, else below it, else nowhere.
const (
	automatic placement = iota
	below
	hidden
	placements
)

// next returns the placement that the key leads to.
func (p placement) next() placement { return (p + 1) % placements }

// The smallest terminal that is drawn in, and from when on the details find room.
const (
	leastWidth   = 40
	leastHeight  = 10
	belowHeight  = 20  // From this height on the details stand below the list,
	besideWidth  = 110 // from this width on beside it,
	leastDetails = 42  // and then are at least so wide.
	headerHeight = 2
	footerHeight = 1
)

// rect is a part of the screen in cells.
type rect struct{ x, y, width, height int }

// inside returns the room within a frame.
func (r rect) inside() rect {
	return rect{r.x + 1, r.y + 1, max(0, r.width-2), max(0, r.height-2)}
}

// contains reports whether a cell is in the part.
func (r rect) contains(x, y int) bool {
	return x >= r.x && x < r.x+r.width && y >= r.y && y < r.y+r.height
}

// rooms returns where the list and the details stand, frames included. A part without room is empty.
func (m Model) rooms() (list, details rect) {
	body := rect{0, headerHeight, m.width, max(0, m.height-headerHeight-footerHeight)}
	switch {
	case m.layout == hidden || screenOfEvents(m.active):
		return body, rect{}
	case m.layout == automatic && m.width >= besideWidth:
		width := max(leastDetails, m.width/3)
		return rect{body.x, body.y, body.width - width, body.height}, rect{body.width - width, body.y, width, body.height}
	case m.height >= belowHeight:
		height := max(7, body.height*2/5)
		return rect{body.x, body.y, body.width, body.height - height},
			rect{body.x, body.y + body.height - height, body.width, height}
	case m.details.Focused():
		return rect{}, body
	}
	return body, rect{}
}

// screenOfEvents reports whether a screen has no details: an event says all there is in its line.
func screenOfEvents(index int) bool { return index == eventsScreen }

// resize takes the size of the terminal.
func (m Model) resize(width, height int) Model {
	m.width, m.height = width, height
	m = m.arrange()
	dialogs := slices.Clone(m.acting.dialogs)
	for i := range dialogs {
		dialogs[i].Dialog, _, _ = dialogs[i].Update(m.dialogRoom())
	}
	m.acting.dialogs = dialogs
	return m
}

// arrange gives the active screen and the details their room.
func (m Model) arrange() Model {
	list, details := m.rooms()
	inside := list.inside()
	m = m.withCurrent(m.current().Resize(inside.width, inside.height))
	m.details = m.details.Resize(details.inside().width, details.inside().height)
	return m
}
