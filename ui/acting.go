package ui

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

// Actions plans and applies changes. Both may take a while, and are called in commands only.
type Actions interface {
	Plan(now *probe.Snapshot, intent actions.Intent) (actions.Plan, error)
	Apply(ctx context.Context, plan actions.Plan) actions.Result
}

// acting is the state of the actions: the dialogs that are open, what is planned or applied at the moment, and what was done.
type acting struct {
	dialogs  []opened // The last one is in sight.
	serial   int      // Of the last dialog or plan.
	asked    int      // The plan that is waited for; 0 for none.
	remaking int      // The reader whose page is being made again; 0 for none.
	applying string   // The title of the plan that is being applied; empty for none.
	changes  []change // Of this session, the oldest first.
	alarms   map[probe.GroupKey]standing
}

// opened is a dialog with what the root model knows of it.
type opened struct {
	dialog.Dialog
	serial int
	undoes int // The change that its plan takes back; -1 for none.
}

// change is a plan that was applied.
type change struct {
	report dialog.Report
	rest   actions.Result // The same, without the steps that were taken back since.
	at     time.Time      // When it was done.
	undo   bool           // It took another one back.
	lost   string         // Why nothing is left of it, where it was not undone here.
}

// over says what became of a change of which nothing is left that could be taken back; empty where something is, or never was.
func (c change) over() string {
	undo, _ := c.rest.Undo()
	before, _ := c.report.Undo()
	switch {
	case len(undo.Steps) > 0 || len(before.Steps) == 0:
		return ""
	case c.lost != "":
		return c.lost
	}
	return "undone"
}

// undoable reports whether any of a change can be taken back.
func (c change) undoable() bool {
	undo, _ := c.rest.Undo()
	return len(undo.Steps) > 0
}

// withChange adds what was done. From the change that it takes back it takes the steps that stand no longer: its inverses are
// applied the last step first. All others follow the groups that it made again.
func (a acting) withChange(report dialog.Report, undoes int, at time.Time) acting {
	c := change{report: report, rest: report.Result, at: at}
	changes := append([]change{}, a.changes...)
	for i := range changes {
		changes[i].rest = changes[i].rest.Before(report.Result)
	}
	if undoes >= 0 {
		c.undo = !changes[undoes].undo
		changes[undoes] = changes[undoes].takenBack(report.Result)
	}
	a.changes = append(changes, c)
	return a
}

// takenBack is a change after its undo. One whose targets are gone, or which was taken back elsewhere, has nothing left.
func (c change) takenBack(undo actions.Result) change {
	steps := len(undo.Done)
	switch {
	case errors.Is(undo.Err, actions.ErrTakenBack):
		c.lost, steps = "taken back", math.MaxInt
	case undo.NothingLeft():
		c.lost, steps = "passed over", math.MaxInt
	}
	c.rest = without(c.rest, steps)
	return c
}

// without drops from the end of a result what that many steps of its undo took back.
func without(r actions.Result, steps int) actions.Result {
	r.Done = slices.Clone(r.Done)
	for at := len(r.Done) - 1; at >= 0 && steps > 0; at-- {
		inverse := r.Done[at].Inverse
		taken := min(steps, len(inverse))
		steps -= taken
		r.Done[at].Inverse = inverse[taken:]
	}
	return r
}

// lastUndoable returns the newest change that is not taken back yet and does not take back itself.
func (a acting) lastUndoable() (int, bool) {
	for i := len(a.changes) - 1; i >= 0; i-- {
		if c := a.changes[i]; !c.undo && c.undoable() {
			return i, true
		}
	}
	return -1, false
}

// froze returns the change of this session that froze a group and is not taken back.
func (a acting) froze(key probe.GroupKey) (int, bool) {
	for i := len(a.changes) - 1; i >= 0; i-- {
		for _, done := range a.changes[i].rest.Done {
			if set, ok := done.Step.(actions.Set); ok && len(done.Inverse) > 0 && set.Group.GroupKey == key && freezing(set) {
				return i, true
			}
		}
	}
	return -1, false
}

// freezing reports whether a step freezes a group.
func freezing(s actions.Set) bool {
	return s.File == "cgroup.freeze" && s.To == "1" || s.File == "freezer.state" && s.To == "FROZEN"
}

// thaws returns the change of this session that froze the group which a plan thaws, where that is all the plan does: it then
// stood in the preview of the freeze as its undo, and need not be previewed again.
func (a acting) thaws(plan actions.Plan) (int, bool) {
	if len(plan.Steps) != 1 || plan.Guarded != "" {
		return -1, false
	}
	step, ok := plan.Steps[0].(actions.Set)
	if !ok {
		return -1, false
	}
	at, ok := a.froze(step.Group.GroupKey)
	if !ok {
		return -1, false
	}
	undo, _ := a.changes[at].rest.Undo()
	if len(undo.Steps) != 1 {
		return -1, false
	}
	inverse, ok := undo.Steps[0].(actions.Set)
	return at, ok && inverse.Group == step.Group && inverse.File == step.File && inverse.To == step.To
}

// selfThawed takes those freezes for taken back that were to thaw by themselves and, as a later snapshot shows, did.
func (a acting) selfThawed(now *probe.Snapshot) acting {
	for i, c := range a.changes {
		group, freezes := c.report.Plan.Freezes()
		after := c.report.Plan.ThawAfter
		if !freezes || after <= 0 || !c.undoable() || now.At.Before(c.report.At.Add(after)) {
			continue
		}
		if g, ok := now.Group(group.GroupKey); ok && !g.Values.FreezeRequested.Or(true) {
			a.changes = slices.Clone(a.changes)
			a.changes[i].rest, a.changes[i].lost = without(c.rest, len(c.rest.Done)), "thawed by itself"
		}
	}
	return a
}
