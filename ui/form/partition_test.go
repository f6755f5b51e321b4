package form

import (
	"testing"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

// invalidPartition is one that the group above does not let come into force, on a kernel without isolated ones.
func invalidPartition(t testing.TB) actions.Partition {
	t.Helper()
	return actions.Partition{
		Now: "root invalid (Parent is not a partition root)", Above: "/lab", Beside: map[int]string{190: "/dpdk"},
		Unknown: "Linux 5.15.0 has no isolated partitions: they came with 6.1", Exclusive: set(t, ""),
	}
}

// partitionForm is the form for a group of a host of version 2 whose cpuset has partitions.
func partitionForm(t *testing.T, path string) (machine, dialog.Dialog) {
	t.Helper()
	m := scanFile(t, "../../actions/testdata/set/v2.txtar")
	key := probe.GroupKey{Hierarchy: "v2", Path: path}
	var choices []actions.Choice
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		c, err := actions.CPUs(m.now, key, file, m.roots.Knob)
		if err != nil {
			t.Fatal(err)
		}
		choices = append(choices, c)
	}
	p, err := actions.PartitionOf(m.now, key, m.roots.Knob)
	if err != nil {
		t.Fatal(err)
	}
	return m, NewPartitionedCPUs(p, key, choices...)
}

func TestPartition(t *testing.T) {
	const dir = "/sys/fs/cgroup"
	tests := map[string]struct {
		group string
		keys  []string
		want  string // The commands; empty where enter leads nowhere.
		shows []string
	}{
		"root": {
			"/spare",
			[]string{"shift+tab", "right", "space"},
			"echo root > " + dir + "/spare/cpuset.cpus.partition\n",
			[]string{"(•) root", "then  root, with CPUs 2 for itself", "now   member"},
		},
		"isolated": {
			"/spare",
			[]string{"shift+tab", "end", "right", "right", "space"},
			"echo isolated > " + dir + "/spare/cpuset.cpus.partition\n",
			[]string{"(•) isolated", "no task is moved among its CPUs"},
		},
		"with its CPUs": {
			"/lab/free",
			[]string{"space", "shift+tab", "right", "space"},
			"echo 0 > " + dir + "/lab/free/cpuset.cpus\necho root > " + dir + "/lab/free/cpuset.cpus.partition\n",
			[]string{"then  root invalid: the group above, /lab, is no partition itself"},
		},
		"without CPUs": {"/lab/free", []string{"shift+tab", "right", "space"}, "echo root > " + dir + "/lab/free/cpuset.cpus.partition\n", []string{"then  root invalid: cpuset.cpus is empty"}},
		"no partition any more": {
			"/lab/shaky",
			[]string{"shift+tab", "left", "space"},
			"echo member > " + dir + "/lab/shaky/cpuset.cpus.partition\n",
			[]string{"now   root invalid (Parent is not a partition root)", "then  member"},
		},
		"as it was":      {"/part", []string{"shift+tab", "left", "space", "right", "space"}, "", []string{"now   root", "(•) root"}},
		"up to the rest": {"/spare", []string{"shift+tab", "up", "up", "up", "up", "space"}, "echo 0,2 > " + dir + "/spare/cpuset.cpus\n", []string{"then  requested 0,2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m, d := partitionForm(t, test.group)
			d, _ = press(d, test.keys...)
			wants(t, d, test.shows...)
			d, o := press(d, "enter")
			if test.want == "" {
				if o != nil {
					t.Errorf("the outcome is %T", o)
				}
				wants(t, d, "nothing was changed")
				return
			}
			if got := m.shell(t, o); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestPartitionTold: what is planned together knows of each other. The partition is not called empty where its CPUs come first.
func TestPartitionTold(t *testing.T) {
	m, d := partitionForm(t, "/lab/free")
	_, o := press(d, "space", "shift+tab", "right", "space", "enter")
	ask, ok := o.(dialog.Ask)
	if !ok {
		t.Fatalf("the outcome is %T", o)
	}
	plan, err := ask.Intent(m.now, m.roots.Knob)
	if err != nil {
		t.Fatal(err)
	}
	want := "the partition will be invalid: the group above, /lab, is no partition itself"
	if last := plan.Warnings[len(plan.Warnings)-1]; last != want {
		t.Errorf("it warns %q, want %q", last, want)
	}
}

func TestPartitionRefused(t *testing.T) {
	key := probe.GroupKey{Hierarchy: "v2", Path: "/lab"}
	old := invalidPartition(t)
	d, _ := press(NewPartitionedCPUs(old, key, manyCPUs(t)), "shift+tab", "right", "space")
	wants(t, d, "isolated: Linux 5.15.0 has no isolated partitions", "[–] isolated")
	d, o := press(d, "enter")
	if o != nil {
		t.Errorf("isolated is taken by a kernel that has none: %T", o)
	}
	wants(t, d, "nothing was changed")
	strict := old
	strict.Now, strict.Strict = "member", true
	d, o = press(NewPartitionedCPUs(strict, key, manyCPUs(t)), "shift+tab", "right", "space", "enter")
	if o != nil {
		t.Errorf("a partition that is refused is asked for: %T", o)
	}
	wants(t, d, "then  root refused: the group above, /lab, is no partition itself")
}
