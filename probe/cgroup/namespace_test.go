package cgroup_test

import (
	"os"
	"path/filepath"
	"testing"

	"bulkhead/probe/cgroup"
)

// laid lays out groups with what their files of processes say, and returns them as nodes.
func laid(t *testing.T, procs map[string]string) (dir string, nodes []cgroup.Node) {
	t.Helper()
	dir = t.TempDir()
	for _, path := range []string{"/", "/a", "/a/b", "/a/b/c", "/x", "/x/b"} {
		if err := os.MkdirAll(dir+path, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"cgroup.procs", "cgroup.threads"} {
			if text, ok := procs[path+" "+file]; ok {
				if err := os.WriteFile(filepath.Join(dir, path, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		depth := 0
		for at := path; at != "/"; at = filepath.Dir(at) {
			depth++
		}
		nodes = append(nodes, cgroup.Node{Path: path, Depth: depth})
	}
	return dir, nodes
}

func TestFindNamespace(t *testing.T) {
	dir, nodes := laid(t, map[string]string{
		"/x/b cgroup.procs": "17\n7\n", "/a/b cgroup.procs": "71\n", "/a/b/c cgroup.threads": "9\n", "/a cgroup.procs": "70\n",
	})
	for name, test := range map[string]struct {
		root, own string
		self      int
		want      string
	}{
		"at its root":               {"/../..", "/", 7, "/x/b"},
		"below its root":            {"/..", "/b", 7, "/x"},
		"in a threaded group":       {"/../..", "/c", 9, "/a/b"},
		"the root is the mount's":   {"/", "/x/b", 7, ""},
		"a mount of a group beside": {"/../x", "/", 7, ""},
		"out of its namespace":      {"/..", "/../x/b", 7, ""},
		"of another name":           {"/..", "/c", 7, ""},
		"nowhere":                   {"/../..", "/", 8, ""},
		"deeper than the tree":      {"/../../../../..", "/", 7, ""},
	} {
		m := cgroup.Mount{Root: test.root}
		if got, ok := m.FindNamespace(dir, nodes, test.own, test.self); got != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, %v; want %q", name, got, ok, test.want)
		}
	}
	m := cgroup.Mount{Root: "/../..", Namespace: "/x/b"}
	for below, want := range map[string]string{"/": "/../..", "/x": "/..", "/x/b": "/", "/x/b/c": "/c", "/x/y": "/../y", "/a/b": "/../../a/b"} {
		if got := m.GroupPath(below); got != want {
			t.Errorf("path of %s: got %s, want %s", below, got, want)
		}
	}
}

func TestPartial(t *testing.T) {
	whole, part := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(part, "cgroup.type"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		m    cgroup.Mount
		dir  string
		want bool
	}{
		"whole":                            {cgroup.Mount{Version: 2, Root: "/"}, whole, false},
		"the root of a namespace":          {cgroup.Mount{Version: 2, Root: "/"}, part, true},
		"above the namespace, whole":       {cgroup.Mount{Version: 2, Root: "/.."}, whole, false},
		"above the namespace, not whole":   {cgroup.Mount{Version: 2, Root: "/.."}, part, true},
		"a part":                           {cgroup.Mount{Version: 2, Root: "/docker/1"}, whole, true},
		"a part of version 1":              {cgroup.Mount{Version: 1, Root: "/docker/1"}, whole, true},
		"version 1, laid out":              {cgroup.Mount{Version: 1, Root: "/"}, whole, false},
		"out of reach":                     {cgroup.Mount{Version: 2, Root: "/"}, whole + "/none", false},
		"out of reach above the namespace": {cgroup.Mount{Version: 2, Root: "/.."}, whole + "/none", true},
	} {
		if got := test.m.Partial(test.dir); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// TestKernelPartial asks the kernel's own trees, and groups in them as if they were mounted.
func TestKernelPartial(t *testing.T) {
	for label, m := range mounted(t) {
		if m.Root != "/" {
			continue
		}
		if _, err := os.Stat(filepath.Join(m.MountPoint, "cgroup.type")); err == nil {
			continue // These tests run in a cgroup namespace themselves.
		}
		g := makeLab(t, m)
		if m.Partial(m.MountPoint) || !m.Partial(g.dir) {
			t.Errorf("%s: the whole is partial: %v, a group is: %v", label, m.Partial(m.MountPoint), m.Partial(g.dir))
		}
	}
}
