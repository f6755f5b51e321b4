package cgroup_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe/cgroup"
)

func TestHierarchies(t *testing.T) {
	part := "50 31 0:29 /docker/1 /part rw - cgroup cgroup rw,cpu,cpuacct\n"
	readOnly := "51 31 0:29 / /ro ro - cgroup cgroup rw,cpu,cpuacct\n"
	covered := "52 41 0:28 / /sys/fs/cgroup/unified rw - tmpfs tmpfs rw\n"
	tests := map[string]struct{ text, want, mode string }{
		"none":                      {lineTmpfs, "", "none"},
		"version 2 first, by label": {lineSystemd + lineCPU + lineV2, "41 32 40", "hybrid"},
		"version 1":                 {lineCPU + lineSystemd, "32 40", "v1"},
		"version 2":                 {lineV2, "41", "v2"},
		"whole before part":         {part + lineCPU, "32", "v1"},
		"writable first":            {readOnly + lineCPU + part, "32", "v1"},
		"whole before writable":     {part + readOnly, "51", "v1"},
		"only a part":               {part, "50", "v1"},
		"first of equals":           {lineCPU + "60" + lineCPU[2:], "32", "v1"},
		"mounted over":              {lineV2 + lineCPU + covered, "32", "hybrid"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mounts := mountsOf(t, test.text)
			if got := ids(cgroup.Hierarchies(mounts)); got != test.want {
				t.Errorf("mounts %q, want %q", got, test.want)
			}
			if got := cgroup.Mode(mounts); got != test.mode {
				t.Errorf("Mode = %q, want %q", got, test.mode)
			}
		})
	}
}

func ids(mounts []cgroup.Mount) string {
	var ids []string
	for _, m := range mounts {
		ids = append(ids, strconv.Itoa(m.ID))
	}
	return strings.Join(ids, " ")
}

// TestMountsOfThisHost holds the labels against /proc/self/cgroup, which names the same hierarchies in its own way.
func TestMountsOfThisHost(t *testing.T) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(groups)) {
		label := strings.SplitN(line, ":", 3)[1]
		if label == "" {
			label = cgroup.LabelV2
		}
		known[label] = true
	}
	for _, m := range mountsOf(t, string(text)) {
		if !known[m.Label()] {
			t.Errorf("%s is mounted at %s, but we are in no group of it: %v", m.Label(), m.MountPoint, known)
		}
	}
}
