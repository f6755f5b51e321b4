package recording

import (
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// hierarchy is a probe.Hierarchy.
type hierarchy struct {
	ID          *int     `json:"id,omitempty"`
	Label       string   `json:"label"`
	Version     int      `json:"version"`
	Controllers []string `json:"controllers"`
	MountPoint  Text     `json:"mount_point,omitempty"`
	Root        Text     `json:"root,omitempty"`
	Namespace   Text     `json:"namespace_root,omitempty"` // Below the mount point.
	Partial     bool     `json:"partial,omitempty"`        // Groups above the root are out of sight.
	ReadOnly    bool     `json:"read_only"`
	Options     []string `json:"options,omitempty"`
}

func fromHierarchy(h *probe.Hierarchy) hierarchy {
	j := hierarchy{
		Label: h.Label, Version: h.Version, Controllers: h.Controllers, MountPoint: Text(h.MountPoint), Root: Text(h.Root),
		Namespace: Text(h.Namespace), Partial: h.Partial, ReadOnly: h.ReadOnly, Options: h.Options,
	}
	if h.ID >= 0 {
		j.ID = &h.ID
	}
	if j.Controllers == nil {
		j.Controllers = []string{}
	}
	return j
}

func (j *hierarchy) hierarchy() probe.Hierarchy {
	h := probe.Hierarchy{
		ID: -1, Label: j.Label, Version: j.Version, Controllers: j.Controllers, MountPoint: string(j.MountPoint),
		Root: string(j.Root), Namespace: string(j.Namespace), Partial: j.Partial || beginsBelow(string(j.Root)), ReadOnly: j.ReadOnly, Options: j.Options,
	}
	if j.ID != nil {
		h.ID = *j.ID
	}
	return h
}

// beginsBelow reports whether a mount of such a root shows no topmost group, which older recordings do not tell.
func beginsBelow(root string) bool {
	return root != "" && root != "/" && !strings.HasPrefix(root, "/..")
}

// group is a probe.Group. Its unknown "groups_below" is why those could not be listed.
type group struct {
	Hierarchy      string   `json:"hierarchy"`
	Path           Text     `json:"path"`
	Parent         *Text    `json:"parent,omitempty"`
	Depth          int      `json:"depth"`
	Inode          uint64   `json:"inode,omitempty"`
	Dir            Text     `json:"dir,omitempty"`
	Processes      int      `json:"processes"`
	ProcessesBelow int      `json:"processes_below"`
	ThreadsOf      *[]int32 `json:"threads_of,omitempty"` // Processes elsewhere that have threads in the group.
	Unseen         bool     `json:"processes_unseen,omitempty"`
	CPUsUsed       *float64 `json:"cpus_used,omitempty"`
	Rates
	Values
	Account *account `json:"account,omitempty"` // With Files: of the one group that was read closely; Read passes over them.
	Files   []file   `json:"files,omitempty"`
	Unknown unknown  `json:"unknown,omitempty"`

	Delegation *delegation `json:"delegation,omitempty"` // Whom it was given to; with Files too.
}

// delegation is a probe.Delegation.
type delegation struct {
	UID     uint32   `json:"uid"` // Of the directory.
	User    string   `json:"user"`
	Files   []string `json:"files"` // Those of cgroup.procs, cgroup.threads and cgroup.subtree_control that are this user's.
	Marked  *bool    `json:"marked,omitempty"`
	Unknown unknown  `json:"unknown,omitempty"`
}

func fromDelegation(d *probe.Delegation) *delegation {
	uid, ok := d.UID.Get()
	if !ok {
		return nil
	}
	j := &delegation{UID: uid, User: d.User, Files: append([]string{}, d.Files...)}
	j.Marked = put(&j.Unknown, "marked", d.Marked)
	return j
}

const groupsBelow = "groups_below"

func fromGroup(g *probe.Group, all []probe.Group) group {
	j := group{
		Hierarchy: g.Hierarchy, Path: Text(g.Path), Depth: g.Depth, Inode: g.Inode, Dir: Text(g.Dir),
		Processes: g.Processes, ProcessesBelow: g.Below, Unseen: g.Unseen,
	}
	if g.Parent >= 0 && g.Parent < len(all) {
		parent := Text(all[g.Parent].Path)
		j.Parent = &parent
	}
	if g.Access != reading.Present {
		j.Unknown.note(groupsBelow, g.Access)
	}
	j.ThreadsOf = put(&j.Unknown, "threads_of", g.Loose)
	j.CPUsUsed = put(&j.Unknown, "cpus_used", g.CPU)
	j.Rates = fromRates(&j.Unknown, &g.Rates)
	j.Values = fromValues(&j.Unknown, g.Values)
	return j
}

// with adds what is known of the group in detail.
func (j group) with(d *probe.GroupDetail) group {
	if d != nil && d.Hierarchy == j.Hierarchy && d.Path == string(j.Path) && d.Inode == j.Inode {
		j.Account, j.Files, j.Delegation = &account{&d.Account}, fromFiles(d.Files), fromDelegation(&d.Delegation)
	}
	return j
}

// group returns the group; index are the groups before it.
func (j *group) group(index map[probe.GroupKey]int) (probe.Group, error) {
	g := probe.Group{
		GroupKey: probe.GroupKey{Hierarchy: j.Hierarchy, Path: string(j.Path)},
		Inode:    j.Inode, Parent: -1, Depth: j.Depth, Dir: string(j.Dir),
		Processes: j.Processes, Below: j.ProcessesBelow, Loose: get(j.Unknown, "threads_of", j.ThreadsOf), Unseen: j.Unseen,
		CPU: get(j.Unknown, "cpus_used", j.CPUsUsed), Rates: j.rates(j.Unknown),
	}
	if j.Parent != nil {
		if parent, ok := index[probe.GroupKey{Hierarchy: j.Hierarchy, Path: string(*j.Parent)}]; ok {
			g.Parent = parent
		}
	}
	switch why := j.Unknown.why(groupsBelow); {
	case why != reading.Absent:
		g.Access = why
	case g.Dir != "":
		g.Access = reading.Present
	}
	var err error
	g.Values, err = j.values(j.Unknown)
	return g, err
}
