package rights

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// caller is who wants to enter: as it is, or as it will be once it has joined another user namespace.
type caller struct {
	tree
	name      string // A, or what it is by then.
	user      uint64 // The user namespace that its capabilities are in.
	effective uint64
	permitted uint64
	euid      uint32
	line      []uint64 // The user namespaces that its own lies in, itself first.
}

// newCaller returns a caller in a user namespace.
func newCaller(t tree, name string, user uint64, status *proc.Status) caller {
	return caller{
		tree: t, name: name, user: user, effective: status.Effective.Or(0), permitted: status.Permitted.Or(0),
		euid: status.UID.Effective, line: t.above(userRef(user)),
	}
}

// joined returns the caller once it has joined a user namespace, in which it has all capabilities then; see setns(2).
func (c caller) joined(user uint64) caller {
	const all = ^uint64(0)
	c.name += ", once in " + userRef(user).String() + ","
	c.user, c.effective, c.permitted, c.line = user, all, all, c.above(userRef(user))
	return c
}

func userRef(inode uint64) probe.NamespaceRef {
	return probe.NamespaceRef{Type: probe.User, Inode: inode}
}

// has reports whether a capability is in effect.
func (c caller) has(capability uint) bool { return c.effective>>capability&1 == 1 }

// own says whether a capability is in effect in the caller's own user namespace.
func (c caller) own(capability uint) Verdict {
	if c.has(capability) {
		return yes(fmt.Sprintf("by %s in %s", capName(capability), userRef(c.user)))
	}
	return no(fmt.Sprintf("needs %s in %s, its own user namespace: %s", capName(capability), userRef(c.user), c.lacks(capability)))
}

// lacks says that a capability is not in effect.
func (c caller) lacks(capability uint) string {
	if c.permitted>>capability&1 == 1 {
		return c.name + " is permitted it, but has not got it in effect"
	}
	return c.name + " has not got it"
}

// capable says whether the caller has a capability in a user namespace, as the kernel's cap_capable finds it out; see
// "Capabilities" in user_namespaces(7). A process has those of its effective set in its own user namespace and in all below it.
// One whose effective user made a user namespace has all of them in that and in all below it, if it is in the parent of that.
// The role says what the namespace is, as in "which owns it".
func (c caller) capable(capability uint, in uint64, role string) Verdict {
	if in == c.user {
		return c.inOwn(capability, in, role)
	}
	line := c.above(userRef(in))
	at := slices.Index(line, c.user)
	if at < 0 {
		return c.notAbove(capability, in, role, line)
	}
	maker, known := c.maker(line[at-1])
	switch {
	case c.has(capability):
		return yes(fmt.Sprintf("by %s in %s, which %s lies in", capName(capability), userRef(c.user), userRef(in)))
	case !known:
		return unknown(fmt.Sprintf("who made %s could not be read", userRef(line[at-1])))
	case maker == c.euid && c.vague(maker):
		return unknown(fmt.Sprintf("the maker of %s has no number in the reader's user namespace", userRef(line[at-1])))
	case maker == c.euid:
		return yes(fmt.Sprintf("as user %d, who made %s", maker, userRef(line[at-1])))
	}
	return no(fmt.Sprintf("needs %s in %s%s, or to be user %d, who made %s: %s",
		capName(capability), userRef(in), role, maker, userRef(line[at-1]), c.lacks(capability)))
}

// inOwn is capable for the caller's own user namespace.
func (c caller) inOwn(capability uint, in uint64, role string) Verdict {
	if c.has(capability) {
		return c.own(capability)
	}
	return no(fmt.Sprintf("needs %s in %s%s: %s", capName(capability), userRef(in), role, c.lacks(capability)))
}

// notAbove says that the caller has nothing in a namespace that its own does not lie above, if that is certain.
func (c caller) notAbove(capability uint, in uint64, role string, line []uint64) Verdict {
	last := line[len(line)-1]
	if !c.complete(probe.User, line) && !slices.Contains(c.line, last) {
		return unknown("the parent of " + userRef(last).String() + " could not be read")
	}
	where := fmt.Sprintf("%s has it in %s alone, which is not above", c.name, userRef(c.user))
	if !c.has(capability) {
		where = c.lacks(capability)
	}
	return no(fmt.Sprintf("needs %s in %s%s: %s", capName(capability), userRef(in), role, where))
}

// maker returns the user who made a user namespace.
func (c caller) maker(inode uint64) (uint32, bool) {
	n, ok := c.s.Namespace(userRef(inode))
	if !ok {
		return 0, false
	}
	return n.OwnerUID.Get()
}

// capName writes a capability as the man pages do.
func capName(capability uint) string {
	return strings.ToUpper(proc.CapabilityNames(1 << capability)[0])
}
