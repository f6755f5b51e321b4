package probe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
	"bulkhead/probe/visit"
)

// Looker looks into namespaces. Where nobody visits them for it, it knows what /proc tells from outside.
type Looker struct {
	roots Roots
	visit visit.Func
}

// NewLooker returns a Looker for a host. The function may be nil; it is called for the running kernel's own files alone.
func NewLooker(roots Roots, by visit.Func) Looker {
	if _, live := procDevice(roots.Proc); !live {
		by = nil
	}
	return Looker{roots, by}
}

// Look returns what a task or the leader of a world sees, or what is inside a namespace. It may be called beside a scan.
func (l Looker) Look(now *Snapshot, target Target) Sight {
	sight := Sight{Target: target}
	switch target.Kind {
	case TargetNamespace:
		sight.Own = l.into(now, target.Namespace.NamespaceRef)
		return sight
	case TargetGroup:
		return sight
	case TargetTask, TargetWorld:
	}
	if key, ok := now.About(target); ok {
		sight.Own = l.through(now, key)
	}
	if host, ok := now.Task(now.Host.Reference.PID); ok {
		sight.Host = l.through(now, host.TaskKey)
	}
	return sight
}

// look is one look into namespaces.
type look struct {
	Looker
	now   *Snapshot
	task  *Task  // Who is inside; nil where no process is.
	dir   string // Its directory in /proc; empty where no process is.
	doors []visit.Door
	only  []NamespaceType
	sees  Sees
	// causes are what the refusals were, which say of what was not asked why it is not known.
	causes [len(NamespaceTypes)]error
}

// through looks at all that a task sees.
func (l Looker) through(now *Snapshot, key TaskKey) Sees {
	task, ok := now.Find(key)
	if !ok {
		return Sees{}
	}
	k := look{Looker: l, now: now, task: task, dir: l.taskDir(key), only: NamespaceTypes[:]}
	k.sees.Task = key
	defer k.close()
	for _, t := range [...]NamespaceType{User, Net, UTS, IPC, Cgroup} {
		inode, known := task.Namespaces.Inodes[t].Get()
		if !known {
			k.refuse(t, fmt.Errorf("its %s namespace is %s", t, words(task.Namespaces.Inodes[t].State())))
			continue
		}
		k.knock(t, inode)
	}
	k.read()
	return k.sees
}

// knock opens the namespace of a type, unless it is the reader's own.
func (k *look) knock(t NamespaceType, inode uint64) {
	if k.atHome(t) {
		return
	}
	err := errOtherHost
	if k.visit != nil {
		err = k.open(k.dir+"/ns/"+t.String(), NamespaceRef{t, inode})
	}
	if err != nil {
		k.refuse(t, err)
	}
}

// errOtherHost is the refusal where the namespaces are not this kernel's.
var errOtherHost = errors.New("it is told only inside, and this is not the running kernel's /proc")

// atHome reports whether the reader is in the task's namespace of a type.
func (k *look) atHome(t NamespaceType) bool {
	self, ok := k.now.Task(k.now.Host.Self)
	if !ok || k.task == nil {
		return false
	}
	inode := k.task.Namespaces.Inodes[t]
	return inode.State() == reading.Present && inode == self.Namespaces.Inodes[t]
}

// words says why a namespace is not known.
func words(why reading.State) string {
	if why == reading.Denied {
		return "not permitted to be read"
	}
	return "not there"
}

func (l Looker) taskDir(key TaskKey) string {
	dir := filepath.Join(l.roots.Proc, strconv.Itoa(int(key.PID)))
	if key.TID != key.PID {
		dir = filepath.Join(dir, "task", strconv.Itoa(int(key.TID)))
	}
	return dir
}

// errNoWay is the refusal where a namespace is known, but nothing that it could be opened by.
var errNoWay = errors.New("nothing in sight leads into it")

