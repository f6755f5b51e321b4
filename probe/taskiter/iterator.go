//go:build amd64 || arm64

package taskiter

import (
	"fmt"

	"github.com/cilium/ebpf/link"
)

// Iterator is a task iterator that is loaded into the kernel. It must not be used by two goroutines at once.
type Iterator struct {
	object  object
	threads bool // What the variable of the object was set to.
	link    *link.Iter
	closely Closely
	block   []byte
	met     int
}

// Open loads the iterator, which takes the kernel some 50 ms of CPU time; nothing waits for anybody. An error says what is
// missing: it needs Linux 5.8 with BTF (CONFIG_DEBUG_INFO_BTF), and CAP_BPF and CAP_PERFMON or CAP_SYS_ADMIN in the
// initial user namespace; see capabilities(7). ErrUnsupported is returned where there is no object for the architecture.
//
// It is for a program in the initial namespaces: what it reads is not told in the numbers of any others, and is all that
// there is in the pid namespace of whoever reads. It does not ask whether /proc would tell that to the reader.
func Open() (*Iterator, error) {
	if err := lacking(); err != nil {
		return nil, err
	}
	loaded, err := load()
	if err != nil {
		return nil, fmt.Errorf("load the task iterator: %w", explain(err))
	}
	attached, err := link.AttachIter(link.IterOptions{Program: loaded.program})
	if err != nil {
		loaded.Close()
		return nil, fmt.Errorf("attach the task iterator: %w", explain(err))
	}
	it := &Iterator{object: loaded, link: attached, block: newBlock()}
	var all Closely
	for i := range all {
		all[i] = ^uint64(0)
	}
	if err := it.LookClosely(&all); err != nil {
		_ = it.Close() // It was not read from.
		return nil, err
	}
	return it, nil
}

// Close unloads the iterator.
func (it *Iterator) Close() error {
	err := it.link.Close()
	it.object.Close()
	if err != nil {
		return fmt.Errorf("close the task iterator: %w", err)
	}
	return nil
}

// Read appends a record of each process to a slice, by rising PID.
func (it *Iterator) Read(into []Record) ([]Record, error) { return it.read(into, false) }

// ReadThreads appends a record of each thread of each process to a slice, by rising PID.
func (it *Iterator) ReadThreads(into []Record) ([]Record, error) { return it.read(into, true) }

// Met returns how many threads of all processes were met in the last reading. The kernel keeps count of them too, in
// proc_loadavg(5), so that it shows whether any are kept from the iterator.
func (it *Iterator) Met() int { return it.met }

func (it *Iterator) read(into []Record, threads bool) ([]Record, error) {
	if err := it.want(threads); err != nil {
		return into, err
	}
	c := collector{records: into, whole: threads, first: len(into)}
	if err := eachBlock(it.link, it.block, c.take); err != nil {
		return into, fmt.Errorf("tasks: %w", err)
	}
	c.settle()
	it.met = c.met
	return c.records, nil
}

// Closely is a set of tasks, of which each has the numbers that leave the same rest when divided by 8,192.
type Closely [closeBits / 64]uint64

const closeBits = 8192

// Add adds the tasks with a number, and those with which it shares its place.
func (c *Closely) Add(pid int32) { c[uint32(pid)%closeBits/64] |= 1 << (uint32(pid) % 64) } //nolint:gosec // It is never negative.

// LookClosely says of which tasks RSS and CPUs are told from now on; at first it is all. They cost a third of what the rest of a
// record does.
func (it *Iterator) LookClosely(at *Closely) error {
	if *at == it.closely {
		return nil
	}
	if err := it.object.closely.Set(at); err != nil {
		return fmt.Errorf("set the task iterator: %w", err)
	}
	it.closely = *at
	return nil
}

// want has threads told whole, or only by what they used.
func (it *Iterator) want(threads bool) error {
	if threads == it.threads {
		return nil
	}
	var value uint32
	if threads {
		value = 1
	}
	if err := it.object.wholeThreads.Set(value); err != nil {
		return fmt.Errorf("set the task iterator: %w", err)
	}
	it.threads = threads
	return nil
}
