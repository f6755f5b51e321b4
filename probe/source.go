package probe

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// Source is where the facts of tasks come from. The facts are the same, but for the CPU time, which /proc cuts to
// hundredths of a second.
type Source uint8

// The sources.
const (
	SourceAuto Source = iota // Where it loads and pays, the iterator, else /proc. No snapshot comes from it.
	SourceProc               // /proc: always there.
	SourceBPF                // The kernel's BPF task iterator, held against /proc, with what it lacks from there; see package taskiter.
)

var sourceNames = [...]string{"auto", "proc", "bpf"}

// String returns the source's name on the command line and in JSON.
func (s Source) String() string { return sourceNames[s] }

// ParseSource is the inverse of String.
func ParseSource(name string) (Source, bool) {
	i := slices.Index(sourceNames[:], name)
	return Source(max(i, 0)), i >= 0 //nolint:gosec // An index of a short list.
}

// mayIterate says why the task iterator must not be used for what is below the roots, or is not known to tell what /proc
// tells: it knows neither the numbers of an inner pid namespace nor what /proc keeps from the reader. It returns nil where
// both tell the same to this reader: in the initial namespaces, of the kernel's own /proc, with CAP_SYS_PTRACE, to which /proc
// denies no namespace and hides no process, and without a security module that confines the reader.
func (r Roots) mayIterate() error {
	if r.Proc != Live.Proc {
		return errOtherProc
	}
	dir, err := proc.Open(r.Proc)
	if err != nil {
		return err //nolint:wrapcheck // It names the directory.
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	if self, err := os.Readlink(r.Proc + "/self"); err != nil || self != strconv.Itoa(os.Getpid()) || !dir.Kernel() {
		return errProcOfOthers
	}
	reader := dir.NewReader()
	defer reader.Close()
	if err := reader.Open(int32(os.Getpid())); err != nil { //nolint:gosec // A pid fits.
		return err //nolint:wrapcheck // As above.
	}
	if err := inInitialNamespaces(reader); err != nil {
		return err
	}
	return unconfined(reader)
}

var (
	errOtherProc    = errors.New("another /proc is read: the task iterator is for the running kernel's own")
	errProcOfOthers = errors.New("this /proc is not that of the program's own pid namespace")
	errTrace        = errors.New("it needs CAP_SYS_PTRACE: without it /proc denies the namespaces of others' processes, which the task iterator would show")
)

// inInitialNamespaces says in which namespace the program is whose numbers are not the kernel's own.
func inInitialNamespaces(r *proc.Reader) error {
	var links proc.Links
	if err := r.Links(&links); err != nil {
		return err //nolint:wrapcheck // It names the process.
	}
	for kind, initial := range map[NamespaceType]uint64{PID: nsfs.InitialPID, User: nsfs.InitialUser, Time: nsfs.InitialTime} {
		// A kernel that was built without the type has but one of them.
		if link := links[kind]; link != reading.Of(initial) && link.State() != reading.Absent {
			return fmt.Errorf("the program is not in the initial %s namespace: what the task iterator tells is in the numbers of that one", kind)
		}
	}
	return nil
}

// unconfined says what keeps from the program what the iterator would tell it.
func unconfined(r *proc.Reader) error {
	status, err := r.Status()
	if err != nil {
		return err //nolint:wrapcheck // It names the file.
	}
	if !slices.Contains(proc.CapabilityNames(status.Effective.Or(0)), "cap_sys_ptrace") {
		return errTrace
	}
	// As proc_pid_attr_current(5) has it: empty, or an error, where no such module is in use.
	text, _ := os.ReadFile("/proc/self/attr/current")
	label := strings.TrimRight(string(text), "\x00\n")
	for _, free := range []string{"", "unconfined", "kernel", "_"} { // Of AppArmor, of SELinux without a policy, of Smack.
		if label == free {
			return nil
		}
	}
	if strings.Contains(label, ":unconfined_t:") { // Of SELinux.
		return nil
	}
	return fmt.Errorf("a security module confines the program (%s), and may deny it in /proc what the task iterator would show", label)
}

// TryIterator loads the task iterator and lets it go again. The error says why it is not a source of tasks here.
func (r Roots) TryIterator() error {
	iterator, err := r.iterate()
	if err != nil {
		return err
	}
	return iterator.Close() //nolint:wrapcheck // It says what was closed.
}

// iterate loads the task iterator if it may be used.
func (r Roots) iterate() (*taskiter.Iterator, error) {
	if err := r.mayIterate(); err != nil {
		return nil, err
	}
	return taskiter.Open() //nolint:wrapcheck // It says what was loaded.
}
