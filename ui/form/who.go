package form

import (
	"fmt"

	"bulkhead/probe"
)

// alive returns those of the tasks that are still there. A thread is taken to be there as long as its process is, where
// the threads of that were not read.
func alive(now *probe.Snapshot, tasks []probe.TaskKey) []*probe.Task {
	var found []*probe.Task
	for _, key := range tasks {
		if t, ok := find(now, key); ok {
			found = append(found, t)
		}
	}
	return found
}

func find(now *probe.Snapshot, key probe.TaskKey) (*probe.Task, bool) {
	process, ok := now.Task(key.PID)
	if key.TID == key.PID {
		return process, ok && process.Start == key.Start
	}
	threads := now.ThreadsOf(key.PID)
	for i := range threads {
		if threads[i].TaskKey == key {
			return &threads[i], true
		}
	}
	return process, ok && len(threads) == 0
}

// who names the tasks that a form is about.
func who(now *probe.Snapshot, tasks []probe.TaskKey) string {
	if len(tasks) != 1 {
		return fmt.Sprintf("%d processes", len(tasks))
	}
	name := fmt.Sprint(tasks[0].TID)
	if t, ok := find(now, tasks[0]); ok {
		name += " " + t.Comm
	}
	return name
}

// whoIsGone says that all the tasks are gone; it is empty where one is left.
func whoIsGone(now *probe.Snapshot, tasks []probe.TaskKey) string {
	switch {
	case len(alive(now, tasks)) > 0:
		return ""
	case len(tasks) == 1 && tasks[0].TID != tasks[0].PID:
		return fmt.Sprintf("gone: thread %d has ended", tasks[0].TID)
	case len(tasks) == 1:
		return fmt.Sprintf("gone: process %d has ended", tasks[0].PID)
	}
	return "gone: all the processes have ended"
}

// groupIsGone says that a group is gone; it is empty where it is there.
func groupIsGone(now *probe.Snapshot, key probe.GroupKey) string {
	if _, ok := now.Group(key); ok {
		return ""
	}
	return fmt.Sprintf("gone: %s was removed", key)
}
