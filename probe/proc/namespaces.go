package proc

import (
	"bytes"
	"errors"
	"fmt"

	"bulkhead/probe/reading"
)

// NamespaceType is a type of namespace, or one of the two that only future children will be in. It is the index
// into Links.
type NamespaceType uint8

// The types of namespaces; see namespaces(7). All links but those of cgroup, since Linux 4.6, and time, since 5.6, are
// there since Linux 3.8, which turned the files in /proc/PID/ns into links.
const (
	User NamespaceType = iota
	Mnt
	PID
	Net
	UTS
	IPC
	Cgroup
	Time
	PIDForChildren  // The pid namespace of future children; since Linux 4.12. Absent after unshare(2), until the first child.
	TimeForChildren // The time namespace of future children; since Linux 5.6.
)

// namespaceNames are the names of the links in /proc/PID/ns.
var namespaceNames = [...]string{
	"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time", "pid_for_children", "time_for_children",
}

// String returns the name of the type's link in /proc/PID/ns.
func (t NamespaceType) String() string {
	if int(t) < len(namespaceNames) {
		return namespaceNames[t]
	}
	return "invalid"
}

// namespaceFiles are the links of all types, and kinds what each link names.
var (
	namespaceFiles = [...]string{
		"ns/user\x00", "ns/mnt\x00", "ns/pid\x00", "ns/net\x00", "ns/uts\x00", "ns/ipc\x00", "ns/cgroup\x00",
		"ns/time\x00", "ns/pid_for_children\x00", "ns/time_for_children\x00",
	}
	namespaceKinds = [...]string{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time", "pid", "time"}
)

// Links holds the inode numbers of a process's namespaces, by NamespaceType.
//
// A link is Absent where the kernel has no such namespace, and for a zombie, which keeps only user and pid (a process
// whose leading thread has ended looks the same). It is Denied without the right to trace the process
// (PTRACE_MODE_READ_FSCREDS in ptrace(2)); the links of pid 1 may be denied even to root. A kernel before 3.8 has
// files in place of links: Unsupported, as is a link that names no namespace of its type.
type Links [len(namespaceNames)]reading.Reading[uint64]

// Links reads the links /proc/PID/ns/user to time. The two for children are left Absent.
func (r *Reader) Links(into *Links) error { return r.links(into, allTypes[:PIDForChildren]) }

// AllLinks reads all links in /proc/PID/ns, the two for children as well.
func (r *Reader) AllLinks(into *Links) error { return r.links(into, allTypes[:]) }

// ThreadLinks reads those links in which one thread may differ from the others of its process. The user, pid and time
// namespace are left Absent: the kernel lets no process with several threads enter another one; see setns(2).
func (r *Reader) ThreadLinks(into *Links) error { return r.links(into, threadTypes[:]) }

var (
	allTypes    = [...]NamespaceType{User, Mnt, PID, Net, UTS, IPC, Cgroup, Time, PIDForChildren, TimeForChildren}
	threadTypes = [...]NamespaceType{Mnt, Net, UTS, IPC, Cgroup, PIDForChildren, TimeForChildren}
)

// links reads some of the links. It returns an error only if the process is gone.
func (r *Reader) links(into *Links, types []NamespaceType) error {
	var next Links
	failed, denied := false, false
	for _, t := range types {
		link := reading.None[uint64](reading.Denied)
		if !denied { // The kernel asks for the same right at each link.
			link = r.namespace(t)
		}
		denied = link.State() == reading.Denied
		failed = failed || !link.Known()
		next[t] = link
	}
	if failed && !r.alive() {
		return r.gone()
	}
	*into = next
	return nil
}

// namespace reads one link.
func (r *Reader) namespace(t NamespaceType) reading.Reading[uint64] {
	r.calls++
	text, err := readlinkat(r.dir.procfs, r.fd, namespaceFiles[t], r.buf)
	if err != nil {
		return reading.None[uint64](reading.Why(err))
	}
	kind, inode, ok := cutNamespace(text)
	if !ok || string(kind) != namespaceKinds[t] {
		return reading.None[uint64](reading.Unsupported)
	}
	return reading.Of(inode)
}

// errLink is returned for a text that names no namespace.
var errLink = errors.New("not of the form net:[4026531840]")

// ParseNamespaceLink reads a namespace as the kernel writes it, "net:[4026531840]": its kind and its inode number,
// which is never 0.
func ParseNamespaceLink(text string) (kind string, inode uint64, err error) {
	name, inode, ok := cutNamespace([]byte(text))
	if !ok {
		return "", 0, fmt.Errorf("namespace %q: %w", text, errLink)
	}
	return string(name), inode, nil
}

func cutNamespace(text []byte) (kind []byte, inode uint64, ok bool) {
	kind, rest, found := bytes.Cut(text, []byte(":["))
	number, closed := bytes.CutSuffix(rest, []byte("]"))
	inode, ok = parseNumber(number)
	return kind, inode, found && closed && ok && len(kind) > 0 && inode != 0
}
