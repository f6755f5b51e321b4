//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// FileIterator reads the open descriptors of all tasks from the kernel's BPF iterator of task files; see "iter/task_file" in the
// kernel's document on BPF iterators. It must not be used by two goroutines at once.
type FileIterator struct {
	object *ebpf.Collection
	link   *link.Iter
	block  []byte
}

// OpenFiles loads the iterator of files. It needs what Open needs, and tells no less than that beyond what /proc would.
func OpenFiles() (*FileIterator, error) {
	if err := lacking(); err != nil {
		return nil, err
	}
	object, err := loadFileIterator()
	if err != nil {
		return nil, fmt.Errorf("load the iterator of files: %w", explain(err))
	}
	attached, err := link.AttachIter(link.IterOptions{Program: object.Programs[filesProgDumpFiles]})
	if err != nil {
		object.Close()
		return nil, fmt.Errorf("attach the iterator of files: %w", explain(err))
	}
	return &FileIterator{object: object, link: attached, block: make([]byte, 8*os.Getpagesize())}, nil
}

func loadFileIterator() (*ebpf.Collection, error) {
	spec, err := loadFiles()
	if err != nil {
		return nil, fmt.Errorf("read the object: %w", err)
	}
	types := btf.NewCache()
	kernel, err := types.Kernel()
	if err != nil {
		return nil, fmt.Errorf("read the kernel's types: %w", err)
	}
	return ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{ //nolint:wrapcheck // The caller says what was loaded.
		Programs: ebpf.ProgramOptions{KernelTypes: kernel}, // Else those of all modules are read as well.
		Cache:    types,
	})
}

// Close unloads the iterator.
func (it *FileIterator) Close() error {
	err := it.link.Close()
	it.object.Close()
	if err != nil {
		return fmt.Errorf("close the iterator of files: %w", err)
	}
	return nil
}

// Read appends to a slice the descriptors of all tasks that may keep a namespace alive, by rising PID. Of each task that has any
// descriptor there is at least one record; a thread that shares those of its process is left out. A task that has none, and
// one that the kernel keeps from the iterator, is not told.
func (it *FileIterator) Read(into []File) ([]File, error) {
	file, err := it.link.Open()
	if err != nil {
		return into, fmt.Errorf("open the iterator of files: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	for {
		n, err := file.Read(it.block)
		switch {
		case errors.Is(err, io.EOF):
			return into, nil
		case errors.Is(err, unix.EAGAIN):
			continue // The kernel met a million descriptors in a row that are of no interest.
		case err != nil:
			return into, fmt.Errorf("read the iterator of files: %w", err)
		case n%int(unsafe.Sizeof(File{})) != 0:
			return into, errRecord
		}
		if n > 0 {
			into = append(into, unsafe.Slice((*File)(unsafe.Pointer(unsafe.SliceData(it.block))), n/int(unsafe.Sizeof(File{})))...)
		}
	}
}
