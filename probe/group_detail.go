package probe

import (
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe/cgroup"
)

// GroupDetail is what is known of one group beyond what a scan reads of every group.
type GroupDetail struct {
	GroupKey
	// Inode is that of the directory whose files were read. Where it is not that of the Group, another has its name by now.
	Inode   uint64
	Files   []Knob         // Every control file, by name.
	Account cgroup.Account // What their texts mean, each read once.

	Delegation Delegation // Whom it was given to.
}

// GroupDetail reads all files of a group. It may be called while a scan runs. The error says why its directory could not be
// listed, as of a group that is mounted nowhere in sight; each file that could not be read says so itself.
func (r Roots) GroupDetail(h *Hierarchy, g *Group) (GroupDetail, error) {
	d := GroupDetail{GroupKey: g.GroupKey}
	if g.Dir == "" {
		return d, fmt.Errorf("read group %s: its hierarchy is mounted nowhere in sight: %w", g.GroupKey, unix.ENOENT)
	}
	var st unix.Stat_t
	if err := unix.Stat(r.Locate(g.Dir), &st); err != nil {
		return d, fmt.Errorf("read group %s: %w", g.GroupKey, err)
	}
	d.Inode = st.Ino
	files, err := r.Knobs(g.Dir)
	if err != nil {
		return d, fmt.Errorf("read group %s: %w", g.GroupKey, err)
	}
	d.Files = files
	d.Account = r.texts(h, files).Account()
	d.Delegation = r.delegation(h, r.Locate(g.Dir), &st, files)
	if h.Version == 2 {
		d.Account.Programs = cgroup.Programs(r.Locate(g.Dir))
	}
	return d, nil
}

// texts returns the files of a group for its account.
func (r Roots) texts(h *Hierarchy, files []Knob) cgroup.Texts {
	t := cgroup.Texts{
		Files: make(map[string]Reading[string], len(files)), Noprefix: slices.Contains(h.Options, "noprefix"), Device: r.BlockDevice,
	}
	if h.Version == 1 {
		host := Host{Kernel: firstLine(filepath.Join(r.Proc, "sys/kernel/osrelease"))}
		t.LimitedIOOnly = host.CountsLimitedIOOnly()
	}
	for i := range files {
		t.Files[files[i].Name] = files[i].Text
	}
	return t
}
