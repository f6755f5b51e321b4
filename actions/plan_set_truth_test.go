package actions

import (
	"maps"
	"testing"
)

// writes are some of each kind, of which each can be taken back by the value that the file had.
var writes = map[string]struct{ host, group, file, value string }{
	"a list, version 1":        {"v1", "cpuset:/lab", "cpuset.cpus", "1"},
	"the empty list":           {"v2", "/spare", "cpuset.cpus", ""},
	"a list that was empty":    {"v2", "/lab/free", "cpuset.cpus", "0"},
	"a number":                 {"v1", "cpu:/lab", "cpu.shares", "2048"},
	"a negative number":        {"v2", "/lab", "cpu.weight.nice", "-5"},
	"a size":                   {"v2", "/lab", "memory.high", "512M"},
	"no limit":                 {"v1", "memory:/lab", "memory.soft_limit_in_bytes", "1G"},
	"two numbers":              {"v2", "/lab", "cpu.max", "50000 100000"},
	"a percentage":             {"v1", "cpu:/lab", "cpu.uclamp.min", "12.5"},
	"one line":                 {"v1", "blkio:/lab", "blkio.throttle.read_bps_device", "8:0 2097152"},
	"a word":                   {"v2", "/spare", "cpuset.cpus.partition", "isolated"},
	"a file that nobody knows": {"v1", "hugetlb:/lab", "mystery", "it's \"x\" $HOME; *"},
	"a flag":                   {"v1", "cpuset:/lab", "notify_on_release", "1"},
}

// TestSetKnobPreviewIsTheTruth applies each write to one host and types its shell text on another, then takes it back.
func TestSetKnobPreviewIsTheTruth(t *testing.T) {
	for name, w := range writes {
		t.Run(name, func(t *testing.T) {
			a, b := laySet(t, w.host), laySet(t, w.host)
			before, dirs := a.tree(t), a.directories(t)
			plan, err := SetKnob(keyNamed(w.group), w.file, w.value, false)(a.scan(t), a.roots.Knob)
			must(t, err)
			result := NewKernel(a.roots).Apply(t.Context(), plan)
			must(t, result.Err)
			b.shell(t, plan)
			same(t, a, b.tree(t), b.directories(t))
			if maps.Equal(before, a.tree(t)) {
				t.Errorf("nothing was changed by\n%s", plan.Shell())
			}
			undo, whole := result.Undo()
			if !whole {
				t.Fatal("it cannot be taken back as a whole")
			}
			must(t, NewKernel(a.roots).Apply(t.Context(), undo).Err)
			same(t, a, before, dirs)
		})
	}
}
