//go:build amd64 || arm64

package taskiter

import (
	"cmp"
	"errors"
	"slices"
	"unsafe"
)

// usage is what is told of a thread that is not told whole: the layout of struct thread_record in bpf/records.h.
type usage struct {
	kind    uint32
	tgid    int32
	cpuTime uint64
}

// unchanged are processes that are as they were told of last: the layout of struct same_record in bpf/records.h.
type unchanged struct {
	_     uint32
	count uint32
	pids  [64]int32
}

// The kinds of records.
const (
	kindTask   = 1
	kindThread = 2
	kindSame   = 3
)

// collector puts together the records of one reading.
type collector struct {
	records []Record
	same    []int32
	whole   bool    // Each thread has a record.
	first   [2]int  // Where those of this reading begin, in both.
	leader  int     // The one that was found last.
	early   []usage // Threads with lower numbers than their leaders'.
	met     int     // Threads, of all processes.
}

// newCollector returns one that adds to what there is.
func newCollector(records []Record, same []int32) collector {
	return collector{records: records, same: same, first: [2]int{len(records), len(same)}}
}

var errRecord = errors.New("the task iterator: malformed record")

// take takes over a block of whole records.
func (c *collector) take(block []byte) error {
	for len(block) > 0 {
		size, err := c.takeOne(block)
		if err != nil {
			return err
		}
		block = block[size:]
	}
	return nil
}

// takeOne takes over the first record of a block, and returns its size.
func (c *collector) takeOne(block []byte) (int, error) {
	used, err := first[usage](block)
	if err != nil {
		return 0, err
	}
	switch used.kind {
	case kindThread:
		if !c.charge(used.tgid, used.cpuTime) {
			c.early = append(c.early, *used)
		}
		c.met++
		return int(unsafe.Sizeof(*used)), nil
	case kindTask:
		r, err := first[Record](block)
		if err != nil {
			return 0, err
		}
		if r.Leads() {
			c.leader = len(c.records)
		}
		c.records = append(c.records, *r)
		c.met++
		return int(unsafe.Sizeof(*r)), nil
	case kindSame:
		same, err := first[unchanged](block)
		if err != nil || int(same.count) > len(same.pids) {
			return 0, errRecord
		}
		c.keep(same.pids[:same.count])
		return int(unsafe.Sizeof(*same)), nil
	}
	return 0, errRecord
}

// keep takes over the numbers of processes that are as they were told of last.
func (c *collector) keep(same []int32) {
	c.same = append(c.same, same...)
	c.met += len(same)
}

// first returns the record of a kind that a block begins with.
func first[T usage | Record | unchanged](block []byte) (*T, error) {
	if len(block) < int(unsafe.Sizeof(*new(T))) {
		return nil, errRecord
	}
	return (*T)(unsafe.Pointer(unsafe.SliceData(block))), nil
}

// charge adds what a thread used to the leader of its process, if that was read already.
func (c *collector) charge(tgid int32, cpuTime uint64) bool {
	if c.leader >= len(c.records) || c.records[c.leader].PID != tgid {
		found, ok := slices.BinarySearchFunc(c.records[c.first[0]:], tgid, func(r Record, pid int32) int { return cmp.Compare(r.PID, pid) })
		if !ok {
			return false
		}
		c.leader = c.first[0] + found
	}
	leader := &c.records[c.leader]
	leader.threadsTime += cpuTime
	leader.threadsRead++
	return true
}

// sort puts what was read in the order of the numbers.
func (c *collector) sort() {
	if same := c.same[c.first[1]:]; run(same) < len(same) {
		sorted, _ := sortRuns(same, nil)
		copy(same, sorted)
	}
	records := c.records[c.first[0]:]
	if slices.IsSortedFunc(records, func(a, b Record) int { return cmp.Compare(a.PID, b.PID) }) {
		return
	}
	order := make([]uint64, len(records)) // The number of each, before the place where it is.
	for i := range records {
		order[i] = uint64(records[i].PID)<<32 | uint64(i) //nolint:gosec // Neither is ever negative.
	}
	order, _ = sortRuns(order, nil)
	arrange(records, order)
}

// once drops what was told before of a number that was told of again: a thread that calls execve(2) takes over that of its process,
// and one that became free is another's. It is called when all is sorted.
func (c *collector) once() {
	records, left := c.records[c.first[0]:], 0
	for i := range records {
		if i+1 < len(records) && records[i+1].PID == records[i].PID {
			continue
		}
		if left != i {
			records[left] = records[i]
		}
		left++
	}
	records = records[:left]
	c.records = c.records[:c.first[0]+left]
	same, at := slices.Compact(c.same[c.first[1]:]), 0
	same = slices.DeleteFunc(same, func(pid int32) bool {
		for at < len(records) && records[at].PID < pid {
			at++
		}
		return at < len(records) && records[at].PID == pid
	})
	c.same = c.same[:c.first[1]+len(same)]
}

// arrange puts into each place the record that the lower half of its order says: one after the other into that which became free.
func arrange(records []Record, order []uint64) {
	for place := range order {
		first, at := records[place], place
		for {
			from := int(uint32(order[at])) //nolint:gosec // The lower half.
			order[at] = uint64(at)         //nolint:gosec // It is in its place.
			if from == place {
				records[at] = first
				break
			}
			records[at], at = records[from], from
		}
	}
}

// settle adds what is left over once all was read.
func (c *collector) settle() {
	for _, used := range c.early {
		_ = c.charge(used.tgid, used.cpuTime) // Of a process that was not read nothing is told.
	}
	for i := c.first[0]; c.whole && i < len(c.records); i++ {
		if r := &c.records[i]; !r.Leads() {
			_ = c.charge(r.TGID, r.cpuTime)
		}
	}
}
