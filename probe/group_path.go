package probe

import (
	"slices"
	"strings"
)

// Within reports whether a group is another one or lies below it. In a cgroup namespace "/.." is the group above the
// namespace's root and "/../lab" one beside it, so that "/" is not above all others; see cgroup_namespaces(7).
func (k GroupKey) Within(above GroupKey) bool {
	if k.Hierarchy != above.Hierarchy {
		return false
	}
	up, names := climb(k.Path)
	aboveUp, aboveNames := climb(above.Path)
	if len(aboveNames) == 0 {
		return up <= aboveUp
	}
	return up == aboveUp && len(names) >= len(aboveNames) && slices.Equal(names[:len(aboveNames)], aboveNames)
}

// Above returns the group above, as the path tells it: that above "/" is "/..". Where the namespace is not below it there is
// none of that name.
func (k GroupKey) Above() GroupKey {
	up, names := climb(k.Path)
	if len(names) == 0 {
		return GroupKey{k.Hierarchy, strings.Repeat("/..", up+1)}
	}
	above := strings.Repeat("/..", up)
	for _, name := range names[:len(names)-1] {
		above += "/" + name
	}
	if above == "" {
		above = "/"
	}
	return GroupKey{k.Hierarchy, above}
}

// climb takes a path apart into the steps up from the reader's root and the names of groups from there.
func climb(path string) (up int, names []string) {
	names = strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for len(names) > 0 && names[0] == ".." {
		up, names = up+1, names[1:]
	}
	return up, names
}
