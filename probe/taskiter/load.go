//go:build amd64 || arm64

package taskiter

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// object is what was loaded into the kernel.
type object struct {
	*ebpf.Collection // Without the program.
	program          *ebpf.Program
	name             string        // Of the program.
	beside           *ebpf.Program // Another one; nil where there is none, or the kernel does not take it,
	whyNot           error         // for this reason.
}

// close unloads it.
func (o *object) close() {
	_ = o.program.Close() // The kernel keeps it no longer than it is used.
	_ = o.beside.Close()  // It may be nil.
	o.Collection.Close()
}

// share maps the memory in which a variable of the programs lies, to be read and written here too.
func (o *object) share(where *ebpf.VariableSpec) ([]byte, error) {
	m := o.Maps[where.SectionName]
	page := os.Getpagesize()
	memory, err := unix.Mmap(m.FD(), 0, (int(m.ValueSize())+page-1)/page*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("share the program's memory: %w", err)
	}
	return memory, nil
}

// load loads one program of an object: the first of those that are named that the kernel has the functions for, and takes. Beside
// it another one is loaded, if the kernel takes that too.
func load(spec *ebpf.CollectionSpec, beside string, names ...string) (object, error) {
	wanted, err := namesIn(spec, names)
	if err != nil {
		return object{}, err
	}
	kernel, err := readTypes(wanted)
	if err != nil {
		return object{}, err
	}
	programs := spec.Programs
	spec.Programs = nil
	maps, err := ebpf.NewCollection(spec)
	if err != nil {
		return object{}, fmt.Errorf("make its maps: %w", err)
	}
	for _, name := range names {
		o := object{Collection: maps, name: name}
		o.program, err = kernel.load(programs[name], maps.Maps)
		if err != nil {
			continue
		}
		if beside != "" {
			o.beside, o.whyNot = kernel.load(programs[beside], maps.Maps)
		}
		return o, nil
	}
	maps.Close()
	return object{}, err
}

// namesIn returns the names of the kernel's types that programs of an object have to do with.
func namesIn(spec *ebpf.CollectionSpec, programs []string) (map[string]bool, error) {
	names := map[string]bool{}
	for local, err := range spec.Types.All() {
		if err != nil {
			return nil, fmt.Errorf("read the object's types: %w", err)
		}
		switch local.(type) {
		case *btf.Struct, *btf.Union, *btf.Func:
			name, _, _ := bytes.Cut([]byte(local.TypeName()), []byte("___")) // How it was in another release.
			names[string(name)] = true
		}
	}
	delete(names, "") // Of those that have none.
	for _, name := range programs {
		if program := spec.Programs[name]; program.Type == ebpf.Tracing {
			names[target(program)] = true
		}
	}
	return names, nil
}

// target is the function of the kernel that stands for what an iterator goes through.
func target(program *ebpf.ProgramSpec) string { return "bpf_iter_" + program.AttachTo }

var errFunction = errors.New("the kernel has no function")

// load loads one program with its maps. The library would do so as well, but index all of the kernel's types to find the
// function that the program is attached to.
func (k *types) load(spec *ebpf.ProgramSpec, maps map[string]*ebpf.Map) (*ebpf.Program, error) {
	attach, known := k.functions[target(spec)]
	if spec.Type == ebpf.Tracing && !known {
		return nil, fmt.Errorf("%w %s", errFunction, target(spec))
	}
	code := slices.Clone(spec.Instructions)
	if err := k.link(code, maps); err != nil {
		return nil, err
	}
	if err := k.relocate(code, spec); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := code.Marshal(&text, spec.ByteOrder); err != nil {
		return nil, fmt.Errorf("write the program: %w", err)
	}
	fd, err := loadProgram(text.Bytes(), spec, attach)
	if err != nil {
		return nil, err
	}
	program, err := ebpf.NewProgramFromFD(fd)
	if err != nil {
		return nil, fmt.Errorf("take over the program: %w", err)
	}
	return program, nil
}

// link puts the maps into the code, and the functions of the kernel that it calls.
func (k *types) link(code asm.Instructions, maps map[string]*ebpf.Map) error {
	for i := range code {
		switch name := code[i].Reference(); {
		case code[i].IsLoadFromMap() && name != "":
			m, known := maps[name]
			if !known {
				return fmt.Errorf("the object has no map %s", name)
			}
			if err := code[i].AssociateMap(m); err != nil {
				return fmt.Errorf("map %s: %w", name, err)
			}
		case code[i].IsKfuncCall():
			id, known := k.functions[name]
			if !known {
				return fmt.Errorf("%w %s", errFunction, name)
			}
			code[i].Constant = int64(id)
		}
	}
	return nil
}

// relocate has the code find the members of structs where the kernel has them.
func (k *types) relocate(code asm.Instructions, spec *ebpf.ProgramSpec) error {
	var all []*btf.CORERelocation
	var at []*asm.Instruction
	for i := range code {
		if relocation := btf.CORERelocationMetadata(&code[i]); relocation != nil {
			all, at = append(all, relocation), append(at, &code[i])
		}
	}
	noOwn := func(btf.Type) (btf.TypeID, error) { return 0, errors.New("a type of the object's own has no number") }
	found, err := btf.CORERelocate(all, []*btf.Spec{k.structs}, spec.ByteOrder, noOwn)
	if err != nil {
		return fmt.Errorf("find the members of the kernel's structs: %w", err)
	}
	for i, fixup := range found {
		if err := fixup.Apply(at[i]); err != nil {
			return fmt.Errorf("find a member of a kernel's struct: %w", err)
		}
	}
	return nil
}

// programAttributes is what bpf(2) is told of a program to load: union bpf_attr in linux/bpf.h, as far as it is needed.
type programAttributes struct {
	kind, count       uint32
	code, license     uint64
	logLevel, logSize uint32
	log               uint64
	_, flags          uint32
	name              [16]byte
	_, attachType     uint32
	_, _              uint32
	_                 uint64
	_, _              uint32
	_                 uint64
	_, attachFunction uint32
}

// From linux/bpf.h.
const (
	commandLoadProgram = 5
	kindTracing        = 26
	kindSyscall        = 31
	attachIterator     = 28
	flagSleepable      = 1 << 4
)

// loadProgram has the kernel take a program that goes through what a function stands for, or one that is called. See bpf(2).
func loadProgram(code []byte, spec *ebpf.ProgramSpec, attach typeID) (int, error) {
	license := append([]byte(spec.License), 0)
	attributes := &programAttributes{
		kind: kindTracing, count: uint32(len(code) / asm.InstructionSize), //nolint:gosec // There are hundreds.
		code: address(code), license: address(license), attachType: attachIterator, attachFunction: uint32(attach),
	}
	if spec.Type == ebpf.Syscall {
		attributes.kind, attributes.flags, attributes.attachType = kindSyscall, flagSleepable, 0
	}
	copy(attributes.name[:len(attributes.name)-1], spec.Name)
	var fd uintptr
	errno := unix.EAGAIN // A signal came, of which Go's own are many.
	for tries := 0; errno == unix.EAGAIN && tries < 30; tries++ {
		fd, _, errno = unix.Syscall(unix.SYS_BPF, commandLoadProgram, uintptr(unsafe.Pointer(attributes)), unsafe.Sizeof(*attributes))
	}
	runtime.KeepAlive(code)
	runtime.KeepAlive(license)
	if errno != 0 {
		return -1, fmt.Errorf("have the kernel take the program: %w", errno)
	}
	return int(fd), nil
}

func address(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }
