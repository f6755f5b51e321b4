package actions

import (
	"fmt"
	"os"
	"slices"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// run starts a command in new namespaces and groups.
func (k Kernel) run(r Run, files Streams) (*spawn.Process, string, error) {
	born, moved := r.parted()
	into, err := r.spawned()
	if err != nil {
		return nil, "", err
	}
	held, err := k.openProcs(moved)
	defer func() { closeAll(held) }()
	if err != nil {
		return nil, "", err
	}
	into.Cgroups = held
	if born != nil {
		dir, err := k.open(*born)
		if err != nil {
			return nil, "", err
		}
		defer dir.Close() //nolint:errcheck // A directory; nothing is lost.
		if into.CgroupV2, err = dir.Open("."); err != nil {
			return nil, "", fmt.Errorf("open group: %w", gone(err))
		}
		defer into.CgroupV2.Close() //nolint:errcheck // A directory; nothing is lost.
	}
	start := func(command []string) (*spawn.Process, error) { return commandOf(command, files).Run(into) }
	var p *spawn.Process
	if len(r.Command) == 0 {
		p, err = anyShell(start)
	} else {
		p, err = start(r.Command)
	}
	return p, "", err
}

// parted parts the groups into the one of version 2, in which the command is born, and those that it moves into.
func (r Run) parted() (born *Group, moved []Group) {
	for i := range r.In {
		if r.In[i].Hierarchy == cgroup.LabelV2 {
			born = &r.In[i]
		} else {
			moved = append(moved, r.In[i])
		}
	}
	return born, moved
}

// spawned says to package spawn what is to be new.
func (r Run) spawned() (spawn.Run, error) {
	into := spawn.Run{
		Unshare: r.Unshare, MountProc: r.Proc, Hostname: r.Hostname, Loopback: r.Loopback, Monotonic: r.Monotonic, Boottime: r.Boottime,
		UIDMap: r.UIDMap, GIDMap: r.GIDMap,
	}
	for _, t := range r.New {
		into.Flags |= spawn.Flag(t)
	}
	if !slices.Contains(r.New, probe.User) {
		return into, nil
	}
	uid, gid := uint32(os.Geteuid()), uint32(os.Getegid())
	if r.MapRoot {
		into.UIDMap = append(into.UIDMap, spawn.IDMap{Outside: uid, Count: 1})
		into.GIDMap = append(into.GIDMap, spawn.IDMap{Outside: gid, Count: 1})
		into.DenySetgroups = uid != 0 && !r.MapAuto
		root := uint32(0)
		into.UID, into.GID = &root, &root
	}
	if r.MapAuto {
		next := uint32(0)
		if r.MapRoot {
			next = 1
		}
		uids, gids, err := subordinateIDs(next)
		if err != nil {
			return into, err
		}
		into.UIDMap, into.GIDMap = append(into.UIDMap, uids...), append(into.GIDMap, gids...)
		into.MapHelpers = uid != 0
	}
	return into, nil
}
