package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// mostLinks is how many symbolic links the kernel follows in a path, path_resolution(7).
const mostLinks = 40

// way returns the path of the file and those that it leads to as symbolic links. The last one is the place to write at: it is no
// link, and it need not exist.
func (f configFile) way() []string {
	at := string(f)
	way := []string{at}
	for range mostLinks {
		target, err := os.Readlink(at)
		if err != nil {
			break // It is no link, or not there.
		}
		if !filepath.IsAbs(target) {
			target = filepath.Dir(at) + "/" + target // Not joined: what .. is depends on the links before it.
		}
		dir, name := filepath.Split(target)
		if resolved, err := filepath.EvalSymlinks(dir); err == nil {
			dir = resolved
		}
		at = filepath.Join(dir, name)
		way = append(way, at)
	}
	return way
}

// writable returns the mode that the file at the end of the way is to have, or says why it should not be written though the kernel
// may let it be: moving a file to its place asks for no right on the one that was there, and root could write anything.
func writable(way []string) (os.FileMode, error) {
	for _, at := range way {
		if err := ownDirectory(filepath.Dir(at)); err != nil {
			return 0, err
		}
	}
	at := way[len(way)-1]
	info, err := os.Stat(at)
	if errors.Is(err, os.ErrNotExist) {
		return 0o600, nil
	}
	if err != nil {
		return 0, err //nolint:wrapcheck // It names the file.
	}
	if info.Mode().Perm()&0o200 == 0 {
		return 0, fmt.Errorf("%s is read-only", configFile(at))
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return 0, fmt.Errorf("%s belongs to uid %d, not to uid %d, who would own what takes its place", configFile(at), stat.Uid, os.Geteuid())
	}
	return info.Mode().Perm(), nil
}

// ownDirectory fails if root would keep something in the directory of somebody else. One that is not there yet would belong to
// whom the one above it belongs to.
func ownDirectory(dir string) error {
	for ; os.Geteuid() == 0; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if errors.Is(err, os.ErrNotExist) && dir != filepath.Dir(dir) {
			continue
		}
		if err != nil {
			return err //nolint:wrapcheck // It names the directory.
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
			return fmt.Errorf("%s belongs to uid %d, who could not read what root keeps there", dir, stat.Uid)
		}
		break
	}
	return nil
}
