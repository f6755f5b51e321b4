package ui

import "charm.land/bubbles/v2/key"

// lookKeys is the keys that open something to read. They change nothing, and work where nothing may be changed.
type lookKeys struct {
	Compare  key.Binding
	Posture  key.Binding
	Explain  key.Binding
	Versions key.Binding
}

func defaultLookKeys() lookKeys {
	return lookKeys{
		Compare:  bind("=", "compare: with the next it is pressed on, with a marked one, or twice with the host", "="),
		Posture:  bind("W", "weak walls: what lets a process through, with the evidence", "W"),
		Explain:  bind("x", "explain: what is selected, in three sentences", "x"),
		Versions: bind("X", "versions: of control groups, the words of one beside those of the other", "X"),
	}
}

// bindings are the keys in the order of the help.
func (k lookKeys) bindings() []key.Binding {
	return []key.Binding{k.Explain, k.Versions, k.Compare, k.Posture}
}
