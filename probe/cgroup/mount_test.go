package cgroup_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"bulkhead/probe/cgroup"
)

const (
	lineV2      = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
	lineCPU     = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct\n"
	lineSystemd = "40 31 0:37 / /sys/fs/cgroup/systemd ro,relatime - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd\n"
	lineTmpfs   = "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
)

func mountsOf(t *testing.T, text string) []cgroup.Mount {
	t.Helper()
	mounts, err := cgroup.Mounts(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return mounts
}

func TestMounts(t *testing.T) {
	tests := map[string]struct {
		line string
		want cgroup.Mount
	}{
		"version 2": {lineV2, cgroup.Mount{
			ID: 41, Version: 2, MountPoint: "/sys/fs/cgroup/unified", Root: "/",
			Options: []string{"nsdelegate", "memory_recursiveprot"},
		}},
		"two controllers, optional fields": {lineCPU, cgroup.Mount{
			ID: 32, Version: 1, Controllers: []string{"cpu", "cpuacct"}, MountPoint: "/sys/fs/cgroup/cpu,cpuacct", Root: "/",
		}},
		"named, read-only mount": {lineSystemd, cgroup.Mount{
			ID: 40, Version: 1, Name: "systemd", MountPoint: "/sys/fs/cgroup/systemd", Root: "/", ReadOnly: true,
			Options: []string{"xattr", "release_agent=/lib/x"},
		}},
		"read-only filesystem, part of the tree": {
			"9 8 0:29 /docker/3f1c /cg rw - cgroup cgroup ro,seclabel,memory\n",
			cgroup.Mount{
				ID: 9, Version: 1, Controllers: []string{"memory"}, MountPoint: "/cg", Root: "/docker/3f1c", ReadOnly: true,
				Options: []string{"seclabel"},
			},
		},
		"escaped": {
			`9 8 0:29 /a\134x2d\040b /m\011n\012o\043 rw - cgroup2 cgroup2 rw` + "\n",
			cgroup.Mount{ID: 9, Version: 2, MountPoint: "/m\tn\no#", Root: `/a\x2d b`},
		},
		"above a cgroup namespace": {
			"9 8 0:29 /../.. /cg rw - cgroup2 cgroup2 rw\n", cgroup.Mount{ID: 9, Version: 2, MountPoint: "/cg", Root: "/../.."},
		},
		"cpuset of old, without end of line": {
			"9 8 0:29 / /dev/cpuset rw - cgroup none rw,cpuset,noprefix,release_agent=/sbin/cpuset_release_agent",
			cgroup.Mount{
				ID: 9, Version: 1, Controllers: []string{"cpuset"}, MountPoint: "/dev/cpuset", Root: "/",
				Options: []string{"noprefix", "release_agent=/sbin/cpuset_release_agent"},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := mountsOf(t, lineTmpfs+test.line)
			if len(got) != 1 || !equalMounts(got[0], test.want) {
				t.Errorf("got %+v, want %+v alone", got, test.want)
			}
		})
	}
}

func equalMounts(a, b cgroup.Mount) bool {
	sameLists := slices.Equal(a.Controllers, b.Controllers) && slices.Equal(a.Options, b.Options)
	return sameLists && a.ID == b.ID && a.Version == b.Version && a.Name == b.Name && a.MountPoint == b.MountPoint &&
		a.Root == b.Root && a.ReadOnly == b.ReadOnly && a.Hidden == b.Hidden
}

func TestMountsPassesOverMalformedLines(t *testing.T) {
	bad := []string{
		"\n", "x\n", "1 2 3 / / rw - cgroup cgroup rw,cpu\n", "1 2 0:3 / /x rw cgroup cgroup rw,cpu a b\n",
		"9 8 0:29 / /cg rw - cgroup cgroup rw\n", "9 8 0:29 root /cg rw - cgroup cgroup rw,cpu\n",
		"9 8 0:29 / /" + strings.Repeat("x", 1<<17) + " rw - cgroup cgroup rw,cpu\n",
	}
	for _, line := range bad {
		if got := mountsOf(t, lineV2+line+lineCPU); len(got) != 2 {
			t.Errorf("with the line %.60q there are %d mounts, want 2", line, len(got))
		}
	}
	if _, err := cgroup.Mounts(iotest.ErrReader(os.ErrDeadlineExceeded)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func TestLabel(t *testing.T) {
	tests := map[string]cgroup.Mount{
		"v2":           {Version: 2},
		"cpuset":       {Version: 1, Controllers: []string{"cpuset"}},
		"cpu,cpuacct":  {Version: 1, Controllers: []string{"cpu", "cpuacct"}},
		"name=systemd": {Version: 1, Name: "systemd"},
		"pids,name=x":  {Version: 1, Name: "x", Controllers: []string{"pids"}},
	}
	for want, m := range tests {
		if got := m.Label(); got != want {
			t.Errorf("Label of %+v = %q, want %q", m, got, want)
		}
	}
}

func TestGroupPath(t *testing.T) {
	tests := map[string]struct{ root, below, want string }{
		"whole":               {"/", "/a", "/a"},
		"whole, topmost":      {"/", "/", "/"},
		"part":                {"/docker/1", "/a", "/docker/1/a"},
		"part, topmost":       {"/docker/1", "/", "/docker/1"},
		"above the namespace": {"/..", "/a", "/../a"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := cgroup.Mount{Root: test.root}
			if got := m.GroupPath(test.below); got != test.want {
				t.Errorf("GroupPath(%q) below %q = %q, want %q", test.below, test.root, got, test.want)
			}
		})
	}
}

func TestRelative(t *testing.T) {
	for _, test := range []struct{ root, path, want string }{
		{"/", "/", "/"},
		{"/", "/a/b", "/a/b"},
		{"/a", "/a", "/"},
		{"/a", "/", "/.."},
		{"/a/b", "/", "/../.."},
		{"/a/b", "/a", "/.."},
		{"/a", "/a/b/c", "/b/c"},
		{"/a/b", "/a/c", "/../c"},
		{"/ab", "/a", "/../a"},
	} {
		if got := cgroup.Relative(test.root, test.path); got != test.want {
			t.Errorf("%s from inside %s: got %s, want %s", test.path, test.root, got, test.want)
		}
	}
}

func FuzzMounts(f *testing.F) {
	f.Add(lineTmpfs + lineCPU + lineSystemd)
	f.Add(lineV2)
	f.Add(`9 8 0:29 /a\134x2d\040b /m\011n rw - cgroup2 cgroup2 ro` + "\n\n9 8 : / / ro - cgroup x name=,")
	f.Fuzz(func(t *testing.T, text string) {
		mounts, err := cgroup.Mounts(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for i := range mounts {
			m := &mounts[i]
			if m.Label() == "" || m.Root == "" || m.MountPoint == "" || (m.Version != 1 && m.Version != 2) {
				t.Errorf("%q gives %+v", text, *m)
			}
		}
		best := cgroup.Hierarchies(mounts)
		if len(best) > len(mounts) || (len(mounts) == 0) != (cgroup.Mode(mounts) == "none") {
			t.Errorf("%d hierarchies of %d mounts, mode %s", len(best), len(mounts), cgroup.Mode(mounts))
		}
		for i := 1; i < len(best); i++ {
			if best[i].Label() == best[i-1].Label() {
				t.Errorf("%s is there twice", best[i].Label())
			}
		}
	})
}
