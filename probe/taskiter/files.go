package taskiter

// File is an open descriptor that may keep a namespace alive, or stands for a task whose descriptors were looked at. It has the
// layout of struct file_record in bpf/files.c.
type File struct {
	PID  int32 // Of the thread that the descriptor was looked at through.
	TGID int32 // Of its process.
	FD   int32
	Kind FileKind
}

// FileKind is what a descriptor is of.
type FileKind uint32

// The kinds of files.
const (
	// FileOther stands for all descriptors of a task that are of no interest: it has been looked at.
	FileOther FileKind = iota
	// FileNamespace is a file that is a namespace: one of /proc/PID/ns, or one that such a file was mounted on; see namespaces(7).
	FileNamespace
	// FileSocket is a socket in another network namespace than the task.
	FileSocket
)
