// Package sysvipc reads what is in an ipc namespace: the System V message queues, semaphores and shared memory, and the
// limits of these and of POSIX message queues. See sysvipc(7), proc_sysvipc(5) and mq_overview(7).
package sysvipc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kind is the kind of an Object, which is also the name of the file in /proc/sysvipc that lists it.
type Kind string

// The kinds of Object.
const (
	Queue      Kind = "msg"
	Semaphores Kind = "sem"
	Memory     Kind = "shm"
)

// Kinds are all kinds, in the order of ipcs(1).
var Kinds = [...]Kind{Queue, Memory, Semaphores}

// Object is a message queue, a set of semaphores or a segment of shared memory.
type Object struct {
	Kind  Kind
	Key   uint32 // 0 is IPC_PRIVATE.
	ID    int32
	Perms uint32 // The permission bits, and of memory SHM_DEST (01000): to be destroyed once nobody is attached.
	Size  uint64 // Bytes in the queue or of the segment; of semaphores, how many they are.
	Count uint64 // Messages in the queue, or attachments of the segment; of semaphores 0.
}

// errHeading is returned for a file that does not begin as proc_sysvipc(5) has it.
var errHeading = errors.New("no heading with key and perms")

// The columns of an Object in each file.
var columns = map[Kind]struct{ id, size, count string }{
	Queue: {"msqid", "cbytes", "qnum"}, Semaphores: {"semid", "nsems", ""}, Memory: {"shmid", "size", "nattch"},
}

// Parse reads one of the files of /proc/sysvipc. Its columns are found by their names.
func Parse(kind Kind, text io.Reader) ([]Object, error) {
	lines := bufio.NewScanner(text)
	at := map[string]int{}
	if lines.Scan() {
		for i, name := range strings.Fields(lines.Text()) {
			at[name] = i
		}
	}
	if _, ok := at["key"]; !ok {
		return nil, errors.Join(fmt.Errorf("%s: %w", kind, errHeading), lines.Err())
	}
	var all []Object
	for lines.Scan() {
		o, err := parseObject(kind, at, strings.Fields(lines.Text()))
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", kind, lines.Text(), err)
		}
		all = append(all, o)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	return all, nil
}

func parseObject(kind Kind, at map[string]int, fields []string) (Object, error) {
	var failed error
	number := func(name string, base int) uint64 {
		i, ok := at[name]
		if !ok || i >= len(fields) {
			if name != "" {
				failed = fmt.Errorf("column %q: %w", name, errHeading)
			}
			return 0
		}
		if signed, err := strconv.ParseInt(fields[i], base, 64); err == nil { // A key may be negative.
			return uint64(signed)
		}
		n, err := strconv.ParseUint(fields[i], base, 64)
		if err != nil {
			failed = fmt.Errorf("column %q: %w", name, err)
		}
		return n
	}
	c := columns[kind]
	o := Object{
		Kind: kind, Key: uint32(number("key", 10)), ID: int32(number(c.id, 10)), Perms: uint32(number("perms", 8)),
		Size: number(c.size, 10), Count: number(c.count, 10),
	}
	return o, failed
}
