package form

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// wallHelp says what each type of namespace walls off.
var wallHelp = [8]string{
	probe.User: "user and group ids, and what root may do", probe.Mnt: "mounts: which files are seen",
	probe.PID: "process ids: which processes are seen", probe.Net: "network interfaces, addresses, ports",
	probe.UTS: "the host name", probe.IPC: "System V IPC and POSIX message queues",
	probe.Cgroup: "what is shown as the topmost control group", probe.Time: "the boot and the monotonic clock",
}

// wallChecks are boxes for the eight types of namespace.
func wallChecks(label string) checks {
	c := checks{label: label}
	for _, kind := range probe.NamespaceTypes {
		c.items = append(c.items, check{word: kind.String(), help: kind.String() + ": " + wallHelp[kind]})
	}
	return c
}

// walls are the types that are checked.
func (c checks) walls() []probe.NamespaceType {
	var kinds []probe.NamespaceType
	for _, i := range c.chosen() {
		kinds = append(kinds, probe.NamespaceTypes[i])
	}
	return kinds
}

// ownSpaces are the namespaces of this program, or of the host where it is in no process of that /proc.
func ownSpaces(now *probe.Snapshot) probe.WorldKey {
	if self, ok := now.Task(now.Host.Self); ok {
		return self.Namespaces.Inodes
	}
	return now.Host.Reference.Key
}

// spacesOf are the namespaces of what is to be entered, as far as it has them; ok tells whether it is there.
func spacesOf(now *probe.Snapshot, target screen.Target) (spaces probe.WorldKey, ok bool) {
	switch target.Kind {
	case screen.Task:
		if t, ok := find(now, target.Task); ok {
			return t.Namespaces.Inodes, true
		}
	case screen.World:
		_, ok := now.World(target.World)
		return target.World, ok
	case screen.Namespace:
		_, ok := now.Identified(target.Namespace)
		spaces[target.Namespace.Type] = reading.Of(target.Namespace.Inode)
		return spaces, ok
	case screen.Nothing, screen.File, screen.Group:
	}
	return spaces, false
}

// doorChecks are boxes for the namespaces that can be entered; those that differ from one's own are checked, unless others
// are given.
func doorChecks(own, theirs probe.WorldKey, given []probe.NamespaceType) checks {
	c := wallChecks("enter")
	for i, kind := range probe.NamespaceTypes {
		item := &c.items[i]
		switch state := theirs[kind].State(); {
		case state == reading.Denied:
			item.tag, item.help = "?", item.word+": may not be read, so that it is not known whether it is another one"
		case state != reading.Present:
			item.tag, item.locked = "none", "there is none to enter"
		case theirs[kind] == own[kind]:
			item.tag, item.locked = "same", "the same as your own, so that there is no wall"
		default:
			item.on = given == nil
		}
		item.on = item.locked == "" && (item.on || slices.Contains(given, kind))
	}
	c.at = max(0, slices.IndexFunc(c.items, func(item check) bool { return item.locked == "" }))
	return c
}
