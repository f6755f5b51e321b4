package ui

import "charm.land/bubbles/v2/key"

// Bindings returns all keys of the program, those of every screen among them.
func Bindings() []key.Binding {
	var all []key.Binding
	screens := newScreens()
	names := make([]string, len(screens))
	for i, s := range screens {
		names[i] = s.Name()
	}
	for _, s := range defaultKeys(names).sections("", nil) {
		all = append(all, s.keys...)
	}
	return all
}
