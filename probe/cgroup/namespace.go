package cgroup

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// FindNamespace finds which group below a mount point is the root of the reader's cgroup namespace, where the mount shows more
// than that: its Root is then "/.." once or more often, as for a mount that was there before the namespace; see
// cgroup_namespaces(7). Nothing tells the name of that group inside. But own is the reader's group by /proc/self/cgroup, and the
// group that has the reader among its processes is the same one. It returns the path below the mount point; false where there is
// no need for it or where it is not found, as for a reader that was moved out of its namespace. The dir is where the mount point
// is reached.
func (m *Mount) FindNamespace(dir string, nodes []Node, own string, self int) (string, bool) {
	up := steps(m.Root)
	if len(up) == 0 || slices.ContainsFunc(up, func(step string) bool { return step != ".." }) || strings.HasPrefix(own, "/..") {
		return "", false
	}
	tail := strings.TrimSuffix(own, "/")
	depth := len(up) + len(steps(own))
	for i := range nodes {
		path := nodes[i].Path
		if nodes[i].Depth == depth && strings.HasSuffix(path, tail) && holds(filepath.Join(dir, path), self) {
			return strings.TrimSuffix(path, tail), true
		}
	}
	return "", false
}

// holds reports whether a process is in a group. The file of processes cannot be read in a threaded group, that of threads can.
func holds(dir string, pid int) bool {
	for _, file := range []string{"cgroup.procs", "cgroup.threads"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil {
			return slices.Contains(strings.Fields(string(text)), strconv.Itoa(pid))
		}
	}
	return false
}

// Relative returns how the kernel writes the path of a group for a reader in a cgroup namespace rooted at another: one "/.." for
// each step up, then the way down; see cgroup_namespaces(7).
func Relative(root, path string) string {
	from, to := steps(root), steps(path)
	same := 0
	for same < len(from) && same < len(to) && from[same] == to[same] {
		same++
	}
	seen := strings.Repeat("/..", len(from)-same)
	for _, step := range to[same:] {
		seen += "/" + step
	}
	if seen == "" {
		return "/"
	}
	return seen
}

func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
