package events

import (
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/ui/filter"
)

// subject is an event as a filter sees it.
type subject struct{ *probe.Event }

// namespaceFields are the fields that ask for a namespace, by its type.
var namespaceFields = [...]filter.Field{
	probe.User: filter.UserNamespace, probe.Mnt: filter.MountNamespace, probe.PID: filter.PIDNamespace,
	probe.Net: filter.NetworkNamespace, probe.UTS: filter.UTSNamespace, probe.IPC: filter.IPCNamespace,
	probe.Cgroup: filter.CgroupNamespace, probe.Time: filter.TimeNamespace,
}

// AppendField implements filter.Subject. Both where a process came from and where it went count.
func (s subject) AppendField(dst []byte, f filter.Field) []byte {
	about := looks[s.Kind].what
	inNamespace := about == ofNamespaces || s.Kind == probe.TaskEntered
	switch f {
	case filter.Any:
		return appendText(appendText(dst, looks[s.Kind].word), s.Text())
	case filter.PID, filter.TID:
		if s.Task.PID != 0 {
			dst = append(strconv.AppendInt(dst, int64(s.Task.PID), 10), 0)
		}
	case filter.Comm:
		dst = appendText(dst, s.Comm)
	case filter.Group:
		if !inNamespace {
			dst = appendText(dst, s.Group.Hierarchy+":"+s.Group.Path)
			dst = appendText(dst, s.From)
		}
	case filter.NamespaceType:
		if inNamespace {
			dst = appendText(dst, s.Namespace.Type.String())
		}
	case filter.Namespace, namespaceFields[s.Namespace.Type]:
		if inNamespace {
			dst = append(strconv.AppendUint(dst, s.Namespace.Inode, 10), 0)
			dst = appendText(dst, inodeOf(s.From))
		}
	default: // Whose it was and what it did besides is not told by an event.
	}
	return dst
}

// inodeOf takes the number out of net:[4026531840].
func inodeOf(namespace string) string {
	_, number, _ := strings.Cut(namespace, "[")
	return strings.TrimSuffix(number, "]")
}

func appendText(dst []byte, text string) []byte { return append(append(dst, text...), 0) }
