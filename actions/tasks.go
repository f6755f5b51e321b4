package actions

import (
	"fmt"

	"bulkhead/probe"
)

// tasksOf finds the processes and threads of keys, as they are in the snapshot.
func tasksOf(s *probe.Snapshot, keys []probe.TaskKey) ([]*probe.Task, error) {
	tasks := make([]*probe.Task, 0, len(keys))
	for _, key := range keys {
		t, ok := s.Task(key.PID)
		if ok && key.TID != key.PID {
			t, ok = threadOf(s, key)
		}
		switch {
		case !ok || t.Start != key.Start:
			return nil, refuse("process %d is %v", key.TID, ErrGone)
		case t.Zombie():
			return nil, refuse("process %d has exited and waits for its parent", key.PID).help("end or signal the parent, process %d", t.PPID)
		}
		tasks = append(tasks, t)
	}
	if len(tasks) == 0 {
		return nil, refuse("no process is chosen")
	}
	return tasks, nil
}

func threadOf(s *probe.Snapshot, key probe.TaskKey) (*probe.Task, bool) {
	threads := s.ThreadsOf(key.PID)
	for i := range threads {
		if threads[i].TID == key.TID {
			return &threads[i], true
		}
	}
	return nil, false
}

// subject names what an action is about: one task, or how many.
func subject(tasks []*probe.Task) string {
	if len(tasks) == 1 {
		return fmt.Sprintf("%d %s", tasks[0].TID, tasks[0].Comm)
	}
	return count(len(tasks), "process")
}
