package probe

import (
	"fmt"
	"slices"
)

// KeeperKind says how a namespace is kept alive.
type KeeperKind uint8

// What keeps a namespace alive beside the processes in it; see namespaces(7).
const (
	KeptByThread     KeeperKind = iota // A thread that is in another namespace than its process.
	KeptForChildren                    // A process whose children will be born in it: pid_for_children or time_for_children.
	KeptByDescriptor                   // An open file descriptor of the namespace.
	KeptByMount                        // A bind mount of it, such as /run/netns/blue.
	KeptBySocket                       // A socket that was made in the network namespace.
	KeptByChild                        // A user or pid namespace whose parent it is.
	KeptByOwned                        // A namespace that the user namespace owns.
)

var keeperNames = [...]string{"thread", "for_children", "descriptor", "mount", "socket", "child", "owned"}

// String returns the kind's name as it stands in the JSON output.
func (k KeeperKind) String() string { return keeperNames[k] }

// ParseKeeperKind is the inverse of String.
func ParseKeeperKind(name string) (KeeperKind, bool) {
	i := slices.Index(keeperNames[:], name)
	return KeeperKind(max(i, 0)), i >= 0 //nolint:gosec // An index of a short list.
}

// Keeper is one thing that keeps a namespace alive though no process need be in it.
type Keeper struct {
	Kind      KeeperKind
	Task      TaskKey      // Whose thread, children, descriptor or socket it is; for a mount, in whose mountinfo it stands. Zero where there is none.
	Comm      string       // The name of that task.
	FD        int32        // For descriptors and sockets: the number.
	Path      string       // For mounts: the mount point, as that task's root has it.
	Namespace NamespaceRef // For mounts the mount namespace they are in; for KeptByChild and KeptByOwned the namespace that keeps it.
}

// Text says in words what keeps the namespace.
func (k *Keeper) Text() string {
	switch k.Kind {
	case KeptByThread:
		return fmt.Sprintf("thread %d of %s", k.Task.TID, k.process())
	case KeptForChildren:
		return "for the children of " + k.process()
	case KeptByDescriptor:
		return fmt.Sprintf("descriptor %d of %s", k.FD, k.process())
	case KeptBySocket:
		return fmt.Sprintf("socket %d of %s", k.FD, k.process())
	case KeptByMount:
		return fmt.Sprintf("mount at %s in %s", k.Path, k.Namespace)
	case KeptByChild:
		return "its child " + k.Namespace.String()
	case KeptByOwned:
		return "it owns " + k.Namespace.String()
	}
	return ""
}

func (k *Keeper) process() string { return fmt.Sprintf("%d %s", k.Task.PID, k.Comm) }

// Held reports whether no process is in the namespace, but something that can be used to enter it keeps it: more than that
// it is the parent or the owner of another.
func (n *Namespace) Held() bool {
	return n.Processes == 0 && slices.ContainsFunc(n.KeptBy, func(k Keeper) bool { return k.Kind < KeptByChild })
}

// File returns the file below a /proc by which a namespace of a type can be opened that is kept so; a socket, and kin, have
// none. The mounts are seen through the process, or thread, in whose mountinfo they stand.
func (k *Keeper) File(proc string, of NamespaceType) (string, bool) {
	dir := fmt.Sprintf("%s/%d", proc, k.Task.PID)
	if k.Task.TID != k.Task.PID {
		dir = fmt.Sprintf("%s/task/%d", dir, k.Task.TID) // The process may be elsewhere.
	}
	switch k.Kind {
	case KeptByThread:
		return fmt.Sprintf("%s/ns/%s", dir, of), true
	case KeptForChildren:
		return fmt.Sprintf("%s/ns/%s_for_children", dir, of), true
	case KeptByDescriptor:
		return fmt.Sprintf("%s/fd/%d", dir, k.FD), true
	case KeptByMount:
		return dir + "/root" + k.Path, k.Task.PID != 0
	case KeptBySocket, KeptByChild, KeptByOwned:
	}
	return "", false
}
