package probe

import "testing"

func TestSince(t *testing.T) {
	for release, want := range map[string]bool{
		"5.2.0": true, "5.2": true, "5.10-rc1": true, "6.1.0-40-amd64": true, "5.1.21": false, "4.19.0": false, "": false, "x.y": false,
	} {
		if h := (Host{Kernel: release}); h.Since(5, 2) != want {
			t.Errorf("%q is since 5.2: %v, want %v", release, !want, want)
		}
	}
}
