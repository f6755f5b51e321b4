package actions

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// MountPoint is a directory where a hierarchy is to be mounted, as it was found.
type MountPoint struct {
	Dir     string // As the host names it, with all symbolic links followed.
	Exists  bool
	Plain   bool // It exists and is no directory.
	Full    bool // Something is in it, or it cannot be told that nothing is.
	Mounted bool // Something is mounted there already.
	Group   bool // It is, or would be, a group of a hierarchy that is mounted there.
}

// LookAtMountPoint finds out what a directory is. The error is that of a path that cannot be followed.
func LookAtMountPoint(roots probe.Roots, dir string) (MountPoint, error) {
	p := MountPoint{Dir: path.Clean(dir)}
	at, err := filepath.EvalSymlinks(roots.Locate(p.Dir))
	if errors.Is(err, fs.ErrNotExist) {
		above, err := filepath.EvalSymlinks(roots.Locate(path.Dir(p.Dir)))
		if err != nil {
			return p, nil //nolint:nilerr // To make it fails then, and says why.
		}
		p.Group = cgroupFS(above)
		if roots == probe.Live {
			p.Dir = path.Join(above, path.Base(p.Dir))
		}
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("look at the mount point: %w", err)
	}
	if roots == probe.Live {
		p.Dir = at
	}
	info, err := os.Stat(at)
	if err != nil {
		return p, fmt.Errorf("look at the mount point: %w", err)
	}
	p.Exists, p.Plain = true, !info.IsDir()
	p.Mounted, p.Full = mountedAt(at), !p.Plain && !emptyDir(at)
	p.Group = !p.Mounted && cgroupFS(at)
	return p, nil
}

// emptyDir reports whether nothing is in a directory.
func emptyDir(dir string) bool {
	d, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer d.Close() //nolint:errcheck // It was only read from.
	_, err = d.Readdirnames(1)
	return errors.Is(err, io.EOF)
}

// mountedAt reports whether a directory is where something is mounted: by statx(2) since Linux 5.8, before that where it is on
// another file system than the directory above.
func mountedAt(dir string) bool {
	var x unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, dir, 0, 0, &x) == nil && x.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0 {
		return x.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
	}
	var own, above unix.Stat_t
	return unix.Stat(dir, &own) == nil && unix.Stat(filepath.Dir(dir), &above) == nil && own.Dev != above.Dev
}

// systemDirs are the directories that a system stands on, see hier(7): none of them is for a mount of control groups, even
// where it is empty.
var systemDirs = []string{
	"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/root", "/run", "/sbin",
	"/srv", "/sys", "/sys/fs", "/tmp", "/usr", "/var",
}

// refusal says why nothing is to be mounted there, nil where it may.
func (p MountPoint) refusal() *Refusal {
	const choose = "choose a new or an empty directory, such as /run/cgroup-v1"
	inside := func(top string) bool { return strings.HasPrefix(p.Dir, top+"/") }
	switch {
	case !path.IsAbs(p.Dir):
		return refuse("the mount point %s is not an absolute path", quote(p.Dir))
	case slices.Contains(systemDirs, p.Dir):
		return refuse("%s is a directory that the system stands on: what is in it would be hidden", p.Dir).help(choose)
	case inside("/proc"), inside("/sys") && !inside("/sys/fs/cgroup") && p.Dir != "/sys/fs/cgroup":
		return refuse("%s is the kernel's own", quote(p.Dir)).help(choose)
	case p.Plain:
		return refuse("%s is no directory", quote(p.Dir)).help(choose)
	case p.Mounted:
		return refuse("something is mounted at %s already, and would be hidden", quote(p.Dir)).help(choose)
	case p.Group:
		return refuse("%s is within a hierarchy of control groups, where each directory is a group", quote(p.Dir)).help(choose)
	case p.Full:
		return refuse("%s is not empty: what is in it would be hidden", quote(p.Dir)).help(choose)
	}
	return nil
}
