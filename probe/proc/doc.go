// Package proc reads /proc, or a directory laid out like it, fast and without garbage.
//
// A Dir is an open root: /proc, the /proc of a container, or a fixture. A Reader holds one process or thread of it
// open and reads its files into one reused buffer:
//
//	dir, err := proc.Open("/proc")
//	entries, err := dir.List(nil)
//	r := dir.NewReader()
//	defer r.Close()
//	for _, entry := range entries {
//		if err := r.Open(entry.PID); errors.Is(err, proc.ErrGone) {
//			continue
//		}
//		err := r.Stat(&stat)
//		err = r.Links(&links)
//	}
//
// Every read goes through the descriptor of the process's directory. The kernel binds that descriptor to the process
// and not to its number, so that facts of two processes are never mixed even where a pid is reused at once: what is
// read after the process was reaped is ErrGone.
//
// The process's directory is opened with O_PATH and the namespace links are read as "ns/net" from there. Opening it
// with O_DIRECTORY, opening its ns directory as well, or walking from the root each time costs the same or more.
package proc

import "errors"

// ErrGone is returned for a process or thread that has ended and was reaped, or that this /proc hides
// (hidepid in proc(5)). A zombie is not gone.
var ErrGone = errors.New("process is gone")
