package dialog

import (
	"strings"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// box is the dialog in a box of some width: why it failed, what stands, what failed, and what was not tried.
func (f Failed) box(width int) box {
	room := inner(width)
	r := f.report
	b := box{title: "Not done: " + r.Plan.Title, offset: f.offset}
	if len(r.Done) > 0 {
		b.title = "Stopped: " + r.Plan.Title
	}
	b.body = wrap(theme.Bad, "✗ ", r.why(), room)
	if r.Why.Help != "" {
		b.body = append(b.body, wrap(theme.Warn, "→ ", r.Why.Help, room)...)
	}
	b.body = append(b.body, nil)
	for _, done := range r.Done {
		b.body = append(b.body, shell(theme.Good, "✓ ", done.Step.Shell(), room)...)
		if done.Says != "" {
			b.body = append(b.body, wrap(theme.Dim, "  ", done.Says, room)...)
		}
	}
	for i, step := range r.Plan.Steps[min(len(r.Done), len(r.Plan.Steps)):] {
		sign, role := "· ", theme.Dim
		if i == 0 {
			sign, role = "✗ ", theme.Bad
		}
		b.body = append(b.body, shell(role, sign, step.Shell(), room)...)
	}
	if len(r.Done) > 0 && !f.undoable() {
		b.body = append(b.body, plain(theme.Warn, "! what stands (✓) cannot be undone"))
	}
	b.foot = append([]line{nil}, f.hints(room)...)
	return b
}

// hints are the keys with what they do: side by side, or below each other where that is too wide. They appear when the
// dialog is ready.
func (f Failed) hints(width int) []line {
	var all []line
	used := 0
	for _, binding := range f.Keys() {
		h := binding.Help()
		what, _, _ := strings.Cut(h.Desc, ":")
		cells := text.Width(h.Key) + 1 + text.Width(what) + 3
		if len(all) == 0 || used+cells > width {
			all, used = append(all, nil), 0
		}
		used += cells
		if f.ready {
			last := len(all) - 1
			all[last] = append(all[last], part{text: h.Key, role: theme.Key}, part{text: " " + what + "   ", role: theme.KeyHelp})
		}
	}
	return all
}
