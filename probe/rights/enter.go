package rights

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Subject is a task and what is known of its rights.
type Subject struct {
	Task   *probe.Task
	Detail probe.Detail // Of the same task; without a status every answer that depends on it is Unknown.
	Name   string       // What it is called in the reasons; A for who enters and B for the other where it is empty.
}

// Door is one namespace of B, seen from A.
type Door struct {
	Type    probe.NamespaceType
	Same    bool    // A is in it already: there is nothing to enter.
	Direct  Verdict // By a setns(2) into this namespace alone.
	Through Verdict // After a setns into the user namespace of B: Unknown without a reason where that is A's own.
}

// Verdict is what both ways come to: yes where one of them is open.
func (d Door) Verdict() Verdict {
	switch {
	case d.Same:
		return yes("it is in it already")
	case d.Direct.Answer == Yes, d.Through.Why == "":
		return d.Direct
	case d.Through.Answer == Yes:
		return yes("through its user namespace: " + d.Through.Why)
	case d.Direct.Answer == No && d.Through.Answer == Unknown:
		return d.Through
	}
	return d.Direct
}

// Passage is what A may do to the namespaces of B.
type Passage struct {
	Open  Verdict // Whether A may open the links in /proc/B/ns, without which there is no way in.
	Doors [8]Door // By NamespaceType.
	// Unseen says that B is in no pid namespace at or below that of A. Its own /proc then does not show B, nor does
	// pidfd_open(2) take its number: A needs the /proc of an outer pid namespace to name it.
	Unseen bool
}

// All is what entering every namespace that is not A's own comes to. As nsenter(1) does, it is tried directly first, and the
// rest after the user namespace.
func (p *Passage) All() Verdict {
	all := []Verdict{yes("they share all namespaces")}
	for _, d := range p.Doors {
		if !d.Same {
			all = append(all, d.Verdict())
		}
	}
	return allOf(all...)
}

// MayEnter says of each namespace of B whether A may enter it: not with its own threads, but with a child that it forks,
// which has one thread and shares no root and working directory, as a user, time or mnt namespace demands.
func MayEnter(s *probe.Snapshot, a, b Subject) Passage {
	a.Name, b.Name = cmp.Or(a.Name, "A"), cmp.Or(b.Name, "B")
	p := Passage{}
	status := known(a.Detail)
	user, ok := a.Task.Namespaces.Inodes[probe.User].Get()
	why := ""
	switch {
	case status == nil:
		why = "the status of " + a.Name + " could not be read"
	case !ok:
		why = "the namespaces of " + a.Name + " could not be read"
	case status.Effective.State() != reading.Present:
		why = "the capabilities of " + a.Name + " could not be read"
	}
	if why != "" {
		p.close(a, b, unknown(why))
		return p
	}
	c := newCaller(newTree(s), a.Name, user, status)
	p.Unseen = below(c.tree, a, b).Answer == No
	if p.Open = opening(c, status, a, b); p.Open.Answer != Yes {
		p.close(a, b, p.Open)
		return p
	}
	for _, t := range probe.NamespaceTypes {
		p.Doors[t] = door(c, t, a, b)
	}
	return p
}

// opening is mayOpen, for a process that may look into itself in any case, and one that may call nothing.
func opening(c caller, status *proc.Status, a, b Subject) Verdict {
	switch {
	case status.Seccomp.Or(proc.SeccompDisabled) == proc.SeccompStrict:
		return no("seccomp lets " + a.Name + " read, write and exit, and nothing else")
	case a.Task.PID == b.Task.PID:
		return yes("as the same process")
	}
	return mayOpen(c, status, known(b.Detail), b)
}

// close gives the same verdict for all namespaces.
func (p *Passage) close(a, b Subject, v Verdict) {
	p.Open = v
	for _, t := range probe.NamespaceTypes {
		p.Doors[t] = Door{Type: t, Same: same(t, a, b), Direct: v}
	}
}

