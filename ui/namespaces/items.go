package namespaces

import (
	"encoding/binary"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// kind says what a row is.
type kind uint8

// The kinds of rows. A closed one is never seen: it stands for the members below a namespace, so that the tree knows
// that there is something to open.
const (
	aHeading kind = iota
	aMember
	aClosed
	aNamespace
)

// item is what may become a row.
type item struct {
	kind   kind
	place  place
	of     probe.NamespaceType // Of a heading what it is the heading of,
	title  string              // and what it says.
	parent int32               // -1 for none.
	space  *space              // Of a namespace, and of the one that a member is in.
	task   *probe.Task         // The member; of a namespace its leader, or nil.
}

// rowID identifies a row as long as what it shows is there.
type rowID struct {
	kind kind
	ref  probe.NamespaceKey
	task probe.TaskKey
}

func (it item) id() rowID {
	switch it.kind {
	case aHeading:
		return rowID{kind: aHeading, ref: probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: it.of}}}
	case aMember:
		return rowID{kind: aMember, ref: it.space.Key(), task: it.task.TaskKey}
	case aClosed, aNamespace:
	}
	return rowID{kind: it.kind, ref: it.space.Key()}
}

// target is what the row stands for.
func (it item) target() (screen.Target, bool) {
	switch it.kind {
	case aMember:
		return screen.ToTask(it.task.TaskKey), true
	case aNamespace:
		return screen.ToNamespace(it.space.Key()), true
	case aHeading, aClosed:
	}
	return screen.Target{}, false
}

// keyLength is the length of the key of a row.
const keyLength = 34

// key is the id as a list wants it: its numbers, one behind the other.
func (id rowID) key() string {
	b := make([]byte, 0, keyLength)
	b = append(b, byte(id.kind), byte(id.ref.Type))
	b = binary.BigEndian.AppendUint64(b, id.ref.Inode)
	b = binary.BigEndian.AppendUint64(b, id.ref.ID)
	b = binary.BigEndian.AppendUint32(b, uint32(id.task.PID)) //nolint:gosec // Only turned back.
	b = binary.BigEndian.AppendUint32(b, uint32(id.task.TID)) //nolint:gosec // Only turned back.
	return string(binary.BigEndian.AppendUint64(b, id.task.Start))
}

// parseKey turns a key back.
func parseKey(key string) (rowID, bool) {
	if len(key) != keyLength {
		return rowID{}, false
	}
	b := []byte(key)
	return rowID{
		kind: kind(b[0]),
		ref: probe.NamespaceKey{
			NamespaceRef: probe.NamespaceRef{Type: probe.NamespaceType(b[1]), Inode: binary.BigEndian.Uint64(b[2:])},
			ID:           binary.BigEndian.Uint64(b[10:]),
		},
		task: probe.TaskKey{
			PID:   int32(binary.BigEndian.Uint32(b[18:])), //nolint:gosec // See key.
			TID:   int32(binary.BigEndian.Uint32(b[22:])), //nolint:gosec // See key.
			Start: binary.BigEndian.Uint64(b[26:]),
		},
	}, true
}
