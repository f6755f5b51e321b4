package probe_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// nsfsDevice is the device number of all namespaces in the tests.
const nsfsDevice = 4

// statFrom looks paths up in a table.
func statFrom(files map[string]probe.File) probe.StatFunc {
	return func(path string) (probe.File, error) {
		if file, ok := files[path]; ok {
			return file, nil
		}
		return probe.File{}, &fs.PathError{Op: "stat", Path: path, Err: fs.ErrNotExist}
	}
}

func scanArchive(t *testing.T, name string) *probe.Snapshot {
	t.Helper()
	host := testhost.Load(t, "testdata/hosts/"+name)
	return scanHost(t, probe.Roots{Proc: host.Proc, Sys: host.Sys})
}

// files are what is found at paths.
var files = map[string]probe.File{
	"/proc/self/ns/user": {Path: "/proc/self/ns/user", Device: nsfsDevice, Inode: 4026531837},
	"/run/netns/blue":    {Path: "/run/netns/blue", Device: nsfsDevice, Inode: 4026536781},
	"/run/netns/empty":   {Path: "/run/netns/empty", Device: nsfsDevice, Inode: 4026539999},
	"/etc/passwd":        {Path: "/etc/passwd", Device: 1, Inode: 4026536781},
	"/cg/lab":            {Path: "/sys/fs/cgroup/cpuset/lab", Device: 7, Inode: 2},
	"/docker":            {Path: "/docker", Device: nsfsDevice, Inode: 4026536781},
}

func TestResolve(t *testing.T) {
	snapshot, stat := scanArchive(t, "hybrid.txtar"), statFrom(files)
	net := probe.Target{Kind: probe.TargetNamespace, Namespace: probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 4026536781}}}
	task := func(pid, tid int32, start uint64) probe.Target {
		return probe.Target{Kind: probe.TargetTask, Task: probe.TaskKey{PID: pid, TID: tid, Start: start}}
	}
	group := func(hierarchy, path string) probe.Target {
		return probe.Target{Kind: probe.TargetGroup, Group: probe.GroupKey{Hierarchy: hierarchy, Path: path}}
	}
	redis, ok := snapshot.Task(22040)
	if !ok {
		t.Fatal("the container is missing")
	}
	for text, want := range map[string]probe.Target{
		"700":                            task(700, 700, 1200),
		"720/721":                        task(720, 721, 1401),
		"720/720":                        task(720, 720, 1400),
		"net:[4026536781]":               net,
		"net:4026536781":                 net,
		"4026536781":                     net,
		"/run/netns/blue":                net,
		"cpuset:/lab":                    group("cpuset", "/lab"),
		"cpuset:/lab/":                   group("cpuset", "/lab"),
		"cpuset:/":                       group("cpuset", "/"),
		"name=systemd:/docker":           group("name=systemd", "/docker"),
		"name=hidden:/a/b":               group("name=hidden", "/a/b"),
		"v2:/docker":                     group("v2", "/docker"),
		"/docker":                        group("v2", "/docker"),
		"/":                              group("v2", "/"),
		"/sys/fs/cgroup/cpuset/lab":      group("cpuset", "/lab"),
		"/sys/fs/cgroup/cpuset":          group("cpuset", "/"),
		"/sys/fs/cgroup/unified/docker/": group("v2", "/docker"),
		"/cg/lab":                        group("cpuset", "/lab"),
		"30721a9d994d":                   {Kind: probe.TargetWorld, World: probe.WorldKey(redis.Namespaces.Inodes)},
		"redis-server":                   {Kind: probe.TargetWorld, World: probe.WorldKey(redis.Namespaces.Inodes)},
	} {
		t.Run(strings.ReplaceAll(text, "/", "|"), func(t *testing.T) {
			got, err := snapshot.Resolve(text, stat)
			if err != nil || got != want {
				t.Errorf("Resolve(%q) = %+v (%v), want %+v", text, got, err, want)
			}
		})
	}
	if got, err := snapshot.Resolve("host", stat); err != nil || got.World != snapshot.Host.Reference.Key {
		t.Errorf("the host's world: %+v, %v", got, err)
	}
}

