package form

import (
	"charm.land/bubbles/v2/key"

	"bulkhead/ui/text"
)

// hint is a key and what it does, in a word or two.
type hint struct{ key, does string }

// The keys of the forms, the most needed first. They stand at the lower edge of the box as far as there is room.
var (
	sheetKeys  = []hint{{"enter", "preview"}, {"esc", "close"}, {"tab", "next"}, {"space", "check"}, {"←→", "choose"}}
	moveKeys   = []hint{{"enter", "preview"}, {"esc", "close"}, {"ctrl+n", "new group below"}, {"↑↓", "choose"}, {"ctrl+t", "thread"}, {"ctrl+d", "descendants"}}
	cpuKeys    = []hint{{"enter", "preview"}, {"esc", "close"}, {"space", "choose"}, {"tab", "next"}, {"a", "all"}, {"0", "none"}}
	knobsKeys  = []hint{{"enter", "change"}, {"esc", "close"}, {"↑↓", "choose"}}
	knobKeys   = []hint{{"enter", "preview"}, {"esc", "close"}, {"↑↓", "scroll"}}
	signalKeys = []hint{{"enter", "preview"}, {"esc", "close"}, {"↑↓", "choose"}}
)

// Keys implements dialog.Keyed.
func (m MoveTo) Keys() []key.Binding { return bindings(moveKeys) }

// Keys implements dialog.Keyed.
func (g Group) Keys() []key.Binding { return bindings(sheetKeys) }

// Keys implements dialog.Keyed.
func (c CPUs) Keys() []key.Binding { return bindings(cpuKeys) }

// Keys implements dialog.Keyed.
func (k Knobs) Keys() []key.Binding { return bindings(knobsKeys) }

// Keys implements dialog.Keyed.
func (k Knob) Keys() []key.Binding { return bindings(knobKeys) }

// Keys implements dialog.Keyed.
func (s Signals) Keys() []key.Binding { return bindings(signalKeys) }

// Keys implements dialog.Keyed.
func (e Enter) Keys() []key.Binding { return bindings(sheetKeys) }

// Keys implements dialog.Keyed.
func (m Mount) Keys() []key.Binding { return bindings(sheetKeys) }

// Keys implements dialog.Keyed.
func (a Alarm) Keys() []key.Binding { return bindings(sheetKeys) }

// Keys implements dialog.Keyed.
func (r Run) Keys() []key.Binding { return bindings(sheetKeys) }

func bindings(keys []hint) []key.Binding {
	all := make([]key.Binding, len(keys))
	for i, h := range keys {
		all[i] = key.NewBinding(key.WithKeys(h.key), key.WithHelp(h.key, h.does))
	}
	return all
}

// note joins as many of the keys as there is room for.
func note(keys []hint, room int) string {
	joined := ""
	for i, h := range keys {
		next := h.key + " " + h.does
		if i > 0 {
			next = joined + " · " + next
		}
		if text.Width(next) > room {
			break
		}
		joined = next
	}
	return joined
}
