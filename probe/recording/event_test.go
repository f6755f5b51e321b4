package recording_test

import (
	"bytes"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

func TestWriteEvent(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	tests := map[string]struct {
		event probe.Event
		want  string
	}{
		"namespace": {
			probe.Event{
				At: at, Kind: probe.NamespaceBorn, Task: probe.TaskKey{PID: 7, TID: 7, Start: 9}, Comm: "a\xff",
				Namespace: probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 4026532000}},
			},
			`{"schema":1,"at":"2026-01-02T03:04:05.000006Z","kind":"namespace_born","pid":7,"start":9,"comm":"a\\xff",` +
				`"namespace":{"type":"net","inode":4026532000}}`,
		},
		"group": {
			probe.Event{At: at, Kind: probe.GroupFrozen, Group: probe.GroupKey{Hierarchy: "freezer", Path: "/<lab>"}},
			`{"schema":1,"at":"2026-01-02T03:04:05.000006Z","kind":"group_frozen","group":{"hierarchy":"freezer","path":"/<lab>"}}`,
		},
		"move": {
			probe.Event{
				At: at, Kind: probe.TaskMoved, Task: probe.TaskKey{PID: 7, TID: 8, Start: 9}, Comm: "b",
				Group: probe.GroupKey{Hierarchy: "v2", Path: "/b"}, From: "/a",
			},
			`{"schema":1,"at":"2026-01-02T03:04:05.000006Z","kind":"task_moved","pid":7,"tid":8,"start":9,"comm":"b",` +
				`"group":{"hierarchy":"v2","path":"/b"},"from":"/a"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := recording.WriteEvent(&got, &test.event); err != nil || got.String() != test.want+"\n" {
				t.Errorf("wrote %s (%v), want %s", got.String(), err, test.want)
			}
		})
	}
}
