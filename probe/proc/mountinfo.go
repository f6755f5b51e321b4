package proc

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// EachMount calls found for each line of /proc/PID/mountinfo, without its newline; see proc_pid_mountinfo(5). The line is
// valid until found returns. The file shows the mounts below the process's root directory, and anybody may read it.
func (r *Reader) EachMount(found func(line []byte)) error {
	fd, err := openat(false, r.fd, mountinfoFile, unix.O_RDONLY)
	if err != nil {
		return r.failed(mountinfoFile, err)
	}
	defer shut(false, fd)
	if len(r.block) < listBlock { // The kernel seeks anew for every read.
		r.block = make([]byte, listBlock)
	}
	for kept := 0; ; {
		n, err := read(false, fd, r.block[kept:])
		if err != nil {
			return r.failed(mountinfoFile, err)
		}
		if n == 0 {
			return nil
		}
		text := r.block[:kept+n]
		for {
			line, rest, whole := bytes.Cut(text, []byte{'\n'})
			if !whole {
				break
			}
			found(line)
			text = rest
		}
		if kept = copy(r.block, text); kept < len(r.block) {
			continue
		}
		if kept >= lastBuffer {
			return r.failed(mountinfoFile, errTooLong)
		}
		r.block = append(r.block, make([]byte, kept)...)
	}
}

const mountinfoFile = "mountinfo\x00"
