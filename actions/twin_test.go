package actions

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// host is a host laid out in a directory, with a kernel that plays its part in it.
type host struct {
	testhost.Host
	roots probe.Roots
	model map[string]string // What the files said at first, by their path below Dir.
	in    map[string]string // The directory of the group that a thread is in, by hierarchy and thread, such as "cpuset 700".
	of    map[string]string // The process of a thread.
}

func layHost(t *testing.T, name string) *host {
	t.Helper()
	laid := testhost.Load(t, "../probe/testdata/hosts/"+name+".txtar")
	h := &host{laid, probe.Roots{Proc: laid.Proc, Sys: laid.Sys}, nil, map[string]string{}, map[string]string{}}
	h.model = h.tree(t)
	s := h.scan(t)
	for i := range s.Tasks {
		h.place(s, &s.Tasks[i])
	}
	for i := range s.Threads {
		h.place(s, &s.Threads[i])
	}
	return h
}

// place notes where a thread is.
func (h *host) place(s *probe.Snapshot, t *probe.Task) {
	h.of[decimal(t.TID)] = decimal(t.PID)
	for _, m := range t.Cgroups.Memberships {
		label := probe.HierarchyLabel(&m)
		if g, ok := s.Group(probe.GroupKey{Hierarchy: label, Path: m.Path}); ok {
			h.in[label+" "+decimal(t.TID)] = h.roots.Locate(g.Dir)
		}
	}
}

func (h *host) kernel(t *testing.T) Kernel {
	k := NewKernel(h.roots)
	k.react = func(step Step) { h.react(t, step) }
	return k
}

// react does what the kernel would have done by itself.
func (h *host) react(t *testing.T, step Step) {
	t.Helper()
	switch s := step.(type) {
	case Make:
		h.populate(t, s.Group)
	case Remove:
		for file := range h.tree(t) {
			if path := filepath.Join(h.Dir, file); filepath.Dir(path) == h.dir(s.Group) {
				must(t, os.Remove(path))
			}
		}
	case Set:
		h.reactSet(t, s)
	case Move:
		h.reactMove(t, s)
	}
}

func (h *host) dir(g Group) string { return h.roots.Locate(g.Dir()) }

// populate lays the files of a new group: those that the group beside or above it has, with what they say in a new one.
func (h *host) populate(t *testing.T, g Group) {
	t.Helper()
	model, err := filepath.Rel(h.Dir, filepath.Join(h.roots.Locate(g.Mount), "lab"))
	must(t, err)
	for file, text := range h.model {
		name := filepath.Base(file)
		if filepath.Dir(file) != model {
			continue
		}
		for _, u := range usual {
			if u.file == name {
				text = lines(strings.Fields(u.new), " ")
			}
		}
		if slices.Contains([]string{fileProcs, fileTasks, fileThreads, fileSubtree}, name) {
			text = ""
		}
		must(t, os.WriteFile(filepath.Join(h.dir(g), name), []byte(text), 0o644))
	}
}

func (h *host) reactSet(t *testing.T, s Set) {
	t.Helper()
	dir := h.dir(s.Group)
	switch s.File {
	case fileFreeze:
		events, err := os.ReadFile(filepath.Join(dir, "cgroup.events"))
		must(t, err)
		text := strings.ReplaceAll(strings.ReplaceAll(string(events), "frozen 0", "frozen "+s.To), "frozen 1", "frozen "+s.To)
		must(t, os.WriteFile(filepath.Join(dir, "cgroup.events"), []byte(text), 0o644))
	case fileSubtree:
		now := strings.Fields(s.From)
		for _, signed := range strings.Fields(s.To) {
			now = slices.DeleteFunc(now, func(c string) bool { return c == signed[1:] })
			if signed[0] == '+' {
				now = append(now, signed[1:])
			}
		}
		must(t, os.WriteFile(filepath.Join(dir, fileSubtree), []byte(lines(now, " ")), 0o644))
	}
}

// reactMove moves the threads, and lists anew who is in the two groups.
func (h *host) reactMove(t *testing.T, m Move) {
	t.Helper()
	for tid, pid := range h.of {
		if tid == decimal(m.number()) || m.File == fileProcs && pid == decimal(m.number()) {
			h.in[m.To.Hierarchy+" "+tid] = h.dir(m.To)
			h.relabel(t, pid, tid, m)
		}
	}
	for _, g := range []Group{m.From, m.To} {
		var tids, pids []string
		for tid, pid := range h.of {
			if h.in[g.Hierarchy+" "+tid] == h.dir(g) {
				tids, pids = append(tids, tid), append(pids, pid)
			}
		}
		h.enlist(t, filepath.Join(h.dir(g), fileProcs), pids)
		h.enlist(t, filepath.Join(h.dir(g), fileTasks), tids)
	}
}

// relabel writes into a thread's cgroup file where it is.
func (h *host) relabel(t *testing.T, pid, tid string, m Move) {
	t.Helper()
	for _, file := range []string{filepath.Join(h.Proc, tid, "cgroup"), filepath.Join(h.Proc, pid, "task", tid, "cgroup")} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // Hosts have the files of threads only where a test needs them.
		}
		var now strings.Builder
		for line := range strings.Lines(string(text)) {
			parts := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
			if parts[1] == m.To.Hierarchy || parts[1] == "" && m.To.Hierarchy == "v2" {
				parts[2] = m.To.Path
			}
			now.WriteString(strings.Join(parts, ":") + "\n")
		}
		must(t, os.WriteFile(file, []byte(now.String()), 0o644))
	}
}

// enlist writes who is in a group to a file that is there.
func (h *host) enlist(t *testing.T, file string, numbers []string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		return
	}
	slices.SortFunc(numbers, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	must(t, os.WriteFile(file, []byte(lines(slices.Compact(numbers), "\n")), 0o644))
}

func lines(words []string, separator string) string {
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, separator) + "\n"
}

// tree returns what every file below sys says, and which directories there are.
func (h *host) tree(t *testing.T) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(h.Sys, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(h.Dir, path)
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		tree[name] = string(text)
		return err
	})
	must(t, err)
	return tree
}

// directories returns the directories below sys.
func (h *host) directories(t *testing.T) []string {
	t.Helper()
	var all []string
	must(t, filepath.WalkDir(h.Sys, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			all = append(all, strings.TrimPrefix(path, h.Dir))
		}
		return err
	}))
	return all
}

// scan returns the snapshot of the host, which plans stand on.
func (h *host) scan(t *testing.T) *probe.Snapshot {
	t.Helper()
	scanner, err := probe.Open(h.roots)
	must(t, err)
	defer scanner.Close() //nolint:errcheck // It was only read from.
	snapshot, err := scanner.Scan(context.Background(), probe.Request{Facts: probe.AllFacts, AllThreads: true})
	must(t, err)
	return snapshot
}

// shell runs the plan as a person would type it, line by line, each followed by the kernel's part.
func (h *host) shell(t *testing.T, plan Plan) {
	t.Helper()
	for _, step := range plan.Steps {
		text := strings.ReplaceAll(step.Shell(), "/sys/fs/cgroup", filepath.Join(h.Sys, "fs/cgroup"))
		if r, ok := step.(Remove); ok {
			h.react(t, r) // The kernel's files vanish with their group.
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-ec", text).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", text, err, out)
		}
		if _, ok := step.(Remove); !ok {
			h.react(t, step)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
