package form

import (
	"strings"

	"bulkhead/actions"
	"bulkhead/probe/reading"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Draw implements dialog.Dialog.
func (k Knob) Draw(styles theme.Styles, width, height int) []string {
	pen := inside(styles, width, sheetWidth)
	b := box{
		title: k.knob.Name + " of " + k.key.String(), keys: knobKeys,
		body: k.present(pen), focus: k.first, above: true, foot: k.foot(pen),
	}
	return b.draw(styles, pen.width+edges, height)
}

// foot is the field, and what is wrong with what is in it.
func (k Knob) foot(p pen) []string {
	write := []part{{text: "▌", role: theme.Cursor}, {text: text.Fit("write", knobLabel), role: theme.Dim}}
	write = append(write, k.field.parts(p.width-knobLabel-2, true)...)
	return append([]string{p.blank(), p.line(write...)}, k.status(p)...)
}

// knobLabel is the width of the words at the left.
const knobLabel = 7

// present is what the file is and says now.
func (k Knob) present(p pen) []string {
	kind := actions.KindOf(k.knob.Name)
	lines := labelled(p, "means", theme.Text, kind.Means)
	lines = append(lines, labelled(p, "takes", theme.Text, kind.Takes)...)
	role := theme.Text
	if k.knob.Text.State() != reading.Present {
		role = theme.Dim
	}
	for i, line := range strings.Split(k.knob.Text.Or(firstLine(k.knob.Text)), "\n") {
		label := ""
		if i == 0 {
			label = "now"
		}
		lines = append(lines, labelled(p, label, role, line)...)
	}
	return lines
}

// status is what is wrong with what was typed.
func (k Knob) status(p pen) []string {
	fault := k.gone
	if fault == "" {
		fault = k.fault()
	}
	if fault == "" {
		return []string{p.blank()}
	}
	return p.sentence(theme.Bad, "! "+fault)
}

// labelled draws a text in as many lines as it needs beside a word at the left.
func labelled(p pen, label string, role theme.Role, says string) []string {
	var lines []string
	for _, row := range wrap(says, p.width-knobLabel-2) {
		lines = append(lines, p.line(part{text: " "}, part{text: text.Fit(label, knobLabel), role: theme.Dim}, part{text: row, role: role}))
		label = ""
	}
	return lines
}
