package cgroup

import (
	"cmp"
	"slices"
)

// Hierarchies returns one mount of every hierarchy that can be seen, version 2 first and then by label: the one that
// shows most of it, and among those one that is writable.
func Hierarchies(mounts []Mount) []Mount {
	var best []Mount
	for i := range mounts {
		m := &mounts[i]
		if m.Hidden {
			continue
		}
		at := slices.IndexFunc(best, func(other Mount) bool { return other.Label() == m.Label() })
		switch {
		case at < 0:
			best = append(best, *m)
		case compareUse(m, &best[at]) < 0:
			best[at] = *m
		}
	}
	slices.SortFunc(best, func(a, b Mount) int {
		return cmp.Or(cmp.Compare(b.Version, a.Version), cmp.Compare(a.Label(), b.Label()))
	})
	return best
}

// Also returns the mount points beside that of a mount that show the same group of the same hierarchy.
func (m *Mount) Also(mounts []Mount) []string {
	var all []string
	for i := range mounts {
		other := &mounts[i]
		if !other.Hidden && other.MountPoint != m.MountPoint && other.Label() == m.Label() && other.Root == m.Root {
			all = append(all, other.MountPoint)
		}
	}
	return all
}

// compareUse orders mounts of one hierarchy by how much use they are: the whole hierarchy has the shortest root, "/".
func compareUse(a, b *Mount) int {
	return cmp.Or(cmp.Compare(len(a.Root), len(b.Root)), cmp.Compare(rank(a.ReadOnly), rank(b.ReadOnly)))
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// Mode says how control groups are mounted: "v1", "v2", "hybrid" for both, or "none".
func Mode(mounts []Mount) string {
	has := func(version int) bool {
		return slices.ContainsFunc(mounts, func(m Mount) bool { return m.Version == version })
	}
	switch one, two := has(1), has(2); {
	case one && two:
		return "hybrid"
	case one:
		return "v1"
	case two:
		return "v2"
	}
	return "none"
}
