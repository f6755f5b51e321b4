package recording

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// namespaces are inode numbers by type of namespace.
type namespaces map[string]uint64

const (
	allNamespaces   = "namespaces"
	pidForChildren  = "pid_for_children"
	timeForChildren = "time_for_children"
)

// putNamespaces returns those that are known, by the names of their links, and notes why the others are not.
func putNamespaces(u *unknown, links *proc.Links, count int) namespaces {
	all := namespaces{}
	for t := range count {
		if inode, ok := links[t].Get(); ok {
			all[proc.NamespaceType(t).String()] = inode
		}
	}
	if why := links[0].State(); len(all) == 0 && sameReason(links[:count], why) {
		u.note(allNamespaces, why)
		return nil
	}
	for t := range count {
		if _, ok := links[t].Get(); !ok {
			u.note(allNamespaces+"."+proc.NamespaceType(t).String(), links[t].State())
		}
	}
	return all
}

func sameReason(links []probe.Reading[uint64], why reading.State) bool {
	for _, link := range links {
		if link.State() != why {
			return false
		}
	}
	return true
}

// getNamespaces is the inverse of putNamespaces.
func getNamespaces(u unknown, all namespaces, count int) proc.Links {
	var links proc.Links
	for t := range count {
		name := proc.NamespaceType(t).String()
		inode, ok := all[name]
		switch {
		case ok:
			links[t] = reading.Of(inode)
		case all == nil:
			links[t] = reading.None[uint64](u.why(allNamespaces))
		default:
			links[t] = reading.None[uint64](u.why(allNamespaces + "." + name))
		}
	}
	return links
}

// worldTypes is how many namespaces a world is told by, and taskLinks how many links a task has.
const (
	worldTypes = len(probe.WorldKey{})
	taskLinks  = len(proc.Links{})
)

func putKey(u *unknown, key *probe.WorldKey) namespaces {
	var links proc.Links
	copy(links[:], key[:])
	return putNamespaces(u, &links, worldTypes)
}

func getKey(u unknown, all namespaces) probe.WorldKey {
	links := getNamespaces(u, all, worldTypes)
	return probe.WorldKey(links[:worldTypes])
}

// namespace is a probe.Namespace.
type namespace struct {
	Type      string   `json:"type"`
	Inode     uint64   `json:"inode"`
	ID        *uint64  `json:"id,omitempty"`
	Initial   bool     `json:"initial"`
	Host      bool     `json:"host"`
	Processes int      `json:"processes"`
	Threads   int      `json:"threads"`
	Leader    int32    `json:"leader,omitempty"`
	Owner     *uint64  `json:"owner,omitempty"`
	OwnerUID  *uint32  `json:"owner_uid,omitempty"`
	Parent    *uint64  `json:"parent,omitempty"`
	Name      Text     `json:"name,omitempty"`
	KeptBy    []keeper `json:"kept_by,omitempty"`
	Unknown   unknown  `json:"unknown,omitempty"`
}

func fromNamespace(n *probe.Namespace) namespace {
	j := namespace{
		Type: n.Type.String(), Inode: n.Inode, Initial: n.Initial, Host: n.Host,
		Processes: n.Processes, Threads: n.Threads, Leader: n.Leader, Name: Text(n.Name), KeptBy: fromKeepers(n.KeptBy),
	}
	j.ID = put(&j.Unknown, "id", n.ID)
	j.Owner = put(&j.Unknown, "owner", n.Owner)
	j.OwnerUID = put(&j.Unknown, "owner_uid", n.OwnerUID)
	j.Parent = put(&j.Unknown, "parent", n.Parent)
	return j
}

func (j *namespace) namespace() (probe.Namespace, error) {
	n := probe.Namespace{
		Initial: j.Initial, Host: j.Host, Processes: j.Processes, Threads: j.Threads, Leader: j.Leader,
		ID: get(j.Unknown, "id", j.ID), Owner: get(j.Unknown, "owner", j.Owner),
		OwnerUID: get(j.Unknown, "owner_uid", j.OwnerUID), Parent: get(j.Unknown, "parent", j.Parent), Name: string(j.Name),
	}
	var err error
	if n.KeptBy, err = toKeepers(j.KeptBy); err != nil {
		return n, fmt.Errorf("namespace %d: %w", j.Inode, err)
	}
	for _, t := range probe.NamespaceTypes {
		if t.String() == j.Type {
			n.NamespaceRef = probe.NamespaceRef{Type: t, Inode: j.Inode}
			return n, nil
		}
	}
	return n, fmt.Errorf("namespace %d: unknown type %q", j.Inode, j.Type)
}
