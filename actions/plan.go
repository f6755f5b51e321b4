package actions

import (
	"slices"
	"strings"
)

// Plan is what would be done. It is a pure value: making one changes nothing.
type Plan struct {
	Title    string   // Such as "Freeze /lab".
	Effects  []string // What will happen, in sentences without an end.
	Steps    []Step
	Warnings []string // What the user should know before.
	Final    bool     // Once done it cannot be taken back, though some of its steps could.
	Guarded  string   // The reason of a guard that was overridden; empty where none stood in the way.
}

// Shell returns the commands that do the same when they are typed, one on a line.
func (p Plan) Shell() string {
	var b strings.Builder
	for _, step := range p.Steps {
		b.WriteString(step.Shell() + "\n")
	}
	return b.String()
}

// Undo returns the plan that takes this one back, as far as can be foreseen, and whether all of it can be taken back.
func (p Plan) Undo() (undo Plan, whole bool) {
	undo.Title, whole = "Undo: "+p.Title, !p.Final
	if p.Final {
		return undo, false
	}
	for _, step := range slices.Backward(p.Steps) {
		inverse := step.Inverse()
		undo.Steps = append(undo.Steps, inverse...)
		whole = whole && len(inverse) > 0
	}
	return undo, whole
}

// Freezes returns the group that the plan freezes, where that is what it does.
func (p Plan) Freezes() (Group, bool) {
	if len(p.Steps) != 1 {
		return Group{}, false
	}
	set, ok := p.Steps[0].(Set)
	freezes := ok && (set.File == fileFreeze && set.To == digit(true) || set.File == fileFreezer && set.To == stateFrozen)
	return set.Group, freezes
}

// warn adds what the user should know before.
func (p *Plan) warn(says ...string) {
	for _, s := range says {
		if s != "" && !slices.Contains(p.Warnings, s) {
			p.Warnings = append(p.Warnings, s)
		}
	}
}
