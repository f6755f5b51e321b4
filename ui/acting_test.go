package ui

import (
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/ui/dialog"
)

// made is a result of steps that all went well, and each of which so many steps take back.
func made(title string, inverses ...int) dialog.Report {
	r := actions.Result{Plan: actions.Plan{Title: title}}
	for _, n := range inverses {
		r.Done = append(r.Done, actions.Done{Step: actions.Make{}, Inverse: make([]actions.Step, n)})
	}
	return dialog.Report{Result: r}
}

func TestWhatIsLeftToUndo(t *testing.T) {
	type applied struct {
		report dialog.Report
		undoes int
	}
	for name, tt := range map[string]struct {
		changes []applied
		entry   int // The next to be undone; -1 for none.
		steps   int // How many steps take it back.
	}{
		"nothing":             {nil, -1, 0},
		"one":                 {[]applied{{made("a", 1), -1}}, 0, 1},
		"the newest first":    {[]applied{{made("a", 1), -1}, {made("b", 1), -1}}, 1, 1},
		"one is undone":       {[]applied{{made("a", 1), -1}, {made("b", 1), -1}, {made("undo b", 1), 1}}, 0, 1},
		"all is undone":       {[]applied{{made("a", 1), -1}, {made("undo a", 1), 0}}, -1, 0},
		"cannot be undone":    {[]applied{{made("a", 1), -1}, {made("kill", 0), -1}}, 0, 1},
		"half of it":          {[]applied{{made("a", 1, 2, 1), -1}, {made("undo a", 1, 1), 0}}, 0, 2},
		"of a half the rest":  {[]applied{{made("a", 1, 2, 1), -1}, {made("undo a", 1, 1), 0}, {made("undo a", 1, 1), 0}}, -1, 0},
		"nothing of the undo": {[]applied{{made("a", 1), -1}, {made("undo a"), 0}}, 0, 1},
		"done again":          {[]applied{{made("a", 1), -1}, {made("undo a", 1), 0}, {made("again a", 1), 1}}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var a acting
			for _, one := range tt.changes {
				a = a.withChange(one.report, one.undoes, time.Time{})
			}
			entry, ok := a.lastUndoable()
			if entry != tt.entry || ok != (tt.entry >= 0) {
				t.Fatalf("the next to undo is %d, want %d", entry, tt.entry)
			}
			if !ok {
				return
			}
			if undo, _ := a.changes[entry].rest.Undo(); len(undo.Steps) != tt.steps {
				t.Errorf("%d steps take it back, want %d", len(undo.Steps), tt.steps)
			}
		})
	}
}

func TestGroupToFreezeOfAWorld(t *testing.T) {
	for name, tt := range map[string]struct {
		paths []string
		want  string
	}{
		"none":        {nil, "/"},
		"one":         {[]string{"/a/b"}, "/a/b"},
		"below":       {[]string{"/a/b", "/a/b/c"}, "/a/b"},
		"beside":      {[]string{"/a/b", "/a/bc"}, "/a"},
		"far":         {[]string{"/a/b/c", "/x"}, "/"},
		"the topmost": {[]string{"/", "/x"}, "/"},
	} {
		if got := common(tt.paths); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