// into looks at what is inside one namespace.
func (l Looker) into(now *Snapshot, ref NamespaceRef) Sees {
	k := look{Looker: l, now: now, only: []NamespaceType{ref.Type}}
	defer k.close()
	failed := errNoWay
	for _, p := range l.places(now, ref) {
		if failed = k.enter(p, ref); failed == nil {
			break
		}
	}
	if failed != nil {
		k.refuse(ref.Type, failed)
	}
	k.read()
	return k.sees
}

// place is where a namespace can be opened.
type place struct {
	path string
	task *Task  // Who is in it; nil for what else keeps it alive.
	dir  string // In /proc, of a process or thread in it; empty where there is none.
}

// mostPlaces bounds how many members are tried: they may vanish meanwhile, or be of users who deny it.
const mostPlaces = 8

// places returns where a namespace can be opened: by its members, the leader first, and by what else keeps it alive.
func (l Looker) places(now *Snapshot, ref NamespaceRef) []place {
	var all []place
	name := ref.Type.String()
	add := func(t *Task) {
		dir := l.taskDir(t.TaskKey)
		all = append(all, place{filepath.Join(dir, "ns", name), t, dir})
	}
	n, ok := now.Namespace(ref)
	if ok {
		if leader, found := now.Task(n.Leader); found {
			add(leader)
		}
	}
	for _, t := range now.Members(ref) {
		if len(all) < mostPlaces && !t.Zombie() && (!ok || t.PID != n.Leader) {
			add(t)
		}
	}
	if !ok {
		return all
	}
	for i := range n.KeptBy {
		k := &n.KeptBy[i]
		path, found := k.File(l.roots.Proc, ref.Type)
		switch {
		case found && k.Kind == KeptByThread:
			all = append(all, place{path: path, dir: l.taskDir(k.Task)})
		case found:
			all = append(all, place{path: path})
		}
	}
	return all
}

// enter opens a namespace in one place, and the user namespace that owns it: the rights to go there may come from that.
func (k *look) enter(p place, ref NamespaceRef) error {
	k.task, k.dir, k.sees.Task = p.task, p.dir, TaskKey{}
	if p.task != nil {
		k.sees.Task = p.task.TaskKey
	}
	if k.atHome(ref.Type) {
		return nil
	}
	if k.visit == nil {
		return errOtherHost
	}
	if err := k.open(p.path, ref); err != nil {
		return err
	}
	if owner, err := unix.IoctlRetInt(int(k.doors[0].File.Fd()), unix.NS_GET_USERNS); err == nil && ref.Type != User {
		k.doors = append(k.doors, visit.Door{Type: User, File: os.NewFile(uintptr(owner), "owner")})
	}
	return nil
}

// open opens a namespace, and checks that it is the one that was seen. While it is open its number is its own.
func (k *look) open(path string, ref NamespaceRef) error {
	file, err := openNamespace(path)
	if err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Ino != ref.Inode {
		_ = file.Close() // It was only looked at.
		return fmt.Errorf("%s is no longer %s", path, ref)
	}
	k.doors = append(k.doors, visit.Door{Type: ref.Type, File: file})
	return nil
}

// openNamespace opens a file that is a namespace.
func openNamespace(path string) (*os.File, error) {
	ns, err := nsfs.Open(unix.AT_FDCWD, path)
	if err != nil {
		return nil, err
	}
	return ns.Detach(path), nil
}

func (k *look) close() {
	for _, d := range k.doors {
		_ = d.File.Close() // It was only looked at.
	}
}

// refuse notes why something cannot be asked inside.
func (k *look) refuse(t NamespaceType, err error) {
	if k.sees.Refusals[t] == "" && err != nil {
		k.causes[t] = err
		k.sees.Refusals[t] = strings.ReplaceAll(err.Error(), k.roots.Proc+"/", Live.Proc+"/")
	}
}

// wants reports whether namespaces of a type are looked into.
func (k *look) wants(t NamespaceType) bool { return slices.Contains(k.only, t) }
