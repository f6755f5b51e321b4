package dialog

import (
	"fmt"
	"strings"

	"bulkhead/actions"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Report is what came of a plan, and where it failed what that means.
type Report struct {
	actions.Result
	Why actions.Explanation
}

// Tell says in one line what came of a plan: what the kernel said last, or why it failed. Where there is little room the title
// of the plan is cut before that.
func (r Report) Tell(width int) string {
	came := ": " + r.came()
	room := width - text.Width(r.sign()+came)
	return r.sign() + text.TruncateMiddle(r.Plan.Title, max(room, leastTitle)) + came
}

// leastTitle is how much of a title stays in any case.
const leastTitle = 12

// Fits reports whether all there is to say finds room in one line.
func (r Report) Fits(width int) bool {
	return r.Why.Help == "" && r.Why.Way == nil && text.Width(r.sign()+r.Plan.Title+": "+r.came()) <= width
}

// Role is the role in which the report is told.
func (r Report) Role() theme.Role {
	if r.Err != nil {
		return theme.Bad
	}
	return theme.Good
}

// came is what came of the plan.
func (r Report) came() string {
	says := r.answer()
	switch {
	case r.Err == nil && says == "":
		return "done"
	case r.Err == nil:
		return says
	case len(r.Done) > 0:
		return fmt.Sprintf("stopped after %d of %d steps: %s", len(r.Done), len(r.Plan.Steps), r.why())
	}
	return r.why()
}

// sign tells success from failure without colour.
func (r Report) sign() string {
	if r.Err != nil {
		return "✗ "
	}
	return "✓ "
}

// answer is what the kernel says came of the last step that it says something about.
func (r Report) answer() string {
	for i := len(r.Done) - 1; i >= 0; i-- {
		if says := r.Done[i].Says; says != "" {
			return says
		}
	}
	return ""
}

// why says why the plan failed: in words, else as the error has it.
func (r Report) why() string {
	if r.Why.Says != "" {
		return r.Why.Says
	}
	return r.Err.Error()
}

// undoShell is what takes back the steps that stand, as shell text; empty where nothing does.
func (r Report) undoShell() string {
	undo, _ := r.Undo()
	return undo.Shell()
}

// doneShell is the text of the steps that stand.
func (r Report) doneShell() string {
	var b strings.Builder
	for _, done := range r.Done {
		b.WriteString(done.Step.Shell() + "\n")
	}
	return b.String()
}

// starts reports whether a plan starts a command or waits for something, which changes nothing that could be taken back.
func starts(plan actions.Plan) bool {
	for _, step := range plan.Steps {
		switch step.(type) {
		case actions.Enter, actions.Run, actions.Watch:
			return true
		}
	}
	return false
}
