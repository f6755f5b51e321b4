package proc

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// AtLeast reports whether so many processes are listed. It looks no further than it must: a listing costs 1 µs a process.
func (d *Dir) AtLeast(count int) (bool, error) {
	if count <= 0 {
		return true, nil
	}
	fd, err := openat(false, d.fd, ".\x00", unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return false, fmt.Errorf("list %s: %w", d.path, err)
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	for block := make([]byte, listBlock); ; {
		n, err := unix.Getdents(fd, block)
		if err != nil {
			return false, fmt.Errorf("list %s: %w", d.path, err)
		}
		if n == 0 {
			return false, nil
		}
		for range numbered(block[:n]) {
			if count--; count == 0 {
				return true, nil
			}
		}
	}
}

// errLoadavg is returned for a loadavg file that is malformed.
var errLoadavg = errors.New("malformed loadavg line")

// ThreadsOfAll returns how many threads there are of all processes in the kernel, whatever the reader may see of them:
// the number behind the slash in /proc/loadavg; see proc_loadavg(5).
func (r *Reader) ThreadsOfAll() (int, error) {
	text, err := r.slurp(r.dir.procfs, r.dir.fd, "loadavg\x00")
	if err != nil {
		return 0, fmt.Errorf("read %s/loadavg: %w", r.dir.path, err)
	}
	_, after, _ := bytes.Cut(text, []byte{'/'})
	number, _, _ := bytes.Cut(after, []byte{' '})
	count, ok := parseNumber(number)
	if !ok || count > 1<<31 {
		return 0, fmt.Errorf("read %s/loadavg: %w", r.dir.path, errLoadavg)
	}
	return int(count), nil
}
