//go:build amd64 || arm64

package taskiter

import (
	"fmt"
	"unsafe"
)

// FileIterator reads the open descriptors of all tasks from the kernel's BPF iterator of task files; see "iter/task_file" in the
// kernel's document on BPF iterators. It must not be used by two goroutines at once.
type FileIterator struct {
	object    object
	iteration *iteration
}

// OpenFiles loads the iterator of files. It needs what Open needs, and tells no less than that beyond what /proc would.
func OpenFiles() (*FileIterator, error) {
	if err := lacking(); err != nil {
		return nil, err
	}
	loaded, err := loadFileIterator()
	if err != nil {
		return nil, fmt.Errorf("load the iterator of files: %w", explain(err))
	}
	attached, err := newIteration(loaded)
	if err != nil {
		loaded.close()
		return nil, fmt.Errorf("attach the iterator of files: %w", explain(err))
	}
	return &FileIterator{loaded, attached}, nil
}

func loadFileIterator() (object, error) {
	spec, err := loadFiles()
	if err != nil {
		return object{}, fmt.Errorf("read the object: %w", err)
	}
	return load(spec, "", filesProgDumpFiles)
}

// Close unloads the iterator.
func (it *FileIterator) Close() error {
	err := it.iteration.close()
	it.object.close()
	if err != nil {
		return fmt.Errorf("close the iterator of files: %w", err)
	}
	return nil
}

// Read appends to a slice the descriptors of all tasks that may keep a namespace alive, by rising PID. Of each task that has any
// descriptor there is at least one record; a thread that shares those of its process is left out. A task that has none, and
// one that the kernel keeps from the iterator, is not told.
func (it *FileIterator) Read(into []File) ([]File, error) {
	const size = int(unsafe.Sizeof(File{}))
	err := it.iteration.each(func(block []byte) error {
		if len(block)%size != 0 {
			return errRecord
		}
		into = append(into, unsafe.Slice((*File)(unsafe.Pointer(unsafe.SliceData(block))), len(block)/size)...)
		return nil
	})
	if err != nil {
		return into, fmt.Errorf("files: %w", err)
	}
	return into, nil
}
