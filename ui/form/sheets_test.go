package form

import (
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

func TestGroup(t *testing.T) {
	hybrid, v2 := scan(t, "hybrid"), scan(t, "v2")
	tests := map[string]struct {
		machine machine
		parent  probe.GroupKey
		keys    []string
		want    string
	}{
		"version 1": {
			hybrid,
			probe.GroupKey{Hierarchy: "freezer", Path: "/"},
			[]string{"one/two", "enter"},
			"mkdir /sys/fs/cgroup/freezer/one\nmkdir /sys/fs/cgroup/freezer/one/two\n",
		},
		"controllers": {
			v2,
			probe.GroupKey{Hierarchy: "v2", Path: "/lab"},
			[]string{"/new/", "down", "space", "tab", "enter"},
			"mkdir /sys/fs/cgroup/lab/new\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, o := press(NewGroup(test.machine.now, test.parent), test.keys...)
			if got := test.machine.shell(t, o); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestGroupNames(t *testing.T) {
	m := scan(t, "hybrid")
	for name, want := range map[string]string{
		"": "needs a name", "..": `".." cannot be`, "a//b": `"" cannot be`, "lab": "cpuset:/lab is there already",
	} {
		d, o := press(NewGroup(m.now, probe.GroupKey{Hierarchy: "cpuset", Path: "/"}), name, "enter")
		if o != nil {
			t.Errorf("%q: the outcome is %T", name, o)
		}
		wants(t, d, want)
	}
	lab := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	d, o := press(NewGroup(m.now, lab).Sync(m.without(0, lab)), "x", "enter")
	if o != nil {
		t.Errorf("the outcome is %T though the parent is gone", o)
	}
	wants(t, d, "gone: cpuset:/lab was removed")
}

func TestButtons(t *testing.T) {
	m := scan(t, "hybrid")
	form := NewGroup(m.now, probe.GroupKey{Hierarchy: "cpuset", Path: "/"})
	if _, o := press(form, "x", "tab", "enter"); m.shell(t, o) == "" {
		t.Error("the first button does not submit")
	}
	if _, o := press(form, "x", "down", "right", "enter"); o != (dialog.Close{}) {
		t.Errorf("the outcome of the second button is %T, want Close", o)
	}
}

func TestWords(t *testing.T) {
	tests := map[string][]string{
		"":                           nil,
		"  sleep  9 ":                {"sleep", "9"},
		`sh -c 'a "b" \c'`:           {"sh", "-c", `a "b" \c`},
		`a\ b "c \" d" '' x"` + `y"`: {"a b", `c " d`, "", "xy"},
	}
	for text, want := range tests {
		if got, err := splitWords(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"'a", `"a`, `a\`} {
		if _, err := splitWords(text); err == nil {
			t.Errorf("%q is no command", text)
		}
	}
}
