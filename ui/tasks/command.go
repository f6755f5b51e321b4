package tasks

import (
	"strings"

	"bulkhead/probe"
)

// Command is what a task runs, as raw text: its command line, without the directory of a program that has the name of
// the task; in brackets the name of a kernel thread; of a thread its own name.
func Command(t *probe.Task) string {
	switch {
	case t.Kernel:
		return "[" + t.Comm + "]"
	case t.Zombie():
		return t.Comm + " <defunct>"
	}
	return program(t)
}

// program is the Command without the signs that are put to it.
func program(t *probe.Task) string {
	line := t.Cmdline.Or("")
	if line == "" || t.Kernel || t.Thread() || t.Zombie() {
		return t.Comm
	}
	path, _, _ := strings.Cut(line, " ")
	name := strings.LastIndexByte(path, '/') + 1
	if t.Comm == "" || !strings.HasPrefix(path[name:], t.Comm) {
		return line
	}
	return line[name:]
}
