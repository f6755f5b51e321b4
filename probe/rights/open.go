package rights

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// mayOpen says whether the links in /proc/B/ns may be opened, which takes the access mode PTRACE_MODE_READ_FSCREDS; see
// "Ptrace access mode checking" in ptrace(2). Yama has no part in it: it bounds attaching, not reading.
func mayOpen(c caller, a, b *proc.Status, target Subject) Verdict {
	user, ok := target.Task.Namespaces.Inodes[probe.User].Get()
	if !ok {
		return unknown("the namespaces of " + target.Name + " could not be read")
	}
	trace := c.capable(unix.CAP_SYS_PTRACE, user, ", that of "+target.Name)
	switch {
	case trace.Answer == Yes:
		return yes(trace.Why)
	case b == nil:
		return unknown("the status of " + target.Name + " could not be read")
	}
	plain := allOf(sameIDs(c, a, b, target.Name), dumpableB(target), subset(c, b, user, target.Name))
	switch {
	case plain.Answer == Yes, trace.Answer == No && plain.Answer == Unknown:
		return plain
	case trace.Answer == Unknown:
		return trace
	}
	return no(fmt.Sprintf("may not open /proc/%d/ns: %s; %s", target.Task.PID, plain.Why, trace.Why))
}

// sameIDs says whether the file system ids of A are all of the ids of B.
func sameIDs(c caller, a, b *proc.Status, name string) Verdict {
	if c.vagueIDs(b.UID) || c.vagueIDs(b.GID) {
		return unknown("the user or group of " + name + " has no number in the reader's user namespace")
	}
	same := func(id uint32, ids proc.IDs) bool { return id == ids.Real && id == ids.Effective && id == ids.Saved }
	switch {
	case !same(a.UID.Filesystem, b.UID):
		return no(fmt.Sprintf("%s is user %d, %s is user %s", c.name, a.UID.Filesystem, name, ids(b.UID)))
	case !same(a.GID.Filesystem, b.GID):
		return no(fmt.Sprintf("%s is group %d, %s is group %s", c.name, a.GID.Filesystem, name, ids(b.GID)))
	}
	return yes("as the same user and group")
}

// ids writes the ids that count, as one where they are the same.
func ids(all proc.IDs) string {
	if all.Real == all.Effective && all.Real == all.Saved {
		return fmt.Sprint(all.Real)
	}
	return fmt.Sprintf("%d/%d/%d (real, effective, saved)", all.Real, all.Effective, all.Saved)
}

// dumpableB says whether B is dumpable. Kernel threads and zombies have no memory, and are not asked.
func dumpableB(b Subject) Verdict {
	dumpable, ok := b.Detail.Dumpable.Get()
	switch {
	case b.Task.Kernel || b.Task.State == 'Z', dumpable:
		return yes("as the same user and group")
	case !ok:
		return unknown("whether " + b.Name + " is dumpable cannot be seen of a root user")
	}
	return no(b.Name + " is not dumpable (see PR_SET_DUMPABLE in prctl(2))")
}

// subset says whether all capabilities of B are A's too, in the same user namespace.
func subset(c caller, b *proc.Status, user uint64, name string) Verdict {
	permitted, ok := b.Permitted.Get()
	switch {
	case user != c.user:
		return no(c.name + " is in another user namespace")
	case !ok:
		return unknown("the capabilities of " + name + " could not be read: " + b.Permitted.State().String())
	case permitted&^c.effective != 0:
		return no(name + " has what " + c.name + " has not: " + some(proc.CapabilityNames(permitted&^c.effective)))
	}
	return yes("as the same user and group")
}

// some writes a few capabilities, and how many more there are.
func some(names []string) string {
	const few = 3
	more := ""
	if len(names) > few+1 {
		names, more = names[:few], fmt.Sprintf(" and %d more", len(names)-few)
	}
	return strings.ToUpper(strings.Join(names, ", ")) + more
}

// known returns the status of a task, or nil.
func known(d probe.Detail) *proc.Status {
	if status, ok := d.Status.Get(); ok && d.Status.State() == reading.Present {
		return &status
	}
	return nil
}
