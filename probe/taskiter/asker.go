//go:build amd64 || arm64

package taskiter

import (
	"fmt"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// asker is a program that is called, and tells of the namespaces of processes.
type asker struct {
	program *ebpf.Program
	memory  []byte // Shared with the program.
	*asked
	lacking error // Why there is no such program.
}

// asked is of which processes is asked, and what is answered: the layout of struct asked in bpf/records.h.
type asked struct {
	count   uint32
	pids    [64]int32
	_       uint32
	answers [64]Namespaces
}

func newAsker(loaded object, where *ebpf.VariableSpec) asker {
	if loaded.whyNot != nil {
		return asker{lacking: loaded.whyNot}
	}
	memory, err := loaded.share(where)
	if err != nil {
		return asker{lacking: err}
	}
	return asker{program: loaded.beside, memory: memory, asked: (*asked)(unsafe.Pointer(&memory[where.Offset]))}
}

func (a *asker) close() error {
	if a.asked == nil {
		return nil
	}
	a.asked = nil
	return unix.Munmap(a.memory) //nolint:wrapcheck // There is nothing to add.
}

// Inspect appends to a slice what the namespaces of each process are, by its number. It needs Linux 6.18, which gives namespaces ids,
// and fails before.
func (it *Iterator) Inspect(pids []int32, into []Namespaces) ([]Namespaces, error) {
	a := &it.asker
	if a.lacking != nil {
		return into, fmt.Errorf("namespaces of processes: %w", a.lacking)
	}
	for len(pids) > 0 {
		n := copy(a.pids[:], pids)
		a.count = uint32(n) //nolint:gosec // It is a few.
		if _, err := a.program.Run(nil); err != nil {
			return into, fmt.Errorf("namespaces of processes: %w", err)
		}
		into, pids = append(into, a.answers[:n]...), pids[n:]
	}
	return into, nil
}
