package main

import (
	"io"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
	"bulkhead/probe/rights"
)

// comparisonJSON is a comparison in the JSON output.
type comparisonJSON struct {
	A      taskJSON    `json:"a"`
	B      taskJSON    `json:"b"`
	Lines  []lineJSON  `json:"lines"`
	AIntoB passageJSON `json:"a_into_b"`
	BIntoA passageJSON `json:"b_into_a"`
}

// taskJSON names a task, as the tasks of a recording are named.
type taskJSON struct {
	PID   int32          `json:"pid"`
	TID   *int32         `json:"tid,omitempty"` // Of a thread.
	Start uint64         `json:"start"`
	Comm  recording.Text `json:"comm"`
}

// lineJSON is one thing that both have or may have. A value that is missing is none, or unknown for the reason that is given.
type lineJSON struct {
	Section  string            `json:"section"`
	What     string            `json:"what"`
	Relation string            `json:"relation"`
	A        *recording.Text   `json:"a,omitempty"`
	B        *recording.Text   `json:"b,omitempty"`
	Unknown  map[string]string `json:"unknown,omitempty"`
	Note     string            `json:"note,omitempty"`
}

// passageJSON is whether one may enter the namespaces of the other.
type passageJSON struct {
	All    verdictJSON            `json:"all"`
	Open   verdictJSON            `json:"open"`
	Unseen bool                   `json:"unseen,omitempty"`
	Types  map[string]verdictJSON `json:"types"` // Those that differ.
}

type verdictJSON struct {
	May string         `json:"may"`
	Why recording.Text `json:"why"`
}

func writeComparison(out io.Writer, s *probe.Snapshot, c *compare.Comparison) error {
	document := struct {
		Schema     int            `json:"schema"`
		At         time.Time      `json:"at"`
		Comparison comparisonJSON `json:"comparison"`
	}{recording.Schema, s.At.UTC(), comparisonJSON{
		A: toTaskJSON(s, c.A), B: toTaskJSON(s, c.B), Lines: []lineJSON{},
		AIntoB: toPassageJSON(&c.AIntoB), BIntoA: toPassageJSON(&c.BIntoA),
	}}
	for _, line := range c.Ordered() {
		document.Comparison.Lines = append(document.Comparison.Lines, toLineJSON(line))
	}
	return writeJSON(out, document)
}

func toTaskJSON(s *probe.Snapshot, key probe.TaskKey) taskJSON {
	j := taskJSON{PID: key.PID, Start: key.Start}
	if key.TID != key.PID {
		j.TID = &key.TID
	}
	if task, ok := s.Find(key); ok {
		j.Comm = recording.Text(task.Comm)
	}
	return j
}

func toLineJSON(line compare.Line) lineJSON {
	j := lineJSON{Section: line.Section, What: line.What, Relation: line.Relation.String(), Note: line.Note}
	j.A, j.B = j.put("a", line.A), j.put("b", line.B)
	return j
}

// put returns a value, or nil with the reason noted.
func (j *lineJSON) put(side string, value probe.Reading[string]) *recording.Text {
	if says, ok := value.Get(); ok {
		written := recording.Text(says)
		return &written
	}
	switch state := value.State(); state {
	case reading.Unlimited:
		unlimited := recording.Text("max")
		return &unlimited
	case reading.Absent, reading.Present:
	case reading.Denied, reading.Unsupported, reading.Unreached:
		if j.Unknown == nil {
			j.Unknown = map[string]string{}
		}
		j.Unknown[side] = state.String()
	}
	return nil
}

func toPassageJSON(p *rights.Passage) passageJSON {
	j := passageJSON{All: toVerdictJSON(p.All()), Open: toVerdictJSON(p.Open), Unseen: p.Unseen, Types: map[string]verdictJSON{}}
	for _, d := range p.Doors {
		if !d.Same {
			j.Types[d.Type.String()] = toVerdictJSON(d.Verdict())
		}
	}
	return j
}

func toVerdictJSON(v rights.Verdict) verdictJSON {
	return verdictJSON{v.Answer.String(), recording.Text(v.Why)}
}
