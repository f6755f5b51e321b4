package filter

// Field is a property of rows that a filter can ask for. What a field holds is always the same, whatever the user
// wrote: "pid:20553" asks for PID and "pid:4026531836" for PIDNamespace.
type Field uint8

// The fields. Those of numbers and single letters must be matched as a whole, the others in part.
const (
	Any Field = iota // All text of the row.

	UserNamespace    // The inode numbers of the namespaces that the row is a member of, in decimal.
	MountNamespace   //
	PIDNamespace     //
	NetworkNamespace //
	UTSNamespace     //
	IPCNamespace     //
	CgroupNamespace  //
	TimeNamespace    //
	Namespace        // The inode numbers of all of them, and of the row itself if it is one.
	NamespaceType    // The kernel's name of the type of the row or of its namespaces: "net", "mnt", …

	PID   // The process, by the number the viewer sees.
	TID   // The thread.
	PPID  // The parent process.
	UID   // The user, by number: the effective one.
	User  // The user, by name; the number where the name is not known.
	CPU   // The CPU it last ran on (psr).
	State // The state, a letter as in /proc/PID/stat.

	Comm    // The name of the task, from /proc/PID/comm.
	Command // The command line, with spaces.
	Group   // The paths of its control groups, in all hierarchies.
)

// fields are the names of the fields in the order in which they are listed. A name can stand for two fields: a value
// that is an inode number asks for the namespace.
var fields = []struct {
	name             string
	plain, namespace Field // Any where there is none.
}{
	{"comm", Comm, Any},
	{"cmd", Command, Any},
	{"pid", PID, PIDNamespace},
	{"tid", TID, Any},
	{"ppid", PPID, Any},
	{"user", User, UserNamespace},
	{"uid", UID, Any},
	{"state", State, Any},
	{"cpu", CPU, Any},
	{"cg", Group, Any},
	{"ns", Any, Namespace},
	{"type", NamespaceType, Any},
	{"net", Any, NetworkNamespace},
	{"mnt", Any, MountNamespace},
	{"uts", Any, UTSNamespace},
	{"ipc", Any, IPCNamespace},
	{"cgroup", Group, CgroupNamespace},
	{"time", Any, TimeNamespace},
}

// types are the kernel's names of the namespace types, as in /proc/PID/ns.
var types = []string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}

// exact reports whether a value must be the same as a whole.
func (f Field) exact() bool {
	switch f {
	case Any, User, Comm, Command, Group:
		return false
	default:
		return true
	}
}

// number reports whether the values are numbers.
func (f Field) number() bool {
	switch f {
	case NamespaceType, State:
		return false
	default:
		return f.exact()
	}
}