// same reports whether both are known to be in the same namespace, or to have none of a type that the kernel does not know.
func same(t probe.NamespaceType, a, b Subject) bool {
	mine, theirs := a.Task.Namespaces.Inodes[t], b.Task.Namespaces.Inodes[t]
	return mine == theirs && (mine.State() == reading.Present || mine.State() == reading.Absent)
}

// door says how one namespace can be entered.
func door(c caller, t probe.NamespaceType, a, b Subject) Door {
	d := Door{Type: t, Same: same(t, a, b)}
	if d.Same {
		return d
	}
	if missing, ok := missing(t, b); ok {
		d.Direct = missing
		return d
	}
	d.Direct = setns(c, t, a, b)
	if t != probe.User && !same(probe.User, a, b) {
		inode, _ := b.Task.Namespaces.Inodes[probe.User].Get() // It was known to open the links.
		if d.Through = setns(c, probe.User, a, b); d.Through.Answer == Yes {
			d.Through = setns(c.joined(inode), t, a, b)
		}
	}
	return d
}

// missing says why there is no namespace of a type.
func missing(t probe.NamespaceType, b Subject) (Verdict, bool) {
	switch b.Task.Namespaces.Inodes[t].State() {
	case reading.Present:
		return Verdict{}, false
	case reading.Absent:
		return no(b.Name + " has none: it is a zombie, or the kernel is older"), true
	case reading.Denied, reading.Unlimited, reading.Unsupported, reading.Unreached:
	}
	return unknown("it could not be read"), true
}

// setns says whether a namespace of B may be joined in one call; see setns(2).
func setns(c caller, t probe.NamespaceType, a, b Subject) Verdict {
	inode := b.Task.Namespaces.Inodes[t].Or(0)
	if t == probe.User {
		if slices.Contains(c.line[1:], inode) {
			return no(fmt.Sprintf("%s lies above that of %s: nobody has a right in a user namespace above his own", userRef(inode), a.Name))
		}
		return c.capable(unix.CAP_SYS_ADMIN, inode, "")
	}
	ref := probe.NamespaceRef{Type: t, Inode: inode}
	conditions := []Verdict{c.own(unix.CAP_SYS_ADMIN)}
	switch t {
	case probe.Mnt:
		conditions = append(conditions, c.own(unix.CAP_SYS_CHROOT))
	case probe.PID:
		conditions = append(conditions, below(c.tree, a, b))
	default:
	}
	n, ok := c.s.Namespace(ref)
	if !ok {
		return allOf(append(conditions, unknown(ref.String()+" is not in sight"))...)
	}
	owner, ok := n.Owner.Get()
	if !ok {
		return allOf(append(conditions, unknown("the owner of "+ref.String()+" could not be read"))...)
	}
	return allOf(append(conditions, c.capable(unix.CAP_SYS_ADMIN, owner, ", which owns it"))...)
}

// below says whether the pid namespace of B is that of A or lies in it: no way leads up.
func below(t tree, a, b Subject) Verdict {
	mine, ok := a.Task.Namespaces.Inodes[probe.PID].Get()
	theirs, known := b.Task.Namespaces.Inodes[probe.PID].Get()
	if !ok || !known {
		return unknown("a pid namespace could not be read")
	}
	ref := probe.NamespaceRef{Type: probe.PID, Inode: theirs}
	line := t.above(ref)
	own := t.above(probe.NamespaceRef{Type: probe.PID, Inode: mine})
	switch last := line[len(line)-1]; {
	case slices.Contains(line, mine):
		return yes(ref.String() + " lies in that of " + a.Name)
	case !t.complete(probe.PID, line) && !slices.Contains(own, last):
		return unknown(fmt.Sprintf("the parent of pid:[%d] could not be read", last))
	}
	return no(fmt.Sprintf("%s does not lie in pid:[%d], that of %s, and a process can only go down", ref, mine, a.Name))
}
