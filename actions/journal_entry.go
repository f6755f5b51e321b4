package actions

import (
	"time"

	"bulkhead/probe"
)

// State is what became of a change since.
type State string

// The states of a change in the log.
const (
	Stands       State = "stands"
	UndoneInPart State = "undone in part"
	Undone       State = "undone"
	PassedOver   State = "passed over" // It is left as it is: by the user, or since what it was about is gone.
	Ended        State = "ended"       // It came to its end by itself, as a freeze for a time does.
)

// Entry is one change in the log: a plan that was applied, wholly or in part.
type Entry struct {
	At      time.Time
	Title   string
	Steps   []string // Those that stand, as a person would type them.
	Outcome string   // What the kernel said, or why the plan failed.
	Failed  bool
	Undo    []Step // What takes back what stands of it, in order; empty where nothing can.
	Part    bool   // Not all of it can be taken back.
	State   State
	Since   time.Time // When it came to its state; zero where it Stands.
	EndedBy string    // How a change that is Ended came to its end, such as "thawed by itself after 30s".
	Foreign bool      // It was made to another host, or before this kernel was started: nothing of it can be undone here.

	ByItself string    // Why it was made though nobody asked for it then; see Plan.
	Ends     time.Time // When the change was made which this one brought to its end by itself; else zero.
}

// UndoPlan returns the plan that takes the change back.
func (e Entry) UndoPlan() Plan {
	p := Plan{Title: undoTitle(e.Title), Steps: e.Undo, Undoes: e.At}
	if e.Part {
		p.warn("only a part of it can be taken back")
	}
	return p
}

// Undoable reports whether anything of the change is left that can be taken back here.
func (e Entry) Undoable() bool {
	return len(e.Undo) > 0 && !e.Foreign && (e.State == Stands || e.State == UndoneInPart)
}

// EntryOf returns what the log keeps of a result. What was done by itself is never taken back.
func EntryOf(r Result) Entry {
	e := Entry{
		At: r.At, Title: r.Plan.Title, Failed: r.Err != nil, Outcome: r.Says(), State: Stands, ByItself: r.Plan.ByItself,
	}
	for _, done := range r.Done {
		e.Steps = append(e.Steps, done.Step.Shell())
	}
	if r.Plan.ByItself == "" {
		undo, whole := r.Undo()
		e.Undo, e.Part = undo.Steps, !whole && len(undo.Steps) > 0
	} else if r.Err == nil {
		e.Ends = r.Plan.Undoes
	}
	return e
}

// line is a line of the log: a change, or a note of what became of one.
type line struct {
	Entry
	boot   string
	roots  probe.Roots
	remade []Remade  // The groups that the change, or its undo, made again.
	of     time.Time // When the change was made that this is a note of; zero where this is a change.
	back   int       // Of a note: how many of the steps that take the change back were done.
}
