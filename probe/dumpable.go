package probe

import (
	"slices"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// owner is whom the files in /proc/PID belong to.
type owner struct{ uid, gid uint32 }

// dumpable concludes whether a process is dumpable from the owner of its files, since no file says it. The answer is absent
// where that is the same either way, for the root of a user namespace, and for a zombie, which has no memory to be dumped.
func dumpable(status *proc.Status, of owner, uids, gids []proc.IDMap) Reading[bool] {
	switch {
	case status.Umask.State() != reading.Present: // A zombie, or a kernel before 4.7.
		return Reading[bool]{}
	case of != owner{status.UID.Effective, status.GID.Effective}:
		return reading.Of(false)
	case rootOf(uids, of.uid) && rootOf(gids, of.gid):
		return Reading[bool]{}
	}
	return reading.Of(true)
}

// rootOf reports whether an id may be what a user namespace with this map calls 0.
func rootOf(maps []proc.IDMap, id uint32) bool {
	return id == 0 || slices.ContainsFunc(maps, func(m proc.IDMap) bool { return m.Inside == 0 && m.Outside == id })
}
