package actions

import (
	"errors"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

func cpusOf(t *testing.T, list string) cpulist.Set {
	t.Helper()
	set, err := cpulist.Parse(list)
	must(t, err)
	return set
}

// TestPartitions says of groups what a partition of theirs would come to.
func TestPartitions(t *testing.T) {
	tests := map[string]struct {
		kernel, group, cpus string
		files               map[string]string // What files say in place of those of the host.
		invalid             string
		refused             string // What the kernel says of an isolated one.
	}{
		"valid":               {kernel: "6.18.1", group: "/spare", cpus: "2"},
		"no CPUs":             {kernel: "6.18.1", group: "/spare", invalid: "cpuset.cpus is empty"},
		"parent is none":      {kernel: "6.18.1", group: "/lab/free", cpus: "1", invalid: "the group above, /lab, is no partition itself"},
		"remote":              {kernel: "6.18.1", group: "/lab/free", cpus: "1", files: map[string]string{"/lab/free/cpuset.cpus.exclusive": "0"}},
		"held beside":         {kernel: "7.0.0", group: "/spare", cpus: "2-3", invalid: "/part beside it has CPU 3 too"},
		"shared beside":       {kernel: "6.18.1", group: "/spare", cpus: "1-2", invalid: "/lab beside it has CPU 1 too"},
		"shared, since 7.0":   {kernel: "7.0.0-rc1", group: "/spare", cpus: "1-2"},
		"shared, not known":   {kernel: "", group: "/spare", cpus: "1-2"},
		"it is one already":   {kernel: "6.18.1", group: "/part", cpus: "3"},
		"its kernel is old":   {kernel: "5.15.0-91-generic", group: "/spare", cpus: "2", files: noExclusive, refused: "Linux 5.15.0-91-generic has no isolated partitions: they came with 6.1"},
		"backported":          {kernel: "5.14.0-427.el9", group: "/spare", cpus: "2"},
		"isolated is known":   {kernel: "6.1.0", group: "/spare", cpus: "2", files: noExclusive},
		"crowd in the parent": {kernel: "6.18.1", group: "/lab/busy/in", cpus: "1", files: map[string]string{"/lab/busy/cpuset.cpus.partition": "root"}, invalid: "it takes all CPUs of the group above, /lab/busy, where 1 process is"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			on := viewOf(t, "v2")
			on.s.Host.Kernel = test.kernel
			key := keyNamed(test.group)
			if test.group == "/lab/busy/in" {
				on.s, key = crowded(on.s, "/lab/busy")
			}
			p, err := PartitionOf(on.s, key, on.saying(test.files))
			must(t, err)
			cpus := cpusOf(t, test.cpus)
			if got := p.Invalid(cpus); got != test.invalid {
				t.Errorf("invalid since %q, want %q", got, test.invalid)
			}
			if got := p.Refused(PartitionIsolated, cpus); got != test.refused {
				t.Errorf("refused since %q, want %q", got, test.refused)
			}
			if got := p.Refused(PartitionMember, cpus); got != "" {
				t.Errorf("member is refused since %q", got)
			}
		})
	}
}

// noExclusive is a kernel before 6.7.
var noExclusive = map[string]string{"/cpuset.cpus.exclusive": ""}

// saying reads the files of a host, but for those whose paths end as given: these say something else, or are not there.
func (v *view) saying(files map[string]string) Knobs {
	return func(dir, file string) probe.Reading[string] {
		for end, says := range files {
			switch {
			case !strings.HasSuffix(dir+"/"+file, end):
			case says == "":
				return probe.Reading[string]{}
			default:
				return reading.Of(says)
			}
		}
		return v.knob(dir, file)
	}
}

// crowded puts a group below one with processes in it, as if that were a partition.
func crowded(s *probe.Snapshot, above string) (*probe.Snapshot, probe.GroupKey) {
	next := *s
	for i := range s.Groups {
		if g := s.Groups[i]; g.Path == above {
			next.Groups = append(next.Groups[:len(next.Groups):len(next.Groups)], g)
			in := &next.Groups[len(next.Groups)-1]
			in.Path, in.Parent, in.Processes = above+"/in", i, 0
		}
	}
	return &next, keyNamed(above + "/in")
}

func TestPartitionRefuses(t *testing.T) {
	var refusal *Refusal
	if _, err := PartitionOf(viewOf(t, "v1").s, keyNamed("cpuset:/lab"), viewOf(t, "v1").knob); !errors.As(err, &refusal) {
		t.Errorf("version 1 has partitions: %v", err)
	}
	on := viewOf(t, "v2")
	on.s.Host.Kernel = "5.15.0"
	_, err := SetKnob(keyNamed("/spare"), filePartition, PartitionIsolated, false)(on.s, on.saying(noExclusive))
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "no isolated partitions") {
		t.Errorf("an old kernel: %v, want a refusal", err)
	}
	_, err = SetKnob(keyNamed("/lab/free"), filePartition, PartitionRoot, false)(on.s, on.saying(noExclusive))
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "cpuset.cpus is empty") {
		t.Errorf("an old kernel, without CPUs: %v, want a refusal", err)
	}
}
