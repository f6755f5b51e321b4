package main

import (
	"context"
	"io"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/posture"
	"bulkhead/probe/recording"
	"bulkhead/ui/report"
)

// postureJSON is a posture.Report in the JSON output.
type postureJSON struct {
	Task     taskJSON       `json:"task"`
	None     string         `json:"none,omitempty"` // Why there is nothing to look at.
	Walls    []evidenceJSON `json:"walls"`
	Findings []findingJSON  `json:"findings"`
	Unknown  []string       `json:"unknown"`
}

type evidenceJSON struct {
	File  recording.Text `json:"file"`
	Value recording.Text `json:"value"`
}

type findingJSON struct {
	What     string         `json:"what"`
	Allows   string         `json:"allows"`
	Source   string         `json:"source"`
	Evidence []evidenceJSON `json:"evidence"`
}

// showPosture prints what weakens the walls around a task.
func showPosture(ctx context.Context, out io.Writer, from *source, name string, asJSON bool) error {
	s, subjects, err := findSubjects(ctx, from, []string{name})
	if err != nil {
		return err
	}
	task := subjects[0].Task
	r := posture.Of(posture.Facts{Snapshot: s, Task: task, Detail: subjects[0].Detail, Around: from.surroundings(s, task)})
	if asJSON {
		return writePosture(out, s, task, &r)
	}
	return writeReader(out, report.Posture(&r, report.TaskName(task)))
}

func writePosture(out io.Writer, s *probe.Snapshot, task *probe.Task, r *posture.Report) error {
	document := struct {
		Schema  int         `json:"schema"`
		At      time.Time   `json:"at"`
		Posture postureJSON `json:"posture"`
	}{recording.Schema, s.At.UTC(), postureJSON{
		Task: toTaskJSON(s, task.TaskKey), None: r.None, Walls: toEvidenceJSON(r.Walls), Findings: []findingJSON{},
		Unknown: append([]string{}, r.Unknown...),
	}}
	for _, f := range r.Findings {
		document.Posture.Findings = append(document.Posture.Findings, findingJSON{f.What, f.Allows, f.Source, toEvidenceJSON(f.Evidence)})
	}
	return writeJSON(out, document)
}

func toEvidenceJSON(all []posture.Evidence) []evidenceJSON {
	written := make([]evidenceJSON, len(all))
	for i, e := range all {
		written[i] = evidenceJSON{recording.Text(e.File), recording.Text(e.Value)}
	}
	return written
}
