package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/uitest"
)

// insideOf returns the script that joins a group in each hierarchy, and what the groups are called. They are one below the other, so
// that there is something above the namespace.
func insideOf(t *testing.T) (join string, hierarchies []probe.Hierarchy) {
	t.Helper()
	asRoot(t)
	for _, h := range scanned(t).Hierarchies {
		if h.MountPoint == "" || h.ReadOnly || h.Root != "/" || slices.Contains(h.Controllers, "cpuset") || slices.Contains(h.Controllers, "memory") {
			continue // One of cpuset must be given CPUs first, and one of memory belongs to whoever started the tests.
		}
		top := filepath.Join(h.MountPoint, fmt.Sprintf("bulkhead-test-%d-inside", os.Getpid()))
		removeAfter(t, filepath.Join(top, "box"), top)
		if err := os.MkdirAll(filepath.Join(top, "box"), 0o755); err != nil {
			t.Fatal(err)
		}
		join += fmt.Sprintf("echo $$ > %s/box/cgroup.procs && ", top)
		hierarchies = append(hierarchies, h)
	}
	if len(hierarchies) == 0 {
		t.Fatal("no control groups are mounted writable: mount cgroup2 somewhere")
	}
	return join, hierarchies
}

// inNamespace returns a command that runs the program in a cgroup namespace, with the mounts that were there before it.
func inNamespace(t *testing.T, join string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	inner := append([]string{"sh", "-c", join + `exec unshare --cgroup "$@"`, "sh", cmd.Args[0]}, args...)
	again := exec.CommandContext(t.Context(), inner[0], inner[1:]...)
	again.Args[4] = "/proc/" + fmt.Sprint(os.Getpid()) + "/exe"
	again.Env = append(cmd.Env, "XDG_CONFIG_HOME="+t.TempDir())
	return again
}

// inContainer returns a command that runs the program as a container does: in mounts of its own, which show the groups of its
// cgroup namespace and below, read-only.
func inContainer(t *testing.T, join string, hierarchies []probe.Hierarchy, args ...string) *exec.Cmd {
	t.Helper()
	mount := "mount -t tmpfs none /sys/fs/cgroup && "
	for i, h := range hierarchies {
		kind := "-t cgroup2 -o ro"
		if h.Version == 1 {
			kind = "-t cgroup -o ro," + strings.Join(h.Controllers, ",")
			if name, named := strings.CutPrefix(h.Label, "name="); named {
				kind = "-t cgroup -o ro,none,name=" + name
			}
		}
		mount += fmt.Sprintf("mkdir /sys/fs/cgroup/%d && mount %s none /sys/fs/cgroup/%d && ", i, kind, i)
	}
	cmd := inNamespace(t, join, args...)
	self := fmt.Sprintf("/proc/%d/exe", os.Getpid())
	link, err := os.Readlink(self)
	if err != nil {
		t.Fatal(err)
	}
	const box = `exec unshare --cgroup --mount --propagation private --pid --fork --kill-child --mount-proc sh -c "$0" sh "$@"`
	again := exec.CommandContext(t.Context(), "sh", append([]string{"-c", join + box, mount + `exec "$@"`, link}, args...)...)
	again.Env = cmd.Env
	return again
}

// TestInsideNamespace runs the program where a shell was given a cgroup namespace and nothing else: it finds its own group, by the
// paths that the kernel writes there, and says that the view is from inside.
func TestInsideNamespace(t *testing.T) {
	join, hierarchies := insideOf(t)
	var diagnostics bytes.Buffer
	cmd := inNamespace(t, join, "list", "cgroups", "--json")
	cmd.Stderr = &diagnostics
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, diagnostics.String())
	}
	var got struct {
		Hierarchies []struct {
			Label, Root string
			Namespace   string `json:"namespace_root"`
			Partial     bool
		}
		Groups []struct {
			Hierarchy, Path, Dir string
			Processes            int
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for _, h := range hierarchies {
		own := fmt.Sprintf("/bulkhead-test-%d-inside/box", os.Getpid())
		seen := map[string]string{}
		for _, g := range got.Groups {
			if g.Hierarchy == h.Label && g.Dir != "" {
				seen[g.Path] = g.Dir
			}
		}
		for path, want := range map[string]string{"/": h.MountPoint + own, "/..": h.MountPoint + filepath.Dir(own), "/../..": h.MountPoint} {
			if seen[path] != want {
				t.Errorf("%s of %s is %q, want %q", path, h.Label, seen[path], want)
			}
		}
		for _, g := range got.Hierarchies {
			if g.Label == h.Label && (g.Namespace != own || g.Root != "/../.." || g.Partial) {
				t.Errorf("hierarchy %+v, want that the namespace is rooted at %s", g, own)
			}
		}
	}
	text, err := inNamespace(t, join, "list", "cgroups").CombinedOutput()
	if err != nil || !strings.Contains(string(text), "seen from inside a cgroup namespace") {
		t.Errorf("list cgroups: %v\n%s", err, text)
	}
}

// TestInsideContainer runs the program with the groups of its own alone in sight, read-only: what is above is never told to limit
// nothing, and actions say why they cannot be done.
func TestInsideContainer(t *testing.T) {
	join, hierarchies := insideOf(t)
	key := probe.GroupKey{Hierarchy: hierarchies[0].Label, Path: "/"}.String()
	for _, test := range []struct {
		args       []string
		want, deny []string
	}{
		{[]string{"list", "cgroups"}, []string{"seen from inside: of " + hierarchies[0].Label}, nil},
		{[]string{"show", key}, []string{"from inside: the groups above / are out of sight"}, []string{", no limit"}},
		{[]string{"show", "1", "--uses"}, []string{"out of sight"}, []string{"no limit", "(0 CPUs"}},
		{[]string{"show", "1", "--groups"}, []string{"out of sight"}, []string{"no limit"}},
		{[]string{"doctor"}, []string{"control groups are seen from inside", "it is mounted read-only"}, nil},
		{[]string{"freeze", key, "--yes"}, []string{"mounted read-only"}, nil},
		{[]string{"group", "make", strings.TrimSuffix(key, "/") + "/x", "--yes"}, []string{"mounted read-only"}, nil},
		{[]string{"move", "1", "--to", key, "--yes"}, []string{"mounted read-only"}, nil},
	} {
		out, _ := inContainer(t, join, hierarchies, test.args...).CombinedOutput() // What is refused ends with a code of its own.
		for _, want := range test.want {
			if !bytes.Contains(out, []byte(want)) {
				t.Errorf("%v: %q is missing:\n%s", test.args, want, out)
			}
		}
		for _, deny := range test.deny {
			if bytes.Contains(out, []byte(deny)) {
				t.Errorf("%v: it says %q:\n%s", test.args, deny, out)
			}
		}
	}
	screensInside(t, inContainer(t, join, hierarchies))
}

// screensInside looks at every screen of a program that is started.
func screensInside(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "XDG_STATE_HOME="+t.TempDir())
	p, err := uitest.Run(cmd, 150, 40)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	play(t, p, "wait:from inside,2,wait:NAMESPACE,4,wait:PID,5,wait:Events,3,wait:GROUP,wait:read-only,wait:seen,1,wait:NAME")
	play(t, p, "q")
	ended(t, p, exitDone)
}
