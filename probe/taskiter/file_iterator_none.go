//go:build !amd64 && !arm64

package taskiter

import "fmt"

// FileIterator is an iterator of files that is loaded into the kernel. There is none on this architecture.
type FileIterator struct{}

// OpenFiles always fails here: the object was made for amd64 and arm64.
func OpenFiles() (*FileIterator, error) {
	return nil, fmt.Errorf("open the iterator of files: %w", ErrUnsupported)
}

// Close unloads the iterator.
func (*FileIterator) Close() error { return nil }

// Read appends the descriptors of all tasks that may keep a namespace alive to a slice.
func (*FileIterator) Read(into []File) ([]File, error) { return into, ErrUnsupported }
