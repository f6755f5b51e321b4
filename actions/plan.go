package actions

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// Plan is what would be done. It is a pure value: making one changes nothing.
type Plan struct {
	Title    string   // Such as "Freeze /lab".
	Effects  []string // What will happen, in sentences without an end.
	Steps    []Step
	Warnings []string // What the user should know before.
	Final    bool     // Once done it cannot be taken back, though some of its steps could.
	Guarded  string   // The reason of a guard that was overridden; empty where none stood in the way.

	ThawAfter time.Duration // A freeze is taken back by itself after this time; 0 for never. See ThawsAfter.

	Undoes   time.Time // When the change was made that this plan takes back; zero where it takes back none.
	Again    time.Time // When the undo was made that this plan takes back, so that the change is made again; else zero.
	ByItself string    // Why it is applied though nobody asks for it then, such as "thawed by itself after 30s"; else empty.
}

// Shell returns the commands that do the same when they are typed, one on a line. What thaws a freeze again comes first: it may
// be frozen itself afterwards.
func (p Plan) Shell() string {
	var b strings.Builder
	b.WriteString(p.thawer())
	for _, step := range p.Steps {
		b.WriteString(step.Shell() + "\n")
	}
	return b.String()
}

// Undo returns the plan that takes this one back, as far as can be foreseen, and whether all of it can be taken back.
func (p Plan) Undo() (undo Plan, whole bool) {
	undo.Title, whole = undoTitle(p.Title), !p.Final
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

// undoTitle names what takes back a change. To take back an undo is to make the change again.
func undoTitle(title string) string {
	if done, ok := strings.CutPrefix(title, "Undo: "); ok {
		return "Again: " + done
	}
	return "Undo: " + strings.TrimPrefix(title, "Again: ")
}

// Freezes returns the group that the plan freezes, where that is what it does.
func (p Plan) Freezes() (Group, bool) {
	if len(p.Steps) != 1 {
		return Group{}, false
	}
	set, ok := p.Steps[0].(Set)
	return set.Group, ok && harms(set) == "freezing"
}

// Endangers refuses a plan that would by now freeze or kill what bulkhead stands on, where no such guard was overridden: tasks
// may have been moved since the plan was made.
func (p Plan) Endangers(now *probe.Snapshot) *Refusal {
	if p.Guarded != "" {
		return nil
	}
	for _, step := range p.Steps {
		var refusal *Refusal
		switch s := step.(type) {
		case Set:
			if does := harms(s); does != "" {
				refusal = guardGroup(now, s.Group.GroupKey, does)
			}
		case SignalGroup:
			if s.Signal != unix.SIGCONT {
				refusal = guardGroup(now, s.Group.GroupKey, "killing")
			}
		}
		if refusal != nil {
			return refusal
		}
	}
	return nil
}

// Dangerous reports whether Endangers has anything to look at.
func (p Plan) Dangerous() bool {
	return slices.ContainsFunc(p.Steps, func(step Step) bool {
		set, ok := step.(Set)
		_, signals := step.(SignalGroup)
		return signals || ok && harms(set) != ""
	})
}

// harms says what a step does to those in its group, as a guard names it; nothing where they live on.
func harms(s Set) string {
	switch {
	case s.File == fileFreeze && s.To == digit(true), s.File == fileFreezer && s.To == stateFrozen:
		return "freezing"
	case s.File == fileKill:
		return "killing"
	}
	return ""
}

// warn adds what the user should know before.
func (p *Plan) warn(says ...string) {
	for _, s := range says {
		if s != "" && !slices.Contains(p.Warnings, s) {
			p.Warnings = append(p.Warnings, s)
		}
	}
}
