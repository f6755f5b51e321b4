package cgroup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// Tree is an open hierarchy: the directory of its topmost group. It must not be used by two goroutines at once.
type Tree struct {
	dir    string
	fd     int // -1 while it rests.
	device uint64
	mount  Mount

	controllers string // Of version 2: the root's cgroup.controllers, as read last.
	files       []openable
	sets        setCache

	path   []byte // The path of the current system call.
	buf    []byte // What the current file or directory holds.
	marks  []mark // Of the current refresh.
	values Values // Of the current group.
}

// OpenTree opens the hierarchy of a mount at a directory, which is the mount point as the caller sees it. It holds one
// descriptor.
func OpenTree(dir string, mount Mount) (*Tree, error) {
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open hierarchy %s: %w", dir, err)
	}
	t := &Tree{dir: dir, fd: fd, mount: mount, sets: setCache{}, buf: make([]byte, 32<<10)}
	var st unix.Statx_t
	if err := t.stat("/", &st); err != nil {
		_ = unix.Close(fd) // Nothing was read yet.
		return nil, fmt.Errorf("stat hierarchy %s: %w", dir, err)
	}
	t.device = device(&st)
	t.files = filesOf(&mount, mount.Controllers)
	if mount.Version == 2 {
		t.controllers = "\x00" // No file says this, so that the first reading counts as a change.
		t.readControllers()
	}
	return t, nil
}

// Close closes the hierarchy.
func (t *Tree) Close() error {
	if t.fd < 0 {
		return nil
	}
	if err := unix.Close(t.fd); err != nil {
		return fmt.Errorf("close hierarchy: %w", err)
	}
	t.fd = -1
	return nil
}

// ErrUnmounted is returned for a directory at which the hierarchy is mounted no more.
var ErrUnmounted = errors.New("not mounted any more")

// Rest closes the descriptor until Wake: whoever holds one open keeps the hierarchy from being unmounted.
func (t *Tree) Rest() {
	_ = t.Close() // It was only read from.
}

// Wake opens the hierarchy again after Rest.
func (t *Tree) Wake() error {
	if t.fd >= 0 {
		return nil
	}
	fd, err := unix.Open(t.dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open hierarchy %s: %w", t.dir, err)
	}
	t.fd = fd
	var st unix.Statx_t
	if err = t.stat("/", &st); err == nil && device(&st) != t.device {
		err = ErrUnmounted
	}
	if err != nil {
		t.Rest()
		return fmt.Errorf("open hierarchy %s: %w", t.dir, err)
	}
	return nil
}

// Controllers returns those of a version 1 hierarchy, and those that the topmost group's cgroup.controllers of version
// 2 named at the last Refresh: they come and go as version 1 hierarchies are mounted, and in a container as the host
// grants them.
func (t *Tree) Controllers() []string {
	if t.mount.Version == 1 {
		return slices.Clone(t.mount.Controllers)
	}
	return strings.Fields(t.controllers)
}

// readControllers reads which controllers version 2 has here, and chooses the files to read by it.
func (t *Tree) readControllers() {
	text, err := t.readFile(t.fd, []byte("cgroup.controllers\x00"))
	if err != nil {
		t.controllers, t.files = "", filesOf(&t.mount, nil)
		return
	}
	if string(text) != t.controllers {
		t.controllers = string(text)
		t.files = filesOf(&t.mount, strings.Fields(t.controllers))
	}
}

// Values reads what the files of one group say in the given parts, or in the default ones where there are none; see Values.
// The group is open meanwhile, so that all of them are of the same group even if its name passes to another one.
func (t *Tree) Values(path string, parts Parts) Values {
	t.values, parts = Values{}, parts.OrDefault()
	fd, err := t.openGroup(path)
	if err == nil {
		defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	}
	c := content{sets: t.sets, why: reading.Why(err)}
	for i := range t.files {
		if t.files[i].parts&parts == 0 {
			continue
		}
		if fd >= 0 {
			c.text, err = t.readFile(fd, t.files[i].path)
			c.why = reading.Why(err)
		}
		t.files[i].set(&t.values, c)
	}
	return t.values
}

// openGroup opens the directory of a group. A path that leaves the tree is no group's.
func (t *Tree) openGroup(path string) (int, error) {
	outside := strings.Contains(path, "/../") || strings.HasSuffix(path, "/..") || strings.HasPrefix(path, "//")
	if outside || !strings.HasPrefix(path, "/") || strings.IndexByte(path, 0) >= 0 {
		return -1, unix.ENOENT
	}
	return openat(t.fd, t.relative(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW)
}

// relative returns the path of a group relative to the root's descriptor, ended with a NUL. It is valid until the next
// call.
func (t *Tree) relative(path string) []byte {
	if path == "/" {
		path = "/."
	}
	t.path = append(append(t.path[:0], path[1:]...), 0)
	return t.path
}

func (t *Tree) stat(path string, st *unix.Statx_t) error { return statx(t.fd, t.relative(path), st) }

// device returns the number of the filesystem a file lies on.
func device(st *unix.Statx_t) uint64 { return unix.Mkdev(st.Dev_major, st.Dev_minor) }
