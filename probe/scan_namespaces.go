package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// namespaceCache remembers what namespaces said of themselves. A namespace stays the same as long as a process that was
// in it at the scan before still is; else its inode number may have passed to another one, and it is asked again.
type namespaceCache map[NamespaceRef]nsfs.Info

// population is the members of one namespace.
type population struct {
	Namespace
	started   uint64 // When the leader was started.
	member    int32  // Some member whose links can be read.
	continued bool   // A member was already in it at the scan before.
}

// scanNamespaces groups the processes by namespace and asks the namespaces that are new about themselves.
func (s *Scanner) scanNamespaces(request Request, host Reference, found *gaps) []Namespace {
	people := s.populations()
	known := namespaceCache{}
	for ref, p := range people {
		if info, ok := s.namespaces[ref]; ok && p.continued {
			known[ref] = info
		}
	}
	if request.Facts&FactOwners != 0 {
		for ref, p := range people {
			s.ask(known, ref, p.member, found)
		}
	}
	s.namespaces = known
	return listNamespaces(people, known, host)
}

// populations counts the members of every namespace and finds its leader.
func (s *Scanner) populations() map[NamespaceRef]*population {
	people := map[NamespaceRef]*population{}
	for i := range s.tasks {
		t := &s.tasks[i]
		var above *NamespaceSet
		if parent, ok := findTask(s.tasks, t.PPID); ok {
			above = s.tasks[parent].Namespaces
		}
		for _, kind := range NamespaceTypes {
			inode, ok := t.Namespaces.Inodes[kind].Get()
			if !ok {
				continue
			}
			ref := NamespaceRef{kind, inode}
			p := people[ref]
			if p == nil {
				p = &population{Namespace: Namespace{NamespaceRef: ref}}
				people[ref] = p
			}
			topmost := above == nil || above.Inodes[kind] != t.Namespaces.Inodes[kind]
			p.add(t, topmost, !s.meta[i].born)
		}
	}
	return people
}

// add counts a member in.
func (p *population) add(t *Task, topmost, continued bool) {
	p.Processes++
	p.Threads += int(max(t.Threads, 1))
	p.continued = p.continued || continued
	if p.member == 0 && !t.Zombie() {
		p.member = t.PID
	}
	if topmost && (p.Leader == 0 || t.Start < p.started) {
		p.Leader, p.started = t.PID, t.Start
	}
}

// ask learns what a namespace says of itself, and its ancestors and owners in turn, which may have no process in them.
func (s *Scanner) ask(known namespaceCache, ref NamespaceRef, member int32, found *gaps) {
	if _, ok := known[ref]; ok {
		return
	}
	file, err := nsfs.Open(unix.AT_FDCWD, fmt.Sprintf("%s/%d/ns/%s", s.roots.Proc, member, ref.Type))
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			found.add("/proc/PID/ns/"+ref.Type.String(), fmt.Sprintf("/proc/%d/ns/%s", member, ref.Type), err)
		}
		return
	}
	defer file.Close()
	s.askFile(known, ref, file)
}

// askFile is ask for an open namespace.
func (s *Scanner) askFile(known namespaceCache, ref NamespaceRef, file nsfs.File) {
	info := file.Inspect(nsfs.Nested(ref.Type.String()))
	if info.Inode != ref.Inode {
		return // The member moved on, or its namespace died and the number is another's.
	}
	known[ref] = info
	s.askRelative(known, NamespaceRef{User, info.Owner.Or(0)}, file.Owner)
	s.askRelative(known, NamespaceRef{ref.Type, info.Parent.Or(0)}, file.Parent)
}

func (s *Scanner) askRelative(known namespaceCache, ref NamespaceRef, open func() (nsfs.File, error)) {
	if _, ok := known[ref]; ok || ref.Inode == 0 {
		return
	}
	file, err := open()
	if err != nil {
		return
	}
	defer file.Close()
	s.askFile(known, ref, file)
}

// listNamespaces joins members and answers to a list by type and inode.
func listNamespaces(people map[NamespaceRef]*population, known namespaceCache, host Reference) []Namespace {
	for ref := range known {
		if people[ref] == nil {
			people[ref] = &population{Namespace: Namespace{NamespaceRef: ref}}
		}
	}
	list := make([]Namespace, 0, len(people))
	for ref, p := range people {
		n := p.Namespace
		n.Host = host.Key[ref.Type] == reading.Of(ref.Inode)
		n.Initial = ref.Inode == initialInode(ref.Type) || (n.Host && host.Initial && host.Why == "kernel")
		if info, ok := known[ref]; ok {
			n.ID, n.Owner, n.OwnerUID, n.Parent = info.ID, info.Owner, info.OwnerUID, info.Parent
		}
		n.forgetAncestors()
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b Namespace) int { return compareRefs(a.NamespaceRef, b.NamespaceRef) })
	return list
}

// forgetAncestors makes absent what the kernel denies of a namespace that has none: an initial one's parent, and the owner
// of the initial user namespace.
func (n *Namespace) forgetAncestors() {
	if !n.Initial {
		return
	}
	n.Parent = Reading[uint64]{}
	if n.Type == User {
		n.Owner = Reading[uint64]{}
	}
}
