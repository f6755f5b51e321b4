package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"syscall"
)

// makeGroup makes a group below one that is there.
func (k Kernel) makeGroup(m Make) (Done, error) {
	hierarchy, err := k.openHierarchy(m.Group)
	if err != nil {
		return Done{}, err
	}
	defer hierarchy.Close() //nolint:errcheck // A directory; nothing is lost.
	name := "." + m.Group.Below
	if err := hierarchy.Mkdir(name, 0o755); err != nil {
		return Done{}, fmt.Errorf("make group: %w", err)
	}
	k.react(m)
	m.Group.Inode, err = inodeOf(hierarchy, name)
	return Done{Step: m, Inverse: m.Inverse(), Says: "made"}, err
}

// removeGroup removes a group. One whose last process has just died is busy for a moment longer.
func (k Kernel) removeGroup(ctx context.Context, r Remove) (Done, error) {
	dir, err := k.open(r.Group)
	if err != nil {
		return Done{}, err
	}
	dir.Close() //nolint:errcheck // It was opened to see that it is the one.
	parent, err := k.openParent(r.Group)
	if err != nil {
		return Done{}, err
	}
	defer parent.Close() //nolint:errcheck // A directory; nothing is lost.
	k.react(r)
	name := path.Base(r.Group.Below)
	var last error
	removed, err := k.eventually(ctx, func() (bool, error) {
		last = parent.Remove(name)
		if last != nil && (!errors.Is(last, syscall.EBUSY) || occupied(dirOf(parent, name))) {
			return false, fmt.Errorf("remove %s: %w", name, last)
		}
		return last == nil, nil
	})
	if err == nil && !removed {
		err = last
	}
	if err != nil {
		return Done{}, fmt.Errorf("remove group: %w", gone(err))
	}
	return Done{Step: r, Inverse: r.Inverse(), Says: "removed"}, nil
}

// openParent opens the directory that a group lies in.
func (k Kernel) openParent(g Group) (*os.Root, error) {
	hierarchy, err := k.openHierarchy(g)
	if err != nil {
		return nil, err
	}
	defer hierarchy.Close() //nolint:errcheck // A directory; nothing is lost.
	parent, err := hierarchy.OpenRoot("." + path.Dir(g.Below))
	if err != nil {
		return nil, fmt.Errorf("open the group above: %w", gone(err))
	}
	return parent, nil
}

// dirOf opens a directory in another, or returns nil.
func dirOf(parent *os.Root, name string) *os.Root {
	dir, err := parent.OpenRoot(name)
	if err != nil {
		return nil
	}
	return dir
}

// occupied reports whether a group has processes or groups in it, so that waiting would not help. It closes the directory.
func occupied(dir *os.Root) bool {
	if dir == nil {
		return false
	}
	defer dir.Close()                                       //nolint:errcheck // It was only read from.
	for _, list := range []string{fileProcs, fileThreads} { // The first cannot be read of a threaded group, nor the second in version 1.
		if members, err := readKnob(dir, list); err == nil && members != "" {
			return true
		}
	}
	self, err := dir.Open(".")
	if err != nil {
		return false
	}
	defer self.Close() //nolint:errcheck // It was only read from.
	entries, err := self.ReadDir(-1)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if e.IsDir() {
			return true
		}
	}
	return false
}
