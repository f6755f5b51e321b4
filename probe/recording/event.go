package recording

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"bulkhead/probe"
)

// event is a probe.Event. Recordings have none: they follow from two of them.
type event struct {
	Schema    int             `json:"schema"`
	At        string          `json:"at"`
	Kind      string          `json:"kind"`
	PID       int32           `json:"pid,omitempty"`
	TID       int32           `json:"tid,omitempty"`
	Start     uint64          `json:"start,omitempty"`
	Comm      Text            `json:"comm,omitempty"`
	Namespace *eventNamespace `json:"namespace,omitempty"`
	Group     *eventGroup     `json:"group,omitempty"`
	From      Text            `json:"from,omitempty"`
}

type eventNamespace struct {
	Type  string `json:"type"`
	Inode uint64 `json:"inode"`
}

type eventGroup struct {
	Hierarchy string `json:"hierarchy"`
	Path      Text   `json:"path"`
}

// WriteEvent writes one event, on a line of its own. For a namespace the task is its leader.
func WriteEvent(w io.Writer, e *probe.Event) error {
	j := event{
		Schema: Schema, At: e.At.UTC().Format(time.RFC3339Nano), Kind: e.Kind.String(),
		PID: e.Task.PID, Start: e.Task.Start, Comm: Text(e.Comm), From: Text(e.From),
	}
	if e.Task.TID != e.Task.PID {
		j.TID = e.Task.TID
	}
	if e.Namespace.Inode != 0 {
		j.Namespace = &eventNamespace{e.Namespace.Type.String(), e.Namespace.Inode}
	}
	if e.Group.Path != "" {
		j.Group = &eventGroup{e.Group.Hierarchy, Text(e.Group.Path)}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(j); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	return nil
}
