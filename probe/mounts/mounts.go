// Package mounts reads what is mounted where in a mount namespace, from the mountinfo of a process in it.
package mounts

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// Mount is one line of proc_pid_mountinfo(5), which is there since Linux 2.6.26. The texts may hold any byte.
type Mount struct {
	ID, Parent   int
	Device       string   // Major and minor number, such as 0:25.
	Root         string   // The part of the filesystem that is shown: "/", or a directory that was bind-mounted.
	Point        string   // Relative to the root of the process.
	Type         string   // Of the filesystem, such as overlay.
	Source       string   // Such as /dev/sda1; "none" or any word for filesystems of no device.
	Options      []string // Of the mount, such as nosuid.
	SuperOptions []string // Of the filesystem, wherever it is mounted.
	ReadOnly     bool     // By the mount or by the filesystem.
	Hidden       bool     // Something else is mounted on top of it, or over a directory above it.
	Propagation
}

// Propagation says how mounts below this one appear elsewhere; see "Shared subtrees" in mount_namespaces(7). The numbers are
// those of peer groups, 0 for none. A mount with none of them is private.
type Propagation struct {
	Shared     int  // With the mounts of the same group, in both directions.
	Master     int  // What is mounted in that group appears here, not the other way round.
	From       int  // The nearest such group below the root of the process: propagate_from.
	Unbindable bool // Private, and never copied by a bind mount.
}

// String writes the propagation as mountinfo does, "private" where that is silent.
func (p Propagation) String() string {
	var parts []string
	for _, part := range []struct {
		name  string
		group int
	}{{"shared", p.Shared}, {"master", p.Master}, {"propagate_from", p.From}} {
		if part.group != 0 {
			parts = append(parts, part.name+":"+strconv.Itoa(part.group))
		}
	}
	switch {
	case p.Unbindable:
		parts = append(parts, "unbindable")
	case len(parts) == 0:
		return "private"
	}
	return strings.Join(parts, " ")
}

// Read reads a whole mountinfo. A line that is not of the form, as no kernel writes it, is passed over.
func Read(text io.Reader) ([]Mount, error) {
	var all []Mount
	lines := bufio.NewReader(text)
	for {
		line, err := lines.ReadString('\n')
		infos, bad := mountinfo.GetMountsFromReader(strings.NewReader(line), nil)
		if bad == nil {
			for _, info := range infos {
				all = append(all, fromInfo(info))
			}
		}
		if errors.Is(err, io.EOF) {
			hide(all)
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read mountinfo: %w", err)
		}
	}
}

// place is where something is mounted: on which mount, and at which path.
type place struct {
	on    int
	point string
}

// hide marks the mounts that no path leads to: something is mounted on top of them, or later over a directory above them.
func hide(all []Mount) {
	taken := make(map[place]bool, len(all))
	index := make(map[int]int, len(all))
	for i := range all {
		index[all[i].ID] = i
		if m := &all[i]; m.Parent != m.ID {
			taken[place{m.Parent, m.Point}] = true
		}
	}
	shadowed := func(m *Mount) bool {
		for steps := 0; steps < len(all); steps++ { // Mounts that are each other's parents are a fault of the text.
			for slash := strings.LastIndexByte(m.Point, '/'); slash >= 0; slash = strings.LastIndexByte(m.Point[:slash], '/') {
				if above := cmp.Or(m.Point[:slash], "/"); above != m.Point && taken[place{m.Parent, above}] {
					return true
				}
			}
			parent, ok := index[m.Parent]
			if !ok || m.Parent == m.ID {
				return false
			}
			m = &all[parent]
		}
		return false
	}
	for i := range all {
		m := &all[i]
		m.Hidden = taken[place{m.ID, m.Point}] || shadowed(m)
	}
}

func fromInfo(info *mountinfo.Info) Mount {
	m := Mount{
		ID: info.ID, Parent: info.Parent, Device: fmt.Sprintf("%d:%d", info.Major, info.Minor),
		Root: info.Root, Point: info.Mountpoint, Type: info.FSType, Source: info.Source,
		Options: split(info.Options), SuperOptions: split(info.VFSOptions), Propagation: parsePropagation(info.Optional),
	}
	m.ReadOnly = slices.Contains(m.Options, "ro") || slices.Contains(m.SuperOptions, "ro")
	return m
}

func split(options string) []string {
	if options == "" {
		return nil
	}
	return strings.Split(options, ",")
}

// parsePropagation reads the optional fields. Those of a later kernel are passed over, as its document asks for.
func parsePropagation(fields string) (p Propagation) {
	for field := range strings.FieldsSeq(fields) {
		tag, group, _ := strings.Cut(field, ":")
		number, _ := strconv.Atoi(group) // 0 where there is none.
		switch tag {
		case "shared":
			p.Shared = number
		case "master":
			p.Master = number
		case "propagate_from":
			p.From = number
		case "unbindable":
			p.Unbindable = true
		}
	}
	return p
}
