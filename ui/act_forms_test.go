package ui

import (
	"errors"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
)

// TestCpusetGroupOfNobody: a namespace or world that no process is in is not gone.
func TestCpusetGroupOfNobody(t *testing.T) {
	n := probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 7}}
	held := &probe.Snapshot{Namespaces: []probe.Namespace{n}}
	for name, test := range map[string]struct {
		now  *probe.Snapshot
		on   screen.Target
		want error
	}{
		"nobody is in it": {held, screen.ToNamespace(n.Key()), errNobody},
		"it is gone":      {&probe.Snapshot{}, screen.ToNamespace(n.Key()), errGone},
		"a task is gone":  {held, screen.ToTask(probe.TaskKey{PID: 5, TID: 5, Start: 1}), errGone},
	} {
		if _, err := cpusetGroup(test.now, dialog.Subject{Target: test.on}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}
