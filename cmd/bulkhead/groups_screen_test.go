package main

import (
	"testing"

	"bulkhead/probe"
)

// TestCgroupsFromTheScreen looks whether the screen begins with the hierarchy that is there, or says that there is none.
func TestCgroupsFromTheScreen(t *testing.T) {
	s := scanned(t)
	says := probe.NoHierarchy
	if len(s.Hierarchies) > 0 {
		first := &s.Hierarchies[0]
		if says = first.Label + "  not mounted here"; first.MountPoint != "" {
			says = first.Label + "  " + first.MountPoint
		}
	}
	p := inTerminal(t, 160, 40, "cgroups")
	play(t, p, "wait:─ Cgroups")
	if err := p.WaitFor(t.Context(), says); err != nil {
		t.Error(err)
	}
	play(t, p, "q")
	ended(t, p, exitDone)
}
