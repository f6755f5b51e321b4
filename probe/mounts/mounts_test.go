package mounts

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		line string
		want []Mount
	}{
		"shared": {
			"28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n",
			[]Mount{{
				ID: 28, Parent: 1, Device: "8:1", Root: "/", Point: "/", Type: "ext4", Source: "/dev/sda1",
				Options: []string{"rw", "relatime"}, SuperOptions: []string{"rw", "errors=remount-ro"}, Propagation: Propagation{Shared: 1},
			}},
		},
		"slave, read-only, odd name": {
			`522 512 8:1 /srv/my\040site /a\012b ro shared:7 master:1 propagate_from:2 new:9 - ext4 /dev/sda1 rw` + "\n",
			[]Mount{{
				ID: 522, Parent: 512, Device: "8:1", Root: "/srv/my site", Point: "/a\nb", Type: "ext4", Source: "/dev/sda1",
				Options: []string{"ro"}, SuperOptions: []string{"rw"}, ReadOnly: true, Propagation: Propagation{Shared: 7, Master: 1, From: 2},
			}},
		},
		"read-only filesystem": {
			"1 2 0:3 / /x rw unbindable - proc proc ro",
			[]Mount{{
				ID: 1, Parent: 2, Device: "0:3", Root: "/", Point: "/x", Type: "proc", Source: "proc",
				Options: []string{"rw"}, SuperOptions: []string{"ro"}, ReadOnly: true, Propagation: Propagation{Unbindable: true},
			}},
		},
		"no line of mountinfo": {"nonsense\n1 2 3\n", nil},
		"empty":                {"", nil},
	} {
		got, err := Read(strings.NewReader(test.line))
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s (%v): %s", name, err, diff)
		}
	}
}

func TestPropagation(t *testing.T) {
	for want, p := range map[string]Propagation{
		"private": {}, "shared:3": {Shared: 3}, "shared:3 master:1": {Shared: 3, Master: 1}, "unbindable": {Unbindable: true},
		"master:4 propagate_from:2": {Master: 4, From: 2},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestReadHere reads the mounts of this process: each line is one.
func TestReadHere(t *testing.T) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Read(strings.NewReader(string(text)))
	if lines := strings.Count(string(text), "\n"); len(all) != lines || err != nil {
		t.Errorf("read %d mounts of %d lines (%v)", len(all), lines, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n")
	f.Fuzz(func(t *testing.T, text string) {
		if all, err := Read(strings.NewReader(text)); err != nil || len(all) > strings.Count(text, "\n")+1 {
			t.Errorf("read %d mounts (%v)", len(all), err)
		}
	})
}

// TestHidden reads what is mounted on top of another, what is read-only by the mount or by its filesystem, and a line that is none.
func TestHidden(t *testing.T) {
	const text = `28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
not a mount
31 28 0:23 /docker.sock /run/my\040docker.sock ro,nosuid - tmpfs tmpfs rw
32 28 8:2 / /data rw - ext4 /dev/sda2 ro
33 32 8:3 / /data rw - ext4 /dev/sda3 rw
40 28 0:30 / /sys rw - sysfs sysfs rw
41 40 0:31 / /sys/fs/cgroup rw - tmpfs tmpfs rw
42 41 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
43 42 0:33 / /sys/fs/cgroup/unified/deep rw - tmpfs tmpfs rw
44 41 0:32 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
45 40 0:34 / /sys/fs/cgroups rw - tmpfs tmpfs rw`
	type mount struct {
		device, root, point, kind, source string
		readOnly, hidden                  bool
	}
	want := []mount{
		{"8:1", "/", "/", "ext4", "/dev/sda1", false, false},
		{"0:23", "/docker.sock", "/run/my docker.sock", "tmpfs", "tmpfs", true, false},
		{"8:2", "/", "/data", "ext4", "/dev/sda2", true, true},
		{"8:3", "/", "/data", "ext4", "/dev/sda3", false, false},
		{"0:30", "/", "/sys", "sysfs", "sysfs", false, false},
		{"0:31", "/", "/sys/fs/cgroup", "tmpfs", "tmpfs", false, true},
		{"0:32", "/", "/sys/fs/cgroup/unified", "cgroup2", "cgroup2", false, true},
		{"0:33", "/", "/sys/fs/cgroup/unified/deep", "tmpfs", "tmpfs", false, true},
		{"0:32", "/", "/sys/fs/cgroup", "cgroup2", "cgroup2", false, false},
		{"0:34", "/", "/sys/fs/cgroups", "tmpfs", "tmpfs", false, false},
	}
	all, err := Read(strings.NewReader(text))
	var got []mount
	for _, m := range all {
		got = append(got, mount{m.Device, m.Root, m.Point, m.Type, m.Source, m.ReadOnly, m.Hidden})
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
