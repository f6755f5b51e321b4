package probe

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"

	"bulkhead/probe/reading"
)

// Gap is a kind of place that could not be read, and the error met there, so that "not permitted" is shown and never dropped.
type Gap struct {
	Where string // Such as /proc/PID/ns; PID stands for any process.
	Err   string // The error in words.
	Count int    // How many places of the kind.
	First string // One of them, such as /proc/1/ns.
}

// gapKey tells gaps apart.
type gapKey struct{ where, err string }

// gaps collects what could not be read in one scan.
type gaps struct{ found map[gapKey]*Gap }

// add notes that a place could not be read, and what kind of place it is.
func (g *gaps) add(where, place string, err error) {
	if err == nil {
		return
	}
	text := err.Error()
	var errno syscall.Errno
	if errors.As(err, &errno) {
		text = errno.Error()
	}
	key := gapKey{where, text}
	if known, ok := g.found[key]; ok {
		known.Count++
		return
	}
	if g.found == nil {
		g.found = map[gapKey]*Gap{}
	}
	g.found[key] = &Gap{Where: where, Err: text, Count: 1, First: place}
}

// addTasks notes what was not permitted to be read of the processes.
func (g *gaps) addTasks(tasks []Task) {
	for i := range tasks {
		g.addDenied(&tasks[i])
	}
}

// addDenied notes what was not permitted to be read of a process.
func (g *gaps) addDenied(t *Task) {
	if t.Access == reading.Denied {
		g.addTask(t.PID, "stat")
		return
	}
	if t.Namespaces.denied() {
		g.addTask(t.PID, "ns")
	}
	if t.Cgroups.Access == reading.Denied {
		g.addTask(t.PID, "cgroup")
	}
	if t.Cmdline.State() == reading.Denied {
		g.addTask(t.PID, "cmdline")
	}
}

// addNodes notes the groups of a hierarchy whose directories may not be listed.
func (g *gaps) addNodes(h *mountedHierarchy) {
	for i := range h.nodes {
		if h.nodes[i].Access == reading.Denied {
			g.add("a group's directory", path.Join(h.MountPoint, h.nodes[i].Path), syscall.EACCES)
		}
	}
}

func (g *gaps) addTask(pid int32, file string) {
	key := gapKey{"/proc/PID/" + file, syscall.EACCES.Error()}
	if known, ok := g.found[key]; ok {
		known.Count++
		return
	}
	g.add(key.where, fmt.Sprintf("/proc/%d/%s", pid, file), syscall.EACCES)
}

// list returns the gaps by place.
func (g *gaps) list() []Gap {
	list := make([]Gap, 0, len(g.found))
	for _, gap := range g.found {
		list = append(list, *gap)
	}
	slices.SortFunc(list, func(a, b Gap) int { return strings.Compare(a.Where+a.Err, b.Where+b.Err) })
	return list
}

// miss is add for what is met again and again: the place is made up only the first time.
func (g *gaps) miss(where, text string, place func() string) {
	if known, ok := g.found[gapKey{where, text}]; ok {
		known.Count++
		return
	}
	g.add(where, place(), errors.New(text))
}
