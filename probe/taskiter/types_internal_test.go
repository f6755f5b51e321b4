//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
)

// objects are the objects with their programs.
var objects = map[string]struct {
	load     func() (*ebpf.CollectionSpec, error)
	programs []string
}{
	"tasks": {loadObject, []string{objectProgWalk, objectProgInspect, objectProgDumpUntrusted, objectProgDump}},
	"files": {loadFiles, []string{filesProgDumpFiles}},
}

// What is found of the kernel's types is what the library finds among all of them.
func TestTypesAreTheKernels(t *testing.T) {
	whole, err := btf.LoadKernelSpec()
	if err != nil {
		t.Fatalf("this needs a kernel that tells its types (CONFIG_DEBUG_INFO_BTF): %v", err)
	}
	for name, o := range objects {
		t.Run(name, func(t *testing.T) {
			spec, err := o.load()
			if err != nil {
				t.Fatal(err)
			}
			names, err := namesIn(spec, o.programs)
			if err != nil {
				t.Fatal(err)
			}
			few, err := readTypes(names)
			if err != nil {
				t.Fatal(err)
			}
			for _, program := range o.programs {
				sameMembers(t, spec.Programs[program], few.structs, whole)
			}
			for name := range names {
				var function *btf.Func
				var id btf.TypeID
				if whole.TypeByName(name, &function) == nil {
					id, _ = whole.TypeID(function) // It was just found.
				}
				if got := few.functions[name]; got != typeID(id) {
					t.Errorf("function %s has the number %d, want %d", name, got, id)
				}
			}
		})
	}
}

// sameMembers compares where the members are that a program reads.
func sameMembers(t *testing.T, program *ebpf.ProgramSpec, few, whole *btf.Spec) {
	t.Helper()
	var all []*btf.CORERelocation
	for i := range program.Instructions {
		if relocation := btf.CORERelocationMetadata(&program.Instructions[i]); relocation != nil {
			all = append(all, relocation)
		}
	}
	if len(all) < 5 {
		t.Fatalf("%s: %d relocations", program.Name, len(all))
	}
	relocate := func(in *btf.Spec) []btf.COREFixup {
		found, err := btf.CORERelocate(all, []*btf.Spec{in}, program.ByteOrder, func(btf.Type) (btf.TypeID, error) {
			return 0, errors.New("no number")
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	got, want := relocate(few), relocate(whole)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: %v: found %v, want %v", program.Name, all[i], got[i], want[i])
		}
	}
}

// Types that are cut off, or are none, are refused.
func TestTypesOfAnotherLayout(t *testing.T) {
	raw, err := os.ReadFile(kernelTypes)
	if err != nil {
		t.Fatalf("this needs a kernel that tells its types (CONFIG_DEBUG_INFO_BTF): %v", err)
	}
	if _, err := newTable(raw); err != nil {
		t.Fatal(err)
	}
	change := func(at int, to byte) []byte {
		other := slices.Clone(raw)
		other[at] = to
		return other
	}
	for name, bad := range map[string][]byte{
		"nothing":                 nil,
		"a header alone":          raw[:headerSize],
		"half":                    raw[:len(raw)/2],
		"other magic":             change(0, 0),
		"an unknown kind":         change(headerSize+7, 31),
		"a header beyond the end": change(7, 0xff),
		"a type beyond the end":   slices.Concat([]byte{0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0}, []byte{0, 0, 0, 0, 9, 0, 0, 4, 0, 0, 0, 0, 0}),
	} {
		if _, err := newTable(bad); !errors.Is(err, errLayout) {
			t.Errorf("%s: %v, want that the layout is not known", name, err)
		}
	}
}

// TestTypesOfStructsInOthers: a struct that stands in another without a name, but has a name as a type, is found whole: its members
// are those of the other.
func TestTypesOfStructsInOthers(t *testing.T) {
	number := &btf.Int{Name: "u64", Size: 8}
	inner := &btf.Struct{Name: "ns_tree", Size: 8, Members: []btf.Member{{Name: "ns_id", Type: number}}}
	outer := &btf.Struct{Name: "ns_common", Size: 24, Members: []btf.Member{
		{Name: "inum", Type: number},
		{Type: &btf.Union{Size: 8, Members: []btf.Member{{Type: inner}}}, Offset: 64},
		{Name: "named", Type: &btf.Struct{Name: "other", Size: 8, Members: []btf.Member{{Name: "x", Type: number}}}, Offset: 128},
	}}
	b, err := btf.NewBuilder([]btf.Type{outer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := b.Marshal(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	few, err := pick(raw, map[string]bool{"ns_common": true})
	if err != nil {
		t.Fatal(err)
	}
	var found *btf.Struct
	if err := few.structs.TypeByName("ns_common", &found); err != nil {
		t.Fatal(err)
	}
	union, _ := found.Members[1].Type.(*btf.Union)
	if union == nil {
		t.Fatalf("what stands in it without a name is %v", found.Members[1].Type)
	}
	if got, _ := union.Members[0].Type.(*btf.Struct); got == nil || len(got.Members) != 1 || got.Members[0].Name != "ns_id" {
		t.Errorf("what stands in that is %v, want ns_tree with its member", union.Members[0].Type)
	}
	if got, known := found.Members[2].Type.(*btf.Struct); known {
		t.Errorf("a struct that was not asked for is there: %v", got)
	}
}
