package dialog

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Preview shows a plan before it is applied, and asks whether to. It begins on cancel, and applies nothing before it is
// Ready: by then it has been on the screen.
type Preview struct {
	plan   actions.Plan
	keys   KeyMap
	room   Room
	offset int
	ready  bool
	apply  bool   // The button that enter activates is apply, not cancel.
	typed  string // The word that overrides a guard, as far as it is typed.
}

// word is what has to be typed where a guard stands in the way.
const word = "yes"

// NewPreview returns the preview of a plan.
func NewPreview(plan actions.Plan) Preview { return Preview{plan: plan, keys: DefaultKeyMap()} }

// guarded reports whether the plan needs the word.
func (p Preview) guarded() bool { return p.plan.Guarded != "" }

// allowed reports whether the plan may be applied.
func (p Preview) allowed() bool { return p.ready && (!p.guarded() || p.typed == word) }

// Update implements Dialog.
func (p Preview) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		p.room = msg
	case Ready:
		p.ready = true
	case tea.KeyPressMsg:
		next, outcome := p.pressed(msg)
		return next, outcome, nil
	}
	return p, nil, nil
}

// pressed handles a key. Where a word has to be typed letters are letters, and no commands.
func (p Preview) pressed(msg tea.KeyPressMsg) (Preview, Outcome) {
	if p.guarded() {
		if next, typed := p.typeWord(msg); typed {
			return next, nil
		}
	}
	if offset, ok := p.box(p.room.Width).scrolled(msg, p.keys, p.room.Height); ok {
		p.offset = offset
		return p, nil
	}
	switch {
	case key.Matches(msg, p.keys.Close):
		return p, Close{}
	case key.Matches(msg, p.keys.Copy):
		return p, Copy{Text: p.plan.Shell(), Says: "copied the commands"}
	case !p.ready:
		return p, nil
	case key.Matches(msg, p.keys.Thaw):
		p.plan = thawsLater(p.plan)
	case key.Matches(msg, p.keys.Button):
		p.apply = !p.apply
	case key.Matches(msg, p.keys.Choose) && !p.apply:
		return p, Close{}
	case key.Matches(msg, p.keys.Choose, p.keys.Apply) && p.allowed():
		return p, Apply{p.plan}
	}
	return p, nil
}

// typeWord takes a key for the field: a letter, or one that takes the last letter back.
func (p Preview) typeWord(msg tea.KeyPressMsg) (Preview, bool) {
	switch {
	case !p.ready:
		return p, msg.Text != ""
	case msg.String() == "backspace":
		p.typed = p.typed[:max(0, len(p.typed)-1)]
		return p, true
	case msg.Text == "":
		return p, false
	case len(p.typed) < len(word) && len(msg.Text) == 1 && msg.Text[0] > ' ':
		p.typed += msg.Text
	}
	return p, true
}

// Sync implements Dialog. What a plan stands on is checked when it is applied.
func (p Preview) Sync(*probe.Snapshot) Dialog { return p }

// Keys implements Keyed.
func (p Preview) Keys() []key.Binding {
	if p.guarded() {
		return []key.Binding{p.keys.Choose, p.keys.Button, bind("esc", p.keys.Close.Help().Desc)}
	}
	all := []key.Binding{p.keys.Choose, p.keys.Button, p.keys.Apply, p.keys.Copy, p.keys.Close}
	if freezes(p.plan) {
		all = slices.Insert(all, 3, p.keys.Thaw)
	}
	return all
}

// Draw implements Dialog.
func (p Preview) Draw(styles theme.Styles, width, height int) []string {
	width = p.box(width).narrow(width)
	b := p.box(width)
	b.note = p.note(b.shown(height) < len(b.body))
	return b.draw(styles, width, height)
}