func TestResolveNotFound(t *testing.T) {
	snapshot, stat := scanArchive(t, "hybrid.txtar"), statFrom(files)
	for text, reason := range map[string]string{
		"":                     "",
		"0":                    "",
		"-1":                   "",
		"99999":                "pid",
		"99999/1":              "pid 99999",
		"720/1":                "process 720 has no thread 1",
		"700/x":                "",
		"99999999999999999999": "",
		"net:[1]":              "no namespace",
		"pid:[4026536781]":     "no namespace",
		"cpuset:/none":         "no group /none in the hierarchy cpuset",
		"nosuch:/lab":          "there are v2 blkio cpu",
		"/run/netns/empty":     "no namespace",
		"/run/netns/none":      "",
		"/etc/passwd":          "neither a namespace nor",
		"nobody-is-called-so":  "name of a world",
	} {
		t.Run("not "+strings.ReplaceAll(text, "/", "|"), func(t *testing.T) {
			got, err := snapshot.Resolve(text, stat)
			if !errors.Is(err, probe.ErrNotFound) || !strings.Contains(err.Error(), reason) {
				t.Errorf("Resolve(%q) = %+v, %v; want %v with %q", text, got, err, probe.ErrNotFound, reason)
			}
		})
	}
}

func TestResolveAmbiguous(t *testing.T) {
	snapshot := scanArchive(t, "v2.txtar")
	snapshot.Worlds[2].Name, snapshot.Worlds[3].Name = "docker web", "docker web-2"
	stat := statFrom(nil)
	if got, err := snapshot.Resolve("web", stat); err != nil || got.World != snapshot.Worlds[2].Key {
		t.Errorf("one word of a name: %+v, %v", got, err)
	}
	_, err := snapshot.Resolve("docker", stat)
	if !errors.Is(err, probe.ErrAmbiguous) || !strings.Contains(err.Error(), `"docker web 20553" or "docker web-2 20601"`) {
		t.Errorf("a word of two names: %v, want both named", err)
	}
	if got, err := snapshot.Resolve("docker web 20553", stat); err != nil || got.World != snapshot.Worlds[2].Key {
		t.Errorf("what the error names: %+v, %v", got, err)
	}
}

// A group may be named before it is made.
func TestResolveGroup(t *testing.T) {
	for name, test := range map[string]struct {
		host, text string
		want       probe.GroupKey
	}{
		"version 2":         {"v2.txtar", "/lab/new", probe.GroupKey{Hierarchy: "v2", Path: "/lab/new"}},
		"its controller":    {"v2.txtar", "memory:/lab", probe.GroupKey{Hierarchy: "v2", Path: "/lab"}},
		"version 1":         {"v1.txtar", "cpuset:/new", probe.GroupKey{Hierarchy: "cpuset", Path: "/new"}},
		"one of two":        {"v1.txtar", "cpuacct:/new", probe.GroupKey{Hierarchy: "cpu,cpuacct", Path: "/new"}},
		"both":              {"v1.txtar", "cpu,cpuacct:/new", probe.GroupKey{Hierarchy: "cpu,cpuacct", Path: "/new"}},
		"a directory":       {"v1.txtar", "/sys/fs/cgroup/cpu,cpuacct/new/", probe.GroupKey{Hierarchy: "cpu,cpuacct", Path: "/new"}},
		"above the mount":   {"container.txtar", "/../debug.scope", probe.GroupKey{Hierarchy: "v2", Path: "/../debug.scope"}},
		"colons in a name":  {"odd.txtar", "/a:b:c", probe.GroupKey{Hierarchy: "v2", Path: "/a:b:c"}},
		"a blank in a path": {"odd.txtar", "/sys/fs/cgroup old/cpuset/a:b", probe.GroupKey{Hierarchy: "cpuset", Path: "/a:b"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scanArchive(t, test.host).ResolveGroup(test.text, statFrom(nil))
			if err != nil || got != test.want {
				t.Errorf("ResolveGroup(%q) = %+v (%v), want %+v", test.text, got, err, test.want)
			}
		})
	}
	_, err := scanArchive(t, "v1.txtar").ResolveGroup("/lab", statFrom(nil))
	if !errors.Is(err, probe.ErrNotFound) || !strings.Contains(err.Error(), "no hierarchy of version 2") {
		t.Errorf("a path without version 2: %v, want %v", err, probe.ErrNotFound)
	}
}

func TestTargetRequest(t *testing.T) {
	for text, want := range map[string]struct{ watch, threads int }{
		"20/30": {1, 1}, "20": {1, 0}, "/20/30": {0, 0}, "net:[1]": {0, 0}, "a/b": {0, 0}, "0/1": {0, 0}, "20/x": {0, 0}, "": {0, 0},
	} {
		got := probe.TargetRequest(text)
		if len(got.Watch) != want.watch || len(got.Threads) != want.threads || got.Facts != probe.AllFacts {
			t.Errorf("TargetRequest(%q) = %+v, want %+v", text, got, want)
		}
	}
}
