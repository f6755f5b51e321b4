package recording

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"bulkhead/probe"
)

// ErrSchema is returned for a recording of another schema.
var ErrSchema = errors.New("unknown schema")

// recorded is a whole recording.
type recorded struct {
	Schema      int         `json:"schema"`
	At          time.Time   `json:"at"`
	SearchedAt  time.Time   `json:"searched_at"` // Zero where nothing was searched for.
	Host        host        `json:"host"`
	Worlds      []world     `json:"worlds"`
	Namespaces  []namespace `json:"namespaces"`
	Hierarchies []hierarchy `json:"hierarchies"`
	Groups      []group     `json:"groups"`
	Tasks       []task      `json:"tasks"`
	Gaps        []gap       `json:"gaps"`
}

// Read reads one snapshot that Write wrote. Sections that it was written without are empty; details and what else it does
// not know it passes over. Written again the snapshot is the same, byte for byte, but for those.
func Read(r io.Reader) (*probe.Snapshot, error) {
	var j recorded
	if err := json.NewDecoder(r).Decode(&j); err != nil {
		return nil, fmt.Errorf("read recording: %w", err)
	}
	if j.Schema != Schema {
		return nil, fmt.Errorf("read recording: %w %d, not %d", ErrSchema, j.Schema, Schema)
	}
	s, err := j.snapshot()
	if err != nil {
		return nil, fmt.Errorf("read recording: %w", err)
	}
	return s, nil
}

func (j *recorded) snapshot() (*probe.Snapshot, error) {
	s := &probe.Snapshot{At: j.At}
	if !j.SearchedAt.IsZero() {
		s.Findings = &probe.Findings{At: j.SearchedAt}
	}
	var err error
	if s.Host, err = j.Host.host(); err != nil {
		return nil, err
	}
	for i := range j.Worlds {
		s.Worlds = append(s.Worlds, j.Worlds[i].world())
	}
	for i := range j.Namespaces {
		n, err := j.Namespaces[i].namespace()
		if err != nil {
			return nil, err
		}
		s.Namespaces = append(s.Namespaces, n)
	}
	for i := range j.Gaps {
		s.Gaps = append(s.Gaps, j.Gaps[i].gap())
	}
	if err := j.addGroups(s); err != nil {
		return nil, err
	}
	return s, j.addTasks(s)
}

func (j *recorded) addGroups(s *probe.Snapshot) error {
	for i := range j.Hierarchies {
		s.Hierarchies = append(s.Hierarchies, j.Hierarchies[i].hierarchy())
	}
	index := map[probe.GroupKey]int{}
	for i := range j.Groups {
		g, err := j.Groups[i].group(index)
		if err != nil {
			return fmt.Errorf("group %s: %w", g.GroupKey, err)
		}
		index[g.GroupKey] = i
		s.Groups = append(s.Groups, g)
	}
	return nil
}

func (j *recorded) addTasks(s *probe.Snapshot) error {
	shared := newSets(j.Hierarchies, j.Tasks)
	for i := range j.Tasks {
		t, err := j.Tasks[i].task()
		if err != nil {
			return fmt.Errorf("task %d: %w", j.Tasks[i].PID, err)
		}
		t.Namespaces, t.Cgroups = shared.namespacesOf(&j.Tasks[i]), shared.groupsOf(&j.Tasks[i])
		if j.Tasks[i].TID != nil {
			s.Threads = append(s.Threads, t)
		} else {
			s.Tasks = append(s.Tasks, t)
		}
	}
	return nil
}
