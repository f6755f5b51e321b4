package actions

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Mount mounts a hierarchy of version 1 at a directory, which is made where it is not there; see cgroups(7).
type Mount struct {
	Options string // The controllers, such as "cpuset", or "none,name=lab".
	Dir     string
	MakeDir bool // The directory is not there yet.
}

// Shell implements Step.
func (m Mount) Shell() string {
	mount := words("mount", "-t", "cgroup", "-o", m.Options, "cgroup", m.Dir)
	if m.MakeDir {
		return words("mkdir", m.Dir) + " && " + mount
	}
	return mount
}

// Inverse implements Step.
func (m Mount) Inverse() []Step { return []Step{Unmount(m)} }

// Unmount takes a hierarchy off its directory again. The hierarchy itself lives on as long as it has groups.
type Unmount struct {
	Options string
	Dir     string
	MakeDir bool // The directory was made for the mount, and goes with it.
}

// Shell implements Step.
func (u Unmount) Shell() string {
	if u.MakeDir {
		return words("umount", u.Dir) + " && " + words("rmdir", u.Dir)
	}
	return words("umount", u.Dir)
}

// Inverse implements Step.
func (u Unmount) Inverse() []Step { return []Step{Mount(u)} }

func (k Kernel) mount(m Mount) (Done, error) {
	dir := k.roots.Locate(m.Dir)
	if !m.MakeDir { // Else it is new.
		at, err := LookAtMountPoint(k.roots, m.Dir)
		if err != nil {
			return Done{}, err
		}
		if refusal := at.refusal(); refusal != nil {
			return Done{}, refusal
		}
	} else {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return Done{}, fmt.Errorf("make mount point: %w", err)
		}
	}
	if err := unix.Mount("cgroup", dir, "cgroup", 0, m.Options); err != nil {
		if m.MakeDir {
			_ = os.Remove(dir) // It is as before.
		}
		return Done{}, fmt.Errorf("mount %s: %w", m.Options, err)
	}
	return Done{Step: m, Inverse: m.Inverse(), Says: "mounted at " + m.Dir}, nil
}

func (k Kernel) unmount(ctx context.Context, u Unmount) (Done, error) {
	dir := k.roots.Locate(u.Dir)
	if !onFS(dir, unix.CGROUP_SUPER_MAGIC) { // A plan may come from a log: nothing else is unmounted by it.
		return Done{}, fmt.Errorf("unmount %s: %w: %w", u.Dir, errNoHierarchy, unix.EINVAL) // As the kernel has it of no mount.
	}
	var last error
	unmounted, err := k.eventually(ctx, func() (bool, error) {
		last = unix.Unmount(dir, unix.UMOUNT_NOFOLLOW)
		if last != nil && !errors.Is(last, unix.EBUSY) { // Who lists the groups has it open for a moment, this program too.
			return false, fmt.Errorf("unmount %s: %w", u.Dir, last)
		}
		return last == nil, nil
	})
	if err == nil && !unmounted {
		err = fmt.Errorf("unmount %s: %w", u.Dir, last)
	}
	if err != nil {
		return Done{}, err
	}
	done := Done{Step: u, Inverse: u.Inverse(), Says: "unmounted"}
	if u.MakeDir {
		if err := os.Remove(dir); err != nil {
			return done, fmt.Errorf("remove mount point: %w", err)
		}
	}
	return done, nil
}
