//go:build amd64 || arm64

package taskiter

import (
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
)

// object is what was loaded into the kernel.
type object struct {
	*ebpf.Collection
	program      *ebpf.Program
	wholeThreads *ebpf.Variable // Whether each thread gets a whole record.
	closely      *ebpf.Variable // A Closely.
}

// load loads one of the two programs of the object.
func load() (object, error) {
	spec, err := loadObject()
	if err != nil {
		return object{}, fmt.Errorf("read the object: %w", err)
	}
	types := btf.NewCache()
	kernel, err := types.Kernel()
	if err != nil {
		return object{}, fmt.Errorf("read the kernel's types: %w", err)
	}
	name, other := objectProgDump, objectProgDumpUntrusted
	var cast *btf.Func
	if kernel.TypeByName("bpf_rdonly_cast", &cast) == nil {
		name, other = other, name
	}
	delete(spec.Programs, other)
	loaded, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{
		Programs: ebpf.ProgramOptions{KernelTypes: kernel}, // Else those of all modules are read as well.
		Cache:    types,
	})
	if err != nil {
		return object{}, err //nolint:wrapcheck // The caller says what was loaded.
	}
	return object{loaded, loaded.Programs[name], loaded.Variables[objectVarWholeThreads], loaded.Variables[objectVarClosely]}, nil
}
