package probe_test

import (
	"testing"

	"bulkhead/probe"
)

func TestGroupWithin(t *testing.T) {
	for _, test := range []struct {
		path, above string
		want        bool
	}{
		{"/", "/", true},
		{"/a", "/", true},
		{"/a/b", "/a", true},
		{"/ab", "/a", false},
		{"/a", "/a/b", false},
		{"/..", "/", false},
		{"/../a", "/", false},
		{"/", "/..", true},
		{"/a", "/..", true},
		{"/../a", "/..", true},
		{"/../..", "/..", false},
		{"/../../a", "/..", false},
		{"/../a/b", "/../a", true},
		{"/a", "/../a", false},
		{"/../..a", "/", false},
		{"/..a", "/", true},
		{"/..a", "/..", true},
	} {
		got := probe.GroupKey{Hierarchy: "v2", Path: test.path}.Within(probe.GroupKey{Hierarchy: "v2", Path: test.above})
		if got != test.want {
			t.Errorf("%s within %s: got %v, want %v", test.path, test.above, got, test.want)
		}
	}
	if (probe.GroupKey{Hierarchy: "cpu", Path: "/a"}).Within(probe.GroupKey{Hierarchy: "v2", Path: "/"}) {
		t.Error("a group lies within one of another hierarchy")
	}
}

func TestGroupAbove(t *testing.T) {
	for path, want := range map[string]string{
		"/a/b": "/a", "/a": "/", "/": "/..", "/..": "/../..", "/../a": "/..", "/../a/b": "/../a", "/..a": "/",
	} {
		if got := (probe.GroupKey{Hierarchy: "v2", Path: path}).Above(); got != (probe.GroupKey{Hierarchy: "v2", Path: want}) {
			t.Errorf("above %s: got %v, want %s", path, got, want)
		}
	}
}
