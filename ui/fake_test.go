package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// FakeActions plans with the real intents, and applies little: it says that all went well, or that a step failed.
type FakeActions struct {
	Roots  probe.Roots
	Fail   int  // The step that fails, counted from 1; 0 for none.
	Writes bool // Control files are really written.
	Why    actions.Explanation

	mu      sync.Mutex
	applied []actions.Plan
}

// Plan implements Actions.
func (f *FakeActions) Plan(now *probe.Snapshot, intent actions.Intent) (actions.Plan, error) {
	return intent(now, f.Roots.Knob)
}

// Apply implements Actions.
func (f *FakeActions) Apply(_ context.Context, plan actions.Plan) actions.Result {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.applied = append(f.applied, plan)
	r := actions.Result{At: time.Date(2026, 8, 14, 14, 3, 22, 0, time.UTC), Plan: plan}
	for i, step := range plan.Steps {
		if i+1 == f.Fail {
			r.Failed, r.Err = step, errors.New("remove group: device or resource busy")
			break
		}
		r.Done = append(r.Done, actions.Done{Step: step, Inverse: step.Inverse(), Says: f.write(step)})
	}
	return r
}

// Explain implements Explainer.
func (f *FakeActions) Explain(*probe.Snapshot, actions.Result) actions.Explanation { return f.Why }

// write writes the file of a step that has one, and says so.
func (f *FakeActions) write(step actions.Step) string {
	set, ok := step.(actions.Set)
	if !ok || !f.Writes {
		return "so it is"
	}
	path := filepath.Join(f.Roots.Locate(set.Group.Dir()), set.File)
	if err := os.WriteFile(path, []byte(set.To+"\n"), 0o600); err != nil {
		return err.Error()
	}
	return set.File + " is " + set.To
}

// Applied are the plans that were applied.
func (f *FakeActions) Applied() []actions.Plan {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]actions.Plan{}, f.applied...)
}
