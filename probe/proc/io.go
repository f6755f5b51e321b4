package proc

import (
	"bytes"
	"fmt"
)

const ioFile = "io\x00"

// IO is what /proc/PID/io tells of the bytes that a process had fetched from devices and sent to them, its threads that have ended
// included; see proc_pid_io(5). Since Linux 2.6.20, with CONFIG_TASK_IO_ACCOUNTING. Reading it takes the right to look into the
// process, as with ptrace(2): else it is EACCES.
type IO struct {
	Read    uint64 // read_bytes.
	Written uint64 // write_bytes: what was written to the cache too, when it goes on to the device.
}

// IO reads /proc/PID/io.
func (r *Reader) IO() (IO, error) {
	text, err := r.read(ioFile)
	if err != nil {
		return IO{}, err
	}
	io, ok := parseIO(text)
	if !ok {
		return IO{}, fmt.Errorf("read %s: %w", r.name(ioFile), errStatus)
	}
	return io, nil
}

// parseIO reads the content of the file. It is false where one of the two lines is missing or malformed.
func parseIO(text []byte) (io IO, ok bool) {
	found := 0
	for line := range bytes.Lines(text) {
		key, rest, _ := bytes.Cut(line, []byte(": "))
		var into *uint64
		switch string(key) {
		case "read_bytes":
			into = &io.Read
		case "write_bytes":
			into = &io.Written
		default:
			continue
		}
		if *into, ok = parseNumber(bytes.TrimSuffix(rest, []byte("\n"))); !ok {
			return IO{}, false
		}
		found++
	}
	return io, found == 2
}
