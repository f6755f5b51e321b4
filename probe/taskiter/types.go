//go:build amd64 || arm64

package taskiter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// typeID is the number of a type among those of the kernel.
type typeID uint32

// types is what the programs need of the kernel's types. These are some hundred thousand, in 5 MB, and what hangs together with
// struct task_struct alone is thousands: to index and decode them all took longer than everything else that loads a program.
type types struct {
	structs   *btf.Spec         // Those that were wanted, with their own numbers.
	functions map[string]typeID // Those that were wanted and are there.
}

// The kinds of types, and how many bytes follow the twelve that each one has: as many for each of its members, or in any case;
// see BTF_KIND_INT and those after it in the kernel's document on BTF.
const (
	kindPointer  = 2
	kindArray    = 3
	kindStruct   = 4
	kindUnion    = 5
	kindForward  = 7
	kindTypedef  = 8
	kindVolatile = 9
	kindConst    = 10
	kindRestrict = 11
	kindFunction = 12
	kindTypeTag  = 18
)

var (
	bytesOfMember = [...]int{4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
	bytesOfKind   = [...]int{1: 4, 3: 12, 14: 4, 17: 4, 19: 0} // No other one is known.
)

var errLayout = errors.New("the kernel's types are laid out as is not known here")

// table is the kernel's types as it hands them out: numbered from 1 on, one behind the other.
type table struct {
	types, strings []byte
	offsets        []uint32 // By number; there is no type 0.
}

// headerSize is the length of struct btf_header, without what later releases added behind.
const headerSize = 24

// newTable finds the types in what the kernel hands out.
func newTable(raw []byte) (table, error) {
	if len(raw) < headerSize || binary.LittleEndian.Uint16(raw) != 0xeb9f {
		return table{}, errLayout
	}
	word := func(at int) uint64 { return uint64(binary.LittleEndian.Uint32(raw[at:])) }
	header, size := word(4), uint64(len(raw))
	typesAt, stringsAt := header+word(8), header+word(16)
	if typesAt+word(12) > size || stringsAt+word(20) > size {
		return table{}, errLayout
	}
	t := table{types: raw[typesAt : typesAt+word(12)], strings: raw[stringsAt : stringsAt+word(20)], offsets: make([]uint32, 1, 1<<17)}
	for at := 0; at < len(t.types); {
		if at+12 > len(t.types) {
			return table{}, errLayout
		}
		kind, count := t.kindAt(at)
		if kind == 0 || kind >= len(bytesOfKind) {
			return table{}, errLayout
		}
		t.offsets = append(t.offsets, uint32(at)) //nolint:gosec // There are 5 MB of them.
		if at += 12 + bytesOfKind[kind] + count*bytesOfMember[kind]; at > len(t.types) {
			return table{}, errLayout
		}
	}
	return t, nil
}

// kindAt returns the kind of the type at an offset, and how many members it has.
func (t *table) kindAt(at int) (kind, members int) {
	info := binary.LittleEndian.Uint32(t.types[at+4:])
	return int(info >> 24 & 31), int(info & 0xffff)
}

// text returns the name at an offset.
func (t *table) text(at uint32) []byte {
	if int(at) >= len(t.strings) {
		return nil
	}
	name, _, _ := bytes.Cut(t.strings[at:], []byte{0})
	return name
}

// word returns a number in a type.
func (t *table) word(at int) uint32 { return binary.LittleEndian.Uint32(t.types[at:]) }

// find returns the numbers of the structs and the functions with names that are wanted.
func (t *table) find(wanted map[string]bool) (structs []typeID, functions map[string]typeID) {
	functions = map[string]typeID{}
	for id, at := range t.offsets[1:] {
		kind, _ := t.kindAt(int(at))
		if kind != kindStruct && kind != kindUnion && kind != kindFunction {
			continue
		}
		name := t.text(t.word(int(at)))
		switch {
		case !wanted[string(name)]:
		case kind == kindFunction:
			functions[string(name)] = typeID(id + 1) //nolint:gosec // There are a hundred thousand.
		default:
			structs = append(structs, typeID(id+1)) //nolint:gosec // As above.
		}
	}
	return structs, functions
}

// members returns where in a struct, a union or an array the numbers of the types are that it is made of, and in one that only
// names another one or qualifies it where that one's is.
func (t *table) members(at int) (places []int) {
	switch kind, count := t.kindAt(at); kind {
	case kindStruct, kindUnion:
		for i := range count {
			places = append(places, at+12+12*i+4)
		}
	case kindArray:
		places = []int{at + 12, at + 16}
	case kindPointer, kindTypedef, kindVolatile, kindConst, kindRestrict, kindTypeTag:
		places = []int{at + 8}
	}
	return places
}

// whole adds what a type is made of to a set, but no struct with a name that is not wanted, and nothing that a pointer leads to. The
// members of one that stands in another without a name of its own are the other's, and so are wanted.
func (t *table) whole(id typeID, wanted, set map[typeID]bool) {
	if id == 0 || int(id) >= len(t.offsets) || set[id] {
		return
	}
	at := int(t.offsets[id])
	kind, _ := t.kindAt(at)
	if (kind == kindStruct || kind == kindUnion) && t.word(at) != 0 && !wanted[id] {
		return
	}
	set[id] = true
	if kind == kindPointer {
		return
	}
	for _, place := range t.members(at) {
		member := typeID(t.word(place))
		if (kind == kindStruct || kind == kindUnion) && t.word(place-4) == 0 {
			wanted[member] = true
		}
		t.whole(member, wanted, set)
	}
}

// only writes down those types that are in a set. Each keeps its number: in the place of another one there is a struct of which
// nothing is known.
func (t *table) only(set map[typeID]bool) []byte {
	w := writer{table: t, set: set, names: []byte{0}}
	for id := typeID(1); w.left() > 0; id++ {
		if set[id] {
			w.write(int(t.offsets[id]))
		} else {
			w.types = append(w.types, 0, 0, 0, 0, 0, 0, 0, kindForward, 0, 0, 0, 0)
		}
	}
	header := binary.LittleEndian.AppendUint32([]byte{0x9f, 0xeb, 1, 0}, headerSize)
	for _, word := range []int{0, len(w.types), len(w.types), len(w.names)} {
		header = binary.LittleEndian.AppendUint32(header, uint32(word)) //nolint:gosec // They are a part of what there was.
	}
	return slices.Concat(header, w.types, w.names)
}

// writer writes types down.
type writer struct {
	*table
	set          map[typeID]bool
	written      int
	types, names []byte
}

func (w *writer) left() int { return len(w.set) - w.written }

// write writes down the type at an offset: with its members if it is a struct or a union, and without if it is an enum.
func (w *writer) write(at int) {
	w.written++
	kind, members := w.kindAt(at)
	size, begin := 12+bytesOfKind[kind], len(w.types)
	if kind == kindStruct || kind == kindUnion {
		size += members * bytesOfMember[kind]
	}
	w.types = append(w.types, w.table.types[at:at+size]...)
	written := w.types[begin:]
	w.rename(written)
	if size == 12 && bytesOfMember[kind] > 0 {
		binary.LittleEndian.PutUint16(written[4:], 0)
	}
	for member := range (size - 12) / 12 {
		if kind == kindStruct || kind == kindUnion {
			w.rename(written[12+12*member:])
		}
	}
	for _, place := range w.members(at) {
		if to := written[place-at:]; !w.set[typeID(binary.LittleEndian.Uint32(to))] {
			binary.LittleEndian.PutUint32(to, 0) // What is not there is void.
		}
	}
}

// rename puts in the place of a name that of its copy.
func (w *writer) rename(at []byte) {
	if name := w.text(binary.LittleEndian.Uint32(at)); len(name) > 0 {
		binary.LittleEndian.PutUint32(at, uint32(len(w.names))) //nolint:gosec // They are a part of what there was.
		w.names = append(append(w.names, name...), 0)
	}
}

// readTypes reads those types of the kernel that have one of the names.
func readTypes(names map[string]bool) (types, error) {
	raw, free, err := mapped(kernelTypes)
	if err != nil {
		return types{}, err
	}
	defer free()
	return pick(raw, names)
}

// pick takes those types with one of the names out of what the kernel hands out.
func pick(raw []byte, names map[string]bool) (types, error) {
	t, err := newTable(raw)
	if err != nil {
		return types{}, err
	}
	ids, functions := t.find(names)
	wanted, set := map[typeID]bool{}, map[typeID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, id := range ids {
		t.whole(id, wanted, set)
	}
	structs, err := btf.LoadSpecFromReader(bytes.NewReader(t.only(set)))
	if err != nil {
		return types{}, fmt.Errorf("%w: %w", errLayout, err)
	}
	return types{structs, functions}, nil
}

// mapped returns what a file says in memory that is not the collector's, and is freed when it is no longer needed. It is the kernel's
// own where that hands it out, as since Linux 6.16.
func mapped(path string) (content []byte, free func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open the kernel's types: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	info, err := file.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("read the kernel's types: %w", err)
	}
	size := int(info.Size())
	content, err = unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
	free = func() { _ = unix.Munmap(content) } // Nothing points into it any more.
	if err == nil {
		return content, free, nil
	}
	content, err = unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, nil, fmt.Errorf("make room for the kernel's types: %w", err)
	}
	if _, err := io.ReadFull(file, content); err != nil {
		free()
		return nil, nil, fmt.Errorf("read the kernel's types: %w", err)
	}
	return content, free, nil
}
