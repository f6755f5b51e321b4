//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// walk is a program that is called, and goes on from task to task through the kernel's lists, a stretch each time.
type walk struct {
	program *ebpf.Program
	memory  []byte // Shared with the program; what a stretch tells lies in it.
	*chunk
}

// chunk is what a stretch begins with, and what it tells: the layout of struct chunk in bpf/records.h.
type chunk struct {
	start             uint64
	from              int32
	past, ended, used uint32
	count, _          uint32
	pids              [1024]int32
	words             [8192]uint64
}

func newWalk(loaded object, where *ebpf.VariableSpec) (*walk, error) {
	memory, err := loaded.share(where)
	if err != nil {
		return nil, err
	}
	return &walk{loaded.program, memory, (*chunk)(unsafe.Pointer(&memory[where.Offset]))}, nil
}

func (w *walk) close() error {
	w.chunk = nil
	return unix.Munmap(w.memory) //nolint:wrapcheck // There is nothing to add.
}

// read walks from the first process to the last one. That is the order in which they were started, and that of their numbers
// only until these begin anew.
func (w *walk) read(c *collector) error {
	err := ErrLost
	w.past, w.ended = 0, 0
	for _, w.from = range firstProcesses {
		if err = w.stretch(c); !errors.Is(err, ErrLost) {
			break
		}
	}
	for err == nil && w.ended == 0 {
		err = w.stretch(c)
	}
	c.sort()
	c.once()
	return err
}

// firstProcesses are init and, should that be kept from the program, kthreadd.
var firstProcesses = [...]int32{1, 2}

// stretch goes on from the task that was met last.
func (w *walk) stretch(c *collector) error {
	switch begun, err := w.program.Run(nil); {
	case err != nil:
		return err //nolint:wrapcheck // It says what was run.
	case begun == 0:
		return ErrLost
	}
	if int(w.used) > len(w.words) || int(w.count) > len(w.pids) {
		return errRecord
	}
	c.keep(w.pids[:w.count])
	return c.take(unsafe.Slice((*byte)(unsafe.Pointer(&w.words)), w.used*uint32(unsafe.Sizeof(w.words[0]))))
}
