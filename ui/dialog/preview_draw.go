package dialog

import (
	"fmt"
	"strings"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// box is the preview in a box of some width.
func (p Preview) box(width int) box {
	room := inner(width)
	b := box{title: p.plan.Title, offset: p.offset}
	if p.guarded() {
		b.body = append(wrap(theme.Bad, "‼ ", p.plan.Guarded, room), nil)
		b.foot = append(b.foot, p.field())
	}
	for _, effect := range p.plan.Effects {
		b.body = append(b.body, wrap(theme.Text, "", effect, room)...)
	}
	if len(p.plan.Effects) > 0 {
		b.body = append(b.body, nil)
	}
	b.body = append(b.body, shell(theme.Title, "  ", p.plan.Shell(), room)...)
	b.body = append(b.body, nil)
	for _, warning := range p.plan.Warnings {
		b.body = append(b.body, wrap(theme.Warn, "! ", warning, room)...)
	}
	b.body = append(b.body, p.undo(room)...)
	if freezes(p.plan) {
		b.foot = append(b.foot, p.thaw())
	}
	b.foot = append(b.foot, p.buttons(room))
	return b
}

// note says at the edge that there is more than is in view: warnings must not be missed.
func (p Preview) note(more bool) string {
	switch n := len(p.plan.Warnings); {
	case !more:
		return ""
	case n == 1:
		return "! 1 warning · ↓ more"
	case n > 1:
		return fmt.Sprintf("! %d warnings · ↓ more", n)
	}
	return "↓ more"
}

// undo says how the plan can be taken back.
func (p Preview) undo(width int) []line {
	undo, whole := p.plan.Undo()
	switch {
	case starts(p.plan):
		return nil // It starts a command, or waits: nothing is changed by it that could be taken back.
	case len(undo.Steps) == 0:
		return []line{plain(theme.Warn, "! cannot be undone")}
	case !whole:
		lines := wrap(theme.Warn, "! ", "only a part can be undone:", width)
		return append(lines, shell(theme.Text, "undo: ", undo.Shell(), width)...)
	}
	return shell(theme.Text, "undo: ", undo.Shell(), width)
}

// field is where the word is typed.
func (p Preview) field() line {
	return line{
		{text: "type " + word + " to apply: ["},
		{text: text.Safe(p.typed), role: theme.Match},
		{text: strings.Repeat("_", len(word)-len(p.typed)), role: theme.Dim},
		{text: "]"},
	}
}

// buttons are at the right; the one that enter activates is in brackets. Until the dialog is ready none does anything, and none
// has brackets: the line is there from the first, so that nothing jumps.
func (p Preview) buttons(width int) line {
	cancel, apply := "[ cancel ]", "  apply  "
	on, off := theme.Selected, theme.Text
	if p.apply {
		cancel, apply = "  cancel  ", "[ apply ]"
		on, off = theme.Text, theme.Selected
	}
	if !p.allowed() {
		off = theme.KeyOff
	}
	if !p.ready {
		cancel, on = "  cancel  ", theme.KeyOff
	}
	hint := ""
	if !p.guarded() {
		hint = "y copy the commands"
	}
	room := width - len(cancel) - len(apply) - 1
	if text.Width(hint) > room {
		hint = ""
	}
	return line{
		{text: hint + text.Spaces(room-len(hint)), role: theme.Dim},
		{text: cancel, role: on},
		{text: " "},
		{text: apply, role: off},
	}
}
