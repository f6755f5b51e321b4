package probe

import (
	"io/fs"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// Delegation is whom a group was given to; see "Delegation" in the kernel's cgroup-v2 document. Who owns the directory may make
// groups in it, and who owns cgroup.procs as well may move processes between them.
type Delegation struct {
	// UID owns the group's directory. It is absent where the directory is that of no group, as in a tree that was laid out.
	UID  Reading[uint32]
	User string // Its name, or its number where it has none; empty where the owner is not known.
	// Files are those of Delegated that the same user owns.
	Files []string
	// Marked tells that the group was marked as given away, by user.delegate or trusted.delegate of xattr(7), as systemd does for a
	// unit with Delegate=; since Linux 5.7 anyone may read the former.
	Marked Reading[bool]
}

// Delegated returns the files that are given away with a group of a version, beside its directory.
func Delegated(version int) []string {
	if version == 2 {
		return []string{"cgroup.procs", "cgroup.threads", "cgroup.subtree_control"}
	}
	return []string{"cgroup.procs", "tasks"}
}

// Whole reports whether all that is given away with a group belongs to the user.
func (d *Delegation) Whole(version int) bool { return len(d.Files) == len(Delegated(version)) }

// delegation tells whom a group belongs to, by its directory and its files.
func (r Roots) delegation(h *Hierarchy, dir string, st *unix.Stat_t, files []Knob) (d Delegation) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil || fs.Type != unix.CGROUP_SUPER_MAGIC && fs.Type != unix.CGROUP2_SUPER_MAGIC {
		return d
	}
	d.UID, d.User = reading.Of(st.Uid), new(users).name(reading.Of(st.Uid))
	for _, name := range Delegated(h.Version) {
		at := slices.IndexFunc(files, func(k Knob) bool { return k.Name == name })
		if at >= 0 && files[at].uid == st.Uid {
			d.Files = append(d.Files, name)
		}
	}
	d.Marked = marked(dir, "user.delegate")
	if !d.Marked.Or(false) {
		if trusted := marked(dir, "trusted.delegate"); trusted.Known() {
			d.Marked = trusted
		}
	}
	return d
}

// marked reads an extended attribute that says yes or no. Without one there is no mark, and no answer either.
func marked(dir, name string) Reading[bool] {
	value := make([]byte, 16)
	n, err := unix.Getxattr(dir, name, value)
	if err != nil {
		return reading.None[bool](reading.Why(err))
	}
	return reading.Of(string(value[:n]) == "1")
}

// ownerOf returns who a file belongs to.
func ownerOf(info fs.FileInfo) uint32 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Uid
	}
	return 0
}
