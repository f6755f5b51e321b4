package cgroup

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Partial reports whether a mount shows only a part of its hierarchy: the topmost group and what it limits are out of sight.
// It is asked for the directory by which the mount point is reached. The path of the root alone does not tell: in a cgroup
// namespace "/" is the root of the namespace and "/.." may be the topmost group of all, see cgroup_namespaces(7). The files
// tell: each group of version 2 but the topmost has a cgroup.type (since Linux 4.14), and of version 1 the topmost alone has a
// release_agent. Where the files are not the kernel's, as in a tree that was laid out, those of version 1 may be missing.
func (m *Mount) Partial(dir string) bool {
	has := func(file string) bool { return unix.Access(filepath.Join(dir, file), unix.F_OK) == nil }
	var fs unix.Statfs_t
	switch {
	case m.Root != "/" && !strings.HasPrefix(m.Root, "/.."):
		return true
	case unix.Access(dir, unix.X_OK) != nil: // Nothing can be asked.
		return m.Root != "/"
	case m.Version == 2:
		return has("cgroup.type")
	case unix.Statfs(dir, &fs) == nil && fs.Type == unix.CGROUP_SUPER_MAGIC:
		return !has("release_agent")
	}
	return false
}
