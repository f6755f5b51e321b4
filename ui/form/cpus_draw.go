package form

import (
	"fmt"

	"bulkhead/probe/cpulist"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Draw implements dialog.Dialog.
func (c CPUs) Draw(styles theme.Styles, width, height int) []string {
	p := inside(styles, width, sheetWidth)
	b := box{
		title: "CPUs of " + c.key.String(),
		keys:  cpuKeys,
	}
	for i, block := range c.blocks {
		lines, focus := block.draw(p, c.at-2*i)
		if c.at/2 == i {
			b.focus = len(b.body) + focus
		}
		b.body = append(b.body, lines...)
	}
	if c.partition.there() {
		lines, focus := c.partition.draw(p, c.cpus(), c.atPartition())
		if c.atPartition() {
			b.focus = len(b.body) + focus
		}
		b.body = append(b.body, lines...)
	}
	b.foot = append(b.foot, c.legend(p)...)
	b.foot = append(b.foot, c.status(p))
	return b.draw(styles, p.width+edges, height)
}

// status is what stands in the way, else what the box under the cursor is.
func (c CPUs) status(p pen) string {
	if fault := c.fault(); fault != "" {
		return p.fault(fault)
	}
	if c.atPartition() {
		return p.line(part{text: " " + c.partition.kinds.about(), role: theme.Dim})
	}
	b, inField := c.block()
	if inField || b.cursor >= len(b.numbers) {
		return p.line(part{text: " a list such as 0-3,5", role: theme.Dim})
	}
	n := b.numbers[b.cursor]
	says, why := b.sign(n).means, b.why(n)
	switch {
	case why != "" && b.chosen.Contains(n):
		says = "chosen, but " + why
	case why != "":
		says = why
	}
	return p.line(part{text: fmt.Sprintf(" %s %d: ", b.noun(), n)}, part{text: says, role: theme.Dim})
}

// draw draws a block: its file, the boxes, the list and what is set now. The keys are at the boxes where at is 0, and at
// the field where it is 1.
func (b cpuBlock) draw(p pen, at int) (lines []string, focus int) {
	lines = append(lines, b.heading(p))
	boxes, row := b.boxes(p, at == 0)
	focus = len(lines) + row
	lines = append(lines, boxes...)
	if at == 1 {
		focus = len(lines)
	}
	lines = append(lines, p.line(append([]part{
		b.mark(at == 1), {text: text.Fit("list", listLabel), role: theme.Dim},
	}, b.field.parts(p.width-listLabel-2, at == 1)...)...))
	lines = append(lines, b.compare(p, "now", b.choice.Set, b.choice.Effective), b.compare(p, "then", b.chosen, b.expected()), p.blank())
	return lines, focus
}

// listLabel is the width of the words at the left.
const listLabel = 6

// heading names the file.
func (b cpuBlock) heading(p pen) string {
	return p.line(part{text: " " + b.choice.File, role: theme.Header})
}

// compare draws what is asked for beside what is granted.
func (b cpuBlock) compare(p pen, when string, asked, granted cpulist.Set) string {
	word, none := "set", "none"
	if b.choice.Version > 1 {
		word, none = "requested", "as above"
	}
	side := (p.width - listLabel - 2) / 2
	role := theme.Text
	if !asked.Equal(granted) && asked.Len() > 0 {
		role = theme.Warn
	}
	return p.line(
		part{text: " " + text.Fit(when, listLabel), role: theme.Dim},
		part{text: text.Fit(word+" "+said(asked, none), side)}, part{text: " "},
		part{text: "effective " + said(granted, "none"), role: role})
}

// said is a set as a list, or a word for none.
func said(set cpulist.Set, none string) string {
	if set.Len() == 0 {
		return none
	}
	return set.String()
}
