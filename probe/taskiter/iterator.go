//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"fmt"
)

// Iterator is a task iterator that is loaded into the kernel. It must not be used by two goroutines at once.
type Iterator struct {
	object object
	way    way
	asker  asker
	wanted wanted // What the variable of the object was set to.
	since  uint32
	look   Closely
	met    int
}

// way is how all tasks are gone through.
type way interface {
	read(c *collector) error
	close() error
}

// wanted is what the program is to tell: the layout of struct wanted in bpf/records.h.
type wanted struct {
	Threads, Changes, Since, Closely uint32
	Close                            [closeBits / 64]uint64
}

// Open loads the iterator, which takes some 16 ms of CPU time; nothing waits for anybody. An error says what is
// missing: it needs Linux 5.8 with BTF (CONFIG_DEBUG_INFO_BTF), and CAP_BPF and CAP_PERFMON or CAP_SYS_ADMIN in the
// initial user namespace; see capabilities(7). ErrUnsupported is returned where there is no object for the architecture.
//
// It is for a program in the initial namespaces: what it reads is all that there is, and not told in the numbers of any others. It
// does not ask whether /proc would tell that to the reader.
func Open() (*Iterator, error) {
	return openWith(objectProgWalk, objectProgDumpUntrusted, objectProgDump)
}

// openWith loads the first of the programs that the kernel takes.
func openWith(programs ...string) (*Iterator, error) {
	if err := lacking(); err != nil {
		return nil, err
	}
	spec, err := loadObject()
	if err != nil {
		return nil, fmt.Errorf("read the object of the task iterator: %w", err)
	}
	chunk, asked := spec.Variables[objectVarChunk], spec.Variables[objectVarAsked]
	loaded, err := load(spec, objectProgInspect, programs...)
	if err != nil {
		return nil, fmt.Errorf("load the task iterator: %w", explain(err))
	}
	it := &Iterator{object: loaded, look: Closely{Told: true}}
	if loaded.name == objectProgWalk {
		it.way, err = newWalk(loaded, chunk)
	} else {
		it.way, err = newIteration(loaded)
	}
	if err != nil {
		loaded.close()
		return nil, fmt.Errorf("attach the task iterator: %w", explain(err))
	}
	it.asker = newAsker(loaded, asked)
	return it, nil
}

// Close unloads the iterator.
func (it *Iterator) Close() error {
	err := errors.Join(it.way.close(), it.asker.close())
	it.object.close()
	if err != nil {
		return fmt.Errorf("close the task iterator: %w", err)
	}
	return nil
}

// Read appends a record of each process to a slice, by rising PID.
func (it *Iterator) Read(into []Record) ([]Record, error) {
	c := newCollector(into, nil)
	err := it.read(&c, wanted{})
	return c.records, err
}

// ReadThreads appends a record of each thread of each process to a slice, by rising PID.
func (it *Iterator) ReadThreads(into []Record) ([]Record, error) {
	c := newCollector(into, nil)
	c.whole = true
	err := it.read(&c, wanted{Threads: 1})
	return c.records, err
}

// ReadChanged appends to one slice a record of each process that may not be as it was told the last time, and to the other the
// numbers of those that are; both by rising PID. A process is told of anew when it has run, when another one moved it to other
// groups or became its parent, when it has threads or has exited, and when it is to be looked at closely. What others may
// change beside that must be looked for in this way: RSS, CPUs, and PIDForChildren once a namespace has its first process.
//
// After an error all are told of.
func (it *Iterator) ReadChanged(changed []Record, same []int32) ([]Record, []int32, error) {
	c := newCollector(changed, same)
	err := it.read(&c, wanted{Changes: 1, Since: it.since})
	if err != nil {
		it.Forget()
	}
	return c.records, c.same, err
}

// Forget has the next ReadChanged tell of all processes.
func (it *Iterator) Forget() { it.since++ }

// Met returns how many threads of all processes were met in the last reading. The kernel keeps count of them too, in
// proc_loadavg(5), so that it shows whether any are kept from the iterator.
func (it *Iterator) Met() int { return it.met }

func (it *Iterator) read(c *collector, want wanted) error {
	want.Close = it.look.set
	if it.look.Told {
		want.Closely = 1
	}
	begin, err := *c, ErrLost // As if a way had been lost before.
	for tries := 0; errors.Is(err, ErrLost) && tries < 10; tries++ {
		if err := it.want(want); err != nil {
			return err
		}
		*c = begin
		if err = it.way.read(c); want.Changes != 0 && errors.Is(err, ErrLost) {
			it.Forget() // What was told is lost too.
			want.Since = it.since
		}
	}
	if err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	c.settle()
	it.met = c.met
	return nil
}

// want sets what the program is to tell.
func (it *Iterator) want(want wanted) error {
	if want == it.wanted {
		return nil
	}
	if err := it.object.Variables[objectVarWanted].Set(&want); err != nil {
		return fmt.Errorf("set the task iterator: %w", err)
	}
	it.wanted = want
	return nil
}

// Closely says which tasks are looked at closely. The set is of all tasks whose numbers leave the same rest as that of one
// that was added when divided by 8,192.
type Closely struct {
	Told bool // Besides all that are told of.
	set  [closeBits / 64]uint64
}

const closeBits = 8192

// Add adds the tasks with a number, and those with which it shares its place.
func (c *Closely) Add(pid int32) { c.set[uint32(pid)%closeBits/64] |= 1 << (uint32(pid) % 64) } //nolint:gosec // It is never negative.

// LookClosely says of which tasks RSS and CPUs are told from now on; at first it is all. They cost a third of what the rest of a
// record does.
func (it *Iterator) LookClosely(at *Closely) { it.look = *at }
