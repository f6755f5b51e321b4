package probe

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

// Keeper is one thing that keeps a namespace alive though no process need be in it.
type Keeper struct {
	Kind      KeeperKind
	Task      TaskKey      // Whose thread, children, descriptor or socket it is; for a mount, in whose mountinfo it stands. Zero where there is none.
	Comm      string       // The name of that task.
	FD        int32        // For descriptors and sockets: the number.
	Path      string       // For mounts: the mount point, as that task's root has it.
	Namespace NamespaceRef // For mounts the mount namespace they are in; for KeptByChild and KeptByOwned the namespace that keeps it.
}
