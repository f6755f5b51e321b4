package detail

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

// delegation adds whom the group was given to, if it was.
func (p *Page) delegation(g *probe.Group, h *probe.Hierarchy, view GroupView) {
	d := &view.Detail.Delegation
	uid, ok := d.UID.Get()
	if view.Detail.GroupKey != g.GroupKey || view.Detail.Inode != g.Inode || !ok {
		return
	}
	mark := ""
	if d.Marked.Or(false) {
		mark = ", marked by systemd (Delegate=)"
	}
	user := fmt.Sprintf("%s (uid %d)", d.User, uid)
	if d.User == fmt.Sprint(uid) {
		user = "uid " + d.User
	}
	switch {
	case uid == 0 && mark != "":
		p.add("delegated", "to what runs in it, as root"+mark+": systemd leaves the groups below alone", Own)
	case uid == 0:
	case d.Whole(h.Version):
		p.add("delegated", "to "+user+mark+": may make groups below, and move processes between them", Own)
	default:
		lacks := slices.DeleteFunc(probe.Delegated(h.Version), func(file string) bool { return slices.Contains(d.Files, file) })
		p.add("delegated", "in part to "+user+mark+": owns the directory, but not "+strings.Join(lacks, ", "), Own)
	}
}
