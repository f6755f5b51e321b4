package probe

import (
	"strconv"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// NamespaceType is one of the eight kinds of namespace, in the order in which the screens show them.
type NamespaceType = proc.NamespaceType

// The types of namespace; see namespaces(7).
const (
	User   = proc.User
	Mnt    = proc.Mnt
	PID    = proc.PID
	Net    = proc.Net
	UTS    = proc.UTS
	IPC    = proc.IPC
	Cgroup = proc.Cgroup
	Time   = proc.Time
)

// NamespaceTypes are all types in order.
var NamespaceTypes = [8]NamespaceType{User, Mnt, PID, Net, UTS, IPC, Cgroup, Time}

// NamespaceSet is the namespaces of one task, by inode number: what proc_pid_ns(5) links to.
type NamespaceSet struct {
	Inodes          [8]Reading[uint64] // By NamespaceType; absent on a kernel without the type, and for most of a zombie's.
	PIDForChildren  Reading[uint64]    // Where children are born (since Linux 4.12); absent between unshare(2) and the first child.
	TimeForChildren Reading[uint64]    // Where children are born (since Linux 5.6).
}

// NamespaceRef names a namespace among those alive at one time. The kernel reuses inode numbers at once, so that over
// time only a NamespaceKey identifies it.
type NamespaceRef struct {
	Type  NamespaceType
	Inode uint64
}

// String writes the reference as the kernel does: net:[4026531840].
func (r NamespaceRef) String() string { return string(r.Append(make([]byte, 0, 32))) }

// Append appends what String returns.
func (r NamespaceRef) Append(dst []byte) []byte {
	dst = append(append(dst, r.Type.String()...), ":["...)
	return append(strconv.AppendUint(dst, r.Inode, 10), ']')
}

// ParseNamespaceRef is the inverse of String.
func ParseNamespaceRef(text string) (NamespaceRef, bool) {
	kind, inode, err := proc.ParseNamespaceLink(text)
	if err != nil {
		return NamespaceRef{}, false
	}
	for _, t := range NamespaceTypes {
		if t.String() == kind {
			return NamespaceRef{t, inode}, true
		}
	}
	return NamespaceRef{}, false
}

// NamespaceKey identifies a namespace over time as well as it can be: by its 64-bit id, else by its inode number.
type NamespaceKey struct {
	NamespaceRef
	ID uint64 // Since Linux 6.18 (NS_GET_ID); 0 where the kernel has none.
}

// Namespace is one namespace and those in it.
type Namespace struct {
	NamespaceRef
	ID        Reading[uint64] // Never reused; NS_GET_ID, since Linux 6.18.
	Initial   bool            // The one the system booted with.
	Host      bool            // The one of the host's reference task; see Host.Reference.
	Processes int             // Processes whose leader thread is in it; 0 for one known only as parent or owner.
	Threads   int             // Threads of those processes.
	Leader    int32           // The topmost member by the process tree; 0 where there is no member.
	Owner     Reading[uint64] // Inode of the owning user namespace (NS_GET_USERNS, since Linux 4.9).
	OwnerUID  Reading[uint32] // Effective user id of the owner's maker (NS_GET_OWNER_UID, since Linux 4.11).
	Parent    Reading[uint64] // Inode of the parent, for user and pid (NS_GET_PARENT, since Linux 4.9).
	KeptBy    []Keeper        // What else keeps it alive, as far as it was looked for; see Findings.
	Name      string          // What it is called by the path it is mounted at, such as blue for /run/netns/blue; any bytes.
}

// Key returns what identifies the namespace over time.
func (n *Namespace) Key() NamespaceKey { return NamespaceKey{n.NamespaceRef, n.ID.Or(0)} }

// initialInode returns the inode number of the type's first namespace; see fixedInode.
func initialInode(t NamespaceType) uint64 {
	switch t {
	case User:
		return nsfs.InitialUser
	case PID:
		return nsfs.InitialPID
	case UTS:
		return nsfs.InitialUTS
	case IPC:
		return nsfs.InitialIPC
	case Cgroup:
		return nsfs.InitialCgroup
	case Time:
		return nsfs.InitialTime
	case Mnt:
		return nsfs.InitialMnt
	case Net:
		return nsfs.InitialNet
	case proc.PIDForChildren, proc.TimeForChildren:
	}
	return 0
}

// fixedInode reports whether the type's first namespace has its number on every kernel: those of mnt and net have another one
// on older kernels.
func fixedInode(t NamespaceType) bool { return t != Mnt && t != Net }

// setFromLinks makes a set of what the reader found.
func setFromLinks(links *proc.Links) NamespaceSet {
	var set NamespaceSet
	copy(set.Inodes[:], links[:len(set.Inodes)])
	set.PIDForChildren, set.TimeForChildren = links[proc.PIDForChildren], links[proc.TimeForChildren]
	return set
}

// deniedSet is the set of a task whose links may not be read.
func deniedSet(why reading.State) NamespaceSet {
	var set NamespaceSet
	for i := range set.Inodes {
		set.Inodes[i] = reading.None[uint64](why)
	}
	set.PIDForChildren, set.TimeForChildren = reading.None[uint64](why), reading.None[uint64](why)
	return set
}

// denied reports whether any of the links may not be read.
func (s *NamespaceSet) denied() bool {
	for i := range s.Inodes {
		if s.Inodes[i].State() == reading.Denied {
			return true
		}
	}
	return false
}
