package probe

import (
	"context"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// scanNamespaces groups the processes by namespace and asks the namespaces that may be new about themselves. The kernel
// gives the inode number of a namespace that is gone to another one at once. So a namespace is asked again where nobody is
// left of those who were in it at the scan before, where somebody has come or may have made another one, and, where it is known
// only late of some that they have left, in any case once in StaleScans; not where its descriptor was held meanwhile.
func (s *Scanner) scanNamespaces(ctx context.Context, request Request, parts Partition, host Reference, found *gaps) []Namespace {
	c := &s.namespaces
	c.count(households(s.tasks, s.meta, parts, s.tick), parts.edition)
	for i := range c.all {
		if p := &c.all[i]; p.Processes > 0 && (p.same() || p.hold.held) { // The others are kept by those that they are kin of.
			c.keep(p, s.tick)
		}
	}
	c.forgetOthers()
	if request.Facts&FactOwners != 0 {
		s.askAll(ctx, c, found)
	}
	c.sort()
	return c.list(host)
}

// same reports whether the namespace is the one with this number at the scan before, by those who are in it.
func (p *population) same() bool {
	return p.continued && !p.joined && (!p.reread || p.Inode == initialInode(p.Type))
}

// keep has a namespace that is still the same be what it said of itself, and so its ancestors and owners: it keeps them alive.
func (c *census) keep(p *population, tick uint32) {
	switch {
	case p.kept || p.asked == 0:
		return
	case p.untold && !p.hold.held && due(int32(p.Inode), p.asked, tick, StaleScans): //nolint:gosec // Any spread will do.
		return
	}
	p.kept = true
	for _, relative := range relatives(p.NamespaceRef, &p.info) {
		if kin := c.find(relative); kin != nil {
			c.keep(kin, tick)
		}
	}
}

// learn takes in what the namespace said of itself.
func (p *population) learn(info *nsfs.Info, tick uint32) { p.info, p.asked = *info, tick }

// relatives returns the owner and the parent of a namespace; the inode number is 0 where there is none, or none in sight.
func relatives(ref NamespaceRef, info *nsfs.Info) [2]NamespaceRef {
	return [...]NamespaceRef{{User, info.Owner.Or(0)}, {ref.Type, info.Parent.Or(0)}}
}

// askRelatives has the ancestors and owners answer that are not known yet, since no process is in them.
func (c *census) askRelatives(of NamespaceRef, path string, tick uint32) {
	if file, err := nsfs.Open(unix.AT_FDCWD, path); err == nil {
		defer file.Close()
		c.askFile(of, file, tick)
	}
}

// knows reports whether namespaces said what they are, or do not exist.
func (c *census) knows(refs [2]NamespaceRef) bool {
	for _, ref := range refs {
		if p := c.find(ref); ref.Inode != 0 && (p == nil || p.asked == 0) {
			return false
		}
	}
	return true
}

// askFile asks an open namespace, and its ancestors and owners in turn.
func (c *census) askFile(ref NamespaceRef, file nsfs.File, tick uint32) {
	info := file.Inspect(nsfs.Nested(ref.Type.String()))
	if info.Inode != ref.Inode {
		return // The number is another's by now.
	}
	c.add(ref).learn(&info, tick)
	for i, open := range [...]func() (nsfs.File, error){file.Owner, file.Parent} {
		relative := relatives(ref, &info)[i]
		if c.knows([2]NamespaceRef{relative}) {
			continue
		}
		if related, err := open(); err == nil {
			c.askFile(relative, related, tick)
			_ = related.Close() // It was only asked.
		}
	}
}

// list makes a list by type and inode.
func (c *census) list(host Reference) []Namespace {
	list := make([]Namespace, len(c.all))
	for i := range c.all {
		p, n := &c.all[i], &list[i]
		*n = p.Namespace
		n.Host = host.Key[n.Type] == reading.Of(n.Inode)
		n.Initial = n.Inode == initialInode(n.Type) || (n.Host && host.Initial && host.Why == whyKernel)
		if p.asked != 0 {
			n.ID, n.Owner, n.OwnerUID, n.Parent = p.info.ID, p.info.Owner, p.info.OwnerUID, p.info.Parent
		}
		n.forgetAncestors()
	}
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
