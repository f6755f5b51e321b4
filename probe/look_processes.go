package probe

import (
	"io/fs"
	"slices"
	"syscall"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// inodeOf returns the inode number of a file.
func inodeOf(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino
	}
	return 0
}

// mostNumbered is how many processes of a pid namespace are told with their numbers.
const mostNumbered = 50

// processes finds those of a pid namespace and of the ones below it, with their numbers in each.
func (k *look) processes() {
	ref, ok := k.pidNamespace()
	if !ok {
		return
	}
	below := k.now.below(ref)
	members := k.now.tasksWhere(func(set *NamespaceSet) bool {
		inode, known := set.Inodes[PID].Get()
		_, is := below[inode]
		return known && is
	})
	denied := k.now.tasksWhere(func(set *NamespaceSet) bool { return set.Inodes[PID].State() == reading.Denied })
	k.sees.Processes.Total, k.sees.Processes.Denied = len(members), len(denied)
	if top, known := k.now.Host.Reference.Key[PID].Get(); known && top == ref.Inode {
		k.sees.Processes.Total, k.sees.Processes.Denied = len(k.now.Tasks), 0 // All that /proc shows are in it or below.
	}
	dir, err := proc.Open(k.roots.Proc)
	if err != nil {
		return
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	r := dir.NewReader()
	defer r.Close()
	if k.sees.Processes.Denied > 0 {
		k.sees.Processes.Denied -= outermost(r, denied)
	}
	for _, t := range members[:min(len(members), mostNumbered)] {
		k.sees.Processes.First = append(k.sees.Processes.First, numbered(r, t, below[t.Namespaces.Inodes[PID].Or(0)]))
	}
	all := k.sees.Processes.First
	if n, ok := k.now.Namespace(ref); ok {
		if leader, found := k.now.Task(n.Leader); found { // After so many pids that they began anew, it may be none of the first.
			all = append(slices.Clone(all), numbered(r, leader, 0))
		}
	}
	if at := slices.IndexFunc(all, func(n Numbered) bool { return n.Inside == 1 }); at >= 0 {
		k.sees.Processes.Init = all[at].TaskKey
	}
}

// mostDenied is of how many processes that may not be read it is looked whether they are in a nested pid namespace at all.
const mostDenied = 500

// outermost counts the processes that have one number only: they are in the pid namespace of the reader's /proc itself, and in
// none below it. Their status is read by all, where their namespaces are not.
func outermost(r *proc.Reader, tasks []*Task) (count int) {
	for _, t := range tasks[:min(len(tasks), mostDenied)] {
		if r.Open(t.PID) != nil {
			continue
		}
		if status, err := r.Status(); err == nil && len(status.NSpid.Or(nil)) == 1 {
			count++
		}
	}
	return count
}

// numbered reads the numbers of a process, which lies so many namespaces below the one in question.
func numbered(r *proc.Reader, t *Task, levels int) Numbered {
	n := Numbered{TaskKey: t.TaskKey, Comm: t.Comm}
	if err := r.Open(t.PID); err != nil {
		return n
	}
	status, err := r.Status()
	if err != nil {
		return n
	}
	n.NSpid = status.NSpid.Or(nil)
	if at := len(n.NSpid) - 1 - levels; at >= 0 && at < len(n.NSpid) {
		n.Inside = n.NSpid[at]
	}
	return n
}

func (k *look) pidNamespace() (NamespaceRef, bool) {
	if k.task != nil {
		inode, ok := k.task.Namespaces.Inodes[PID].Get()
		return NamespaceRef{PID, inode}, ok
	}
	for _, d := range k.doors {
		if info, err := d.File.Stat(); err == nil && d.Type == PID {
			return NamespaceRef{PID, inodeOf(info)}, true
		}
	}
	return NamespaceRef{}, false
}

// below returns the namespaces of the same type that descend from one, itself among them, and how many levels each lies below
// it.
func (s *Snapshot) below(ref NamespaceRef) map[uint64]int {
	found := map[uint64]int{ref.Inode: 0}
	for i := range s.Namespaces {
		if s.Namespaces[i].Type != ref.Type {
			continue
		}
		var path []uint64
		for n := &s.Namespaces[i]; n != nil && !slices.Contains(path, n.Inode); {
			if levels, known := found[n.Inode]; known {
				for j, inode := range path {
					found[inode] = levels + len(path) - j
				}
				break
			}
			path = append(path, n.Inode)
			parent, ok := n.Parent.Get()
			if !ok {
				break
			}
			n, _ = s.Namespace(NamespaceRef{ref.Type, parent})
		}
	}
	return found
}
