package form

import (
	"cmp"

	"bulkhead/ui/theme"
)

// sheetWidth is as wide as the inside of a box with a sheet grows.
const sheetWidth = 76

// saysLines is the room at the foot of a sheet for what the selected part means. It is kept free, so that the box stays
// as it is while one moves about.
const saysLines = 2

// foot is what stands in the way, else what the selected part of a sheet means.
func (s sheet) foot(p pen, fault string) []string {
	lines := p.sentence(theme.Dim, s.controls[s.at].about())
	if fault != "" {
		lines = p.sentence(theme.Bad, "! "+fault)
	}
	for len(lines) < saysLines {
		lines = append(lines, p.blank())
	}
	return lines[:saysLines]
}

// box is the box of a form that is a sheet. Of several faults the first is told.
func (s sheet) box(title string, faults ...string) sheetBox { return sheetBox{s, title, faults} }

// sheetBox draws a sheet in a box.
type sheetBox struct {
	sheet  sheet
	title  string
	faults []string
}

func (b sheetBox) draw(styles theme.Styles, width, height int) []string {
	p := pen{styles, width - edges}
	lines, focus := b.sheet.draw(p)
	return box{
		title: b.title, keys: sheetKeys, body: lines, focus: focus, foot: b.sheet.foot(p, cmp.Or(b.faults...)),
	}.draw(styles, width, height)
}
