package probe

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// TestPlaces tells of each hierarchy where a task is, what froze that group, and what is set there.
func TestPlaces(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"cpu/cpu.shares": "1024\n", "cpu/a/cpu.shares": "77\n",
		"huge/hugetlb.2MB.limit_in_bytes": "9223372036852678656\n", "huge/hugetlb.2MB.rsvd.limit_in_bytes": "1\n",
		"huge/a/hugetlb.2MB.limit_in_bytes": "4096\n", "huge/a/b/hugetlb.2MB.limit_in_bytes": "8192\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	group := func(h, path, dir string, parent int) Group {
		return Group{GroupKey: GroupKey{h, path}, Parent: parent, Dir: filepath.Join(root, dir), Values: &cgroup.Values{}}
	}
	s := &Snapshot{
		Hierarchies: []Hierarchy{
			{ID: 1, Label: "cpu", Version: 1, Controllers: []string{"cpu"}, MountPoint: "/c"},
			{ID: 2, Label: "hugetlb", Version: 1, Controllers: []string{"hugetlb"}, MountPoint: "/h"},
			{ID: 3, Label: "name=lost", Version: 1},
			{ID: 4, Label: "name=other", Version: 1},
		},
		Groups: []Group{
			group("cpu", "/", "cpu", -1), group("cpu", "/a", "cpu/a", 0),
			group("hugetlb", "/", "huge", -1), group("hugetlb", "/a", "huge/a", 2), group("hugetlb", "/a/b", "huge/a/b", 3),
			{GroupKey: GroupKey{"name=lost", "/x"}, Parent: -1, Values: noValues}, // As one that only tasks tell of.
		},
	}
	s.Groups[3].Values.FreezeRequested = reading.Of(true)
	task := &Task{Cgroups: &CgroupSet{Access: reading.Present, Memberships: []proc.Membership{
		{Hierarchy: 3, Controllers: "name=lost", Path: "/x"}, {Hierarchy: 2, Controllers: "hugetlb", Path: "/a/b"}, {Hierarchy: 1, Controllers: "cpu", Path: "/a"},
	}}, Program: &Program{}}
	places := Looker{roots: Roots{Sys: "/sys", Proc: "/proc"}}.placed(s, task)
	if len(places) != 3 {
		t.Fatalf("%d places, want those that the task tells of: %+v", len(places), places)
	}
	cpu, huge, lost := places[0], places[1], places[2]
	if len(cpu.Settings) != 1 || cpu.Settings[0].Text.Or("") != "77" || cpu.Settings[0].By.Path != "/a" || cpu.Frozen || !cpu.Seen {
		t.Errorf("cpu: %+v", cpu)
	}
	if len(huge.Settings) != 1 || huge.Settings[0].Text.Or("") != "4096" || huge.Settings[0].By.Path != "/a" {
		t.Errorf("the least of those above counts, and no limit is none: %+v", huge.Settings)
	}
	if !huge.Frozen || huge.Freeze.By.Path != "/a" {
		t.Errorf("frozen from above: %+v", huge)
	}
	if lost.Seen || lost.Mounted || lost.Path != "/x" {
		t.Errorf("not mounted: %+v", lost)
	}
}

// TestSettingsAbove takes what groups above bound, of each key and of files that the own group has not.
func TestSettingsAbove(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"rdma.max": "mlx4_0 hca_handle=9 hca_object=max\n", "a/rdma.max": "mlx4_0 hca_handle=2 hca_object=max\nocrdma1 hca_handle=4 hca_object=5\n",
		"a/b/rdma.max": "mlx4_0 hca_handle=max hca_object=7\nocrdma1 hca_handle=4 hca_object=max\n",
		"a/misc.max":   "res_a 3\nres_b max\n", "a/b/misc.max": "res_a max\nres_b max\n",
		"a/dmem.max": "drm/vram0 100\n", "a/b/dmem.max": "drm/vram0 50\n",
		"a/hugetlb.2MB.max": "4096\n", "a/hugetlb.1GB.max": "max\n", "a/b/other": "",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	group := func(path string) *Group {
		return &Group{GroupKey: GroupKey{cgroup.LabelV2, path}, Dir: root + path, Values: noValues}
	}
	chain := []*Group{group("/"), group("/a"), group("/a/b")}
	loose := append(slices.Clone(chain), &Group{GroupKey: GroupKey{cgroup.LabelV2, "/a/b/loose"}, Values: noValues})
	for name, test := range map[string]struct {
		controller string
		chain      []*Group
		want       []string
	}{
		"rdma":    {"rdma", chain, []string{"/a/b mlx4_0 hca_object=7\nocrdma1 hca_handle=4", "/a mlx4_0 hca_handle=2\nocrdma1 hca_object=5"}},
		"misc":    {"misc", chain, []string{"/a res_a 3"}},
		"dmem":    {"dmem", chain, []string{"/a/b drm/vram0 50"}},
		"unseen":  {"dmem", loose, []string{"/a/b/loose unreached", "/a/b drm/vram0 50"}},
		"hugetlb": {"hugetlb", chain, []string{"/a 4096"}},
	} {
		var got []string
		for _, f := range settings[2][test.controller] {
			for _, s := range (Looker{roots: Live}).setting(f, test.chain) {
				got = append(got, s.By.Path+" "+s.Text.Or(s.Text.State().String()))
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
