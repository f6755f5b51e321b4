package cgroup

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// entry is one directory in a listing.
type entry struct {
	name  string
	inode uint64
}

// list returns the directories in a group's directory, by name. See getdents64(2).
func (t *Tree) list(path string) ([]entry, error) {
	fd, err := openat(t.fd, t.relative(path), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	var entries []entry
	for {
		n, err := unix.Getdents(fd, t.buf)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		entries = appendDirectories(entries, t.buf[:n])
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

// The layout of struct linux_dirent64.
const (
	direntLength = 16
	direntType   = 18
	direntName   = 19
)

// appendDirectories appends the directories in a block of directory entries. Those of a filesystem that does not tell
// the type are taken along, to be looked at.
func appendDirectories(entries []entry, block []byte) []entry {
	for len(block) > direntName {
		length := int(binary.NativeEndian.Uint16(block[direntLength:]))
		if length <= direntName || length > len(block) {
			break
		}
		name, _, _ := bytes.Cut(block[direntName:length], []byte{0})
		kind := block[direntType]
		if (kind == unix.DT_DIR || kind == unix.DT_UNKNOWN) && string(name) != "." && string(name) != ".." {
			entries = append(entries, entry{string(name), binary.NativeEndian.Uint64(block)})
		}
		block = block[length:]
	}
	return entries
}
