package detail

import (
	"testing"

	"bulkhead/probe/netns"
)

// TestStateOf has an interface that never tells its state be up where it was switched on.
func TestStateOf(t *testing.T) {
	for name, test := range map[string]struct {
		i    netns.Interface
		want string
	}{
		"loopback, on":  {netns.Interface{State: "unknown", Up: true}, "up"},
		"loopback, off": {netns.Interface{State: "unknown"}, "unknown"},
		"no carrier":    {netns.Interface{State: "down", Up: true}, "down"},
		"not told":      {netns.Interface{}, ""},
	} {
		if got := stateOf(&test.i); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
