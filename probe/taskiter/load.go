//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// object is what was loaded into the kernel.
type object struct {
	*ebpf.Collection
	program *ebpf.Program
	wanted  *ebpf.Variable // A wanted.
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
	loaded, err := loadFor(spec, types, kernel)
	if err != nil {
		return object{}, err
	}
	return object{loaded, loaded.Programs[name], loaded.Variables[objectVarWanted]}, nil
}

// loadFor loads programs for the running kernel, whose types were read.
func loadFor(spec *ebpf.CollectionSpec, types *btf.Cache, kernel *btf.Spec) (*ebpf.Collection, error) {
	return ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{ //nolint:wrapcheck // The caller says what was loaded.
		Programs: ebpf.ProgramOptions{KernelTypes: kernel}, // Else those of all modules are read as well.
		Cache:    types,
	})
}

// newBlock is what an iterator is read into. The kernel copies from a buffer of this size: a record is never split where it is read
// into one that is no smaller.
func newBlock() []byte { return make([]byte, 8*os.Getpagesize()) }

// eachBlock reads an iterator from its beginning to its end, and has each block of whole records taken.
func eachBlock(it *link.Iter, block []byte, take func([]byte) error) error {
	file, err := it.Open()
	if err != nil {
		return fmt.Errorf("open the iterator: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	for {
		n, err := file.Read(block)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, unix.EAGAIN):
			continue // The kernel met a million things in a row that are of no interest.
		case err != nil:
			return fmt.Errorf("read the iterator: %w", err)
		}
		if err := take(block[:n]); err != nil {
			return err
		}
	}
}
