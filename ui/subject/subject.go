// Package subject makes the things of a snapshot known to filters: what a task, namespace, group or world has for each
// field. The screens and the printed lists filter alike through it.
package subject

import (
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
)

// namespaceFields are the fields that ask for a namespace, by type.
var namespaceFields = map[filter.Field]probe.NamespaceType{
	filter.UserNamespace: probe.User, filter.MountNamespace: probe.Mnt, filter.PIDNamespace: probe.PID,
	filter.NetworkNamespace: probe.Net, filter.UTSNamespace: probe.UTS, filter.IPCNamespace: probe.IPC,
	filter.CgroupNamespace: probe.Cgroup, filter.TimeNamespace: probe.Time,
}

// appendText appends a value and what separates it from the next one.
func appendText(dst []byte, text string) []byte { return append(append(dst, text...), 0) }

func appendNumber[N int32 | uint32 | uint64](dst []byte, n N) []byte {
	return append(strconv.AppendInt(dst, int64(n), 10), 0) //nolint:gosec // Inode numbers of namespaces have 32 bits.
}

func appendInode(dst []byte, inode probe.Reading[uint64]) []byte {
	if number, ok := inode.Get(); ok {
		return appendNumber(dst, number)
	}
	return dst
}

// appendInodes appends the inode numbers of namespaces that a field asks for.
func appendInodes(dst []byte, inodes *[8]probe.Reading[uint64], f filter.Field) []byte {
	if f == filter.Namespace {
		for _, inode := range inodes {
			dst = appendInode(dst, inode)
		}
		return dst
	}
	if kind, ok := namespaceFields[f]; ok {
		return appendInode(dst, inodes[kind])
	}
	return dst
}

// Task is a process or thread as the subject of a filter.
type Task struct{ *probe.Task }

// AppendField implements filter.Subject.
func (t Task) AppendField(dst []byte, f filter.Field) []byte {
	if t.Access != reading.Present && (f == filter.PPID || f == filter.CPU || f == filter.State) {
		return dst // They are not known, and no number stands for that.
	}
	switch f {
	case filter.Any:
		dst = appendText(appendNumber(dst, t.TID), t.Comm)
		return appendText(appendText(dst, t.Cmdline.Or("")), t.User)
	case filter.PID:
		return appendNumber(dst, t.PID)
	case filter.TID:
		return appendNumber(dst, t.TID)
	case filter.PPID:
		return appendNumber(dst, t.PPID)
	case filter.CPU:
		return appendNumber(dst, t.PSR)
	case filter.State:
		return append(dst, t.State, 0)
	case filter.UID:
		if uid, ok := t.UID.Get(); ok {
			dst = appendNumber(dst, uid)
		}
		return dst
	case filter.User:
		return appendText(dst, t.User)
	case filter.Comm:
		return appendText(dst, t.Comm)
	case filter.Command:
		return appendText(dst, t.Cmdline.Or(""))
	case filter.Group:
		return appendGroups(dst, t.Cgroups.Memberships)
	default:
		return appendInodes(dst, &t.Namespaces.Inodes, f)
	}
}

func appendGroups(dst []byte, memberships []proc.Membership) []byte {
	for i := range memberships {
		dst = appendText(dst, memberships[i].Path)
	}
	return dst
}

// World is a world as the subject of a filter. The fields of a task are those of its leader, which may be nil.
type World struct {
	*probe.World
	LeaderTask *probe.Task
}

// AppendField implements filter.Subject.
func (w World) AppendField(dst []byte, f filter.Field) []byte {
	if inodes := [8]probe.Reading[uint64](w.Key); f == filter.Namespace || namespaceFields[f] != 0 || f == filter.UserNamespace {
		return appendInodes(dst, &inodes, f)
	}
	if f == filter.Any {
		dst = appendText(dst, w.Name)
	}
	if w.LeaderTask == nil {
		return dst
	}
	return Task{w.LeaderTask}.AppendField(dst, f)
}

// AppendNamespace appends what a filter without a field finds a namespace by: how the kernel writes it, its name, and what
// keeps it alive beside processes.
func AppendNamespace(dst []byte, n *probe.Namespace) []byte {
	dst = appendText(append(n.Append(dst), 0), n.Name)
	for i := range n.KeptBy {
		dst = appendText(dst, n.KeptBy[i].Text())
	}
	return dst
}
