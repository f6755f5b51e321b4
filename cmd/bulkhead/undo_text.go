package main

import (
	"io"
	"strings"
	"time"

	"bulkhead/actions"
	"bulkhead/probe/recording"
	"bulkhead/ui/text"
)

// entryText is one change as the log prints it.
func entryText(e *actions.Entry) string {
	var b strings.Builder
	b.WriteString(e.At.Local().Format(time.DateTime) + "  " + text.Safe(e.Title))
	if e.ByItself != "" && !e.Failed {
		b.WriteString(": " + text.Safe(e.ByItself))
	}
	for _, mark := range marks(e) {
		b.WriteString(" (" + text.Safe(mark) + ")")
	}
	b.WriteString("\n")
	for _, step := range e.Steps {
		b.WriteString(indent(step))
	}
	if e.Outcome != "" {
		b.WriteString("    # " + text.Safe(e.Outcome) + "\n")
	}
	return b.String()
}

// marks say what became of a change, and why undo does not take it.
func marks(e *actions.Entry) []string {
	var all []string
	if e.Failed {
		all = append(all, "failed")
	}
	switch e.State {
	case actions.Ended:
		all = append(all, e.EndedBy)
	case actions.UndoneInPart, actions.Undone, actions.PassedOver:
		all = append(all, string(e.State))
	case actions.Stands:
		if e.Foreign && len(e.Undo) > 0 {
			all = append(all, "before the last start, or of another host")
		}
	}
	return all
}

// changeJSON is one change of the log in the JSON output.
type changeJSON struct {
	At       time.Time        `json:"at"`
	Title    recording.Text   `json:"title"`
	Steps    []recording.Text `json:"steps"` // Those that stand.
	Outcome  recording.Text   `json:"outcome,omitempty"`
	Failed   bool             `json:"failed,omitempty"`
	State    actions.State    `json:"state"`
	Since    *time.Time       `json:"since,omitempty"` // When it came to that state.
	EndedBy  recording.Text   `json:"ended_by,omitempty"`
	ByItself recording.Text   `json:"by_itself,omitempty"`
	Ends     *time.Time       `json:"ends,omitempty"` // When the change was made that this one ended.
	Undoable bool             `json:"undoable"`       // Undo takes it back, when those after it are.
	Undo     []recording.Text `json:"undo"`           // What takes back what is left of it.
}

func writeChanges(out io.Writer, entries []actions.Entry) error {
	changes := make([]changeJSON, len(entries))
	for i := range entries {
		e := &entries[i]
		changes[i] = changeJSON{
			At: e.At, Title: recording.Text(e.Title), Steps: texts(e.Steps), Outcome: recording.Text(e.Outcome), Failed: e.Failed,
			State: e.State, Since: known(e.Since), EndedBy: recording.Text(e.EndedBy), ByItself: recording.Text(e.ByItself),
			Ends: known(e.Ends), Undoable: e.Undoable(), Undo: shells(e.Undo),
		}
	}
	return writeJSON(out, struct {
		Schema  int          `json:"schema"`
		At      time.Time    `json:"at"`
		Changes []changeJSON `json:"changes"`
	}{recording.Schema, time.Now(), changes})
}

// known returns nil for no time, which is then left out.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
