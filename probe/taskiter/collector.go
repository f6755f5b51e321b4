//go:build amd64 || arm64

package taskiter

import (
	"cmp"
	"errors"
	"slices"
	"unsafe"
)

// usage is what is told of a thread that is not told whole: the layout of struct thread_record in bpf/taskiter.c.
type usage struct {
	kind    uint32
	tgid    int32
	cpuTime uint64
}

// The kinds of records.
const (
	kindTask   = 1
	kindThread = 2
)

// collector puts together the records of one reading.
type collector struct {
	records []Record
	whole   bool    // Each thread has a record.
	first   int     // Where those of this reading begin.
	leader  int     // The one that was found last.
	early   []usage // Threads with lower numbers than their leaders'.
	met     int     // Threads, of all processes.
}

var errRecord = errors.New("the task iterator: malformed record")

// take takes over a block of whole records.
func (c *collector) take(block []byte) error {
	for len(block) > 0 {
		size := int(unsafe.Sizeof(usage{}))
		if len(block) < size {
			return errRecord
		}
		used := (*usage)(unsafe.Pointer(unsafe.SliceData(block)))
		switch used.kind {
		case kindThread:
			if !c.charge(used.tgid, used.cpuTime) {
				c.early = append(c.early, *used)
			}
		case kindTask:
			size = int(unsafe.Sizeof(Record{}))
			if len(block) < size {
				return errRecord
			}
			c.records = append(c.records, *(*Record)(unsafe.Pointer(unsafe.SliceData(block))))
		default:
			return errRecord
		}
		c.met++
		block = block[size:]
	}
	return nil
}

// charge adds what a thread used to the leader of its process, if that was read already.
func (c *collector) charge(tgid int32, cpuTime uint64) bool {
	if c.leader >= len(c.records) || c.records[c.leader].PID != tgid {
		found, ok := slices.BinarySearchFunc(c.records[c.first:], tgid, func(r Record, pid int32) int { return cmp.Compare(r.PID, pid) })
		if !ok {
			return false
		}
		c.leader = c.first + found
	}
	leader := &c.records[c.leader]
	leader.threadsTime += cpuTime
	leader.threadsRead++
	return true
}

// settle adds what is left over once all was read.
func (c *collector) settle() {
	for _, used := range c.early {
		_ = c.charge(used.tgid, used.cpuTime) // Of a process that was not read nothing is told.
	}
	for i := c.first; c.whole && i < len(c.records); i++ {
		if r := &c.records[i]; !r.Leads() {
			_ = c.charge(r.TGID, r.cpuTime)
		}
	}
}
