//go:build !amd64 && !arm64

package taskiter

import "fmt"

// Iterator is a task iterator that is loaded into the kernel. There is none on this architecture.
type Iterator struct{}

// Open always fails here: the object was made for amd64 and arm64.
func Open() (*Iterator, error) { return nil, fmt.Errorf("open the task iterator: %w", ErrUnsupported) }

// Close unloads the iterator.
func (*Iterator) Close() error { return nil }

// Read appends a record of each process to a slice, by rising PID.
func (*Iterator) Read(into []Record) ([]Record, error) { return into, ErrUnsupported }

// ReadThreads appends a record of each thread of each process to a slice, by rising PID.
func (*Iterator) ReadThreads(into []Record) ([]Record, error) { return into, ErrUnsupported }

// ReadChanged appends to one slice a record of each process that may not be as it was told the last time, and to the other the
// numbers of those that are.
func (*Iterator) ReadChanged(changed []Record, same []int32) ([]Record, []int32, error) {
	return changed, same, ErrUnsupported
}

// Inspect appends to a slice what the namespaces of each process are.
func (*Iterator) Inspect(_ []int32, into []Namespaces) ([]Namespaces, error) {
	return into, ErrUnsupported
}

// Forget has the next ReadChanged tell of all processes.
func (*Iterator) Forget() {}

// Met returns how many threads of all processes were met in the last reading.
func (*Iterator) Met() int { return 0 }

// Closely says which tasks are looked at closely.
type Closely struct{ Told bool }

// Add adds the tasks with a number.
func (*Closely) Add(int32) {}

// LookClosely says of which tasks RSS and CPUs are told from now on.
func (*Iterator) LookClosely(*Closely) {}
