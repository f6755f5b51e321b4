package actions

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// SignalTasks sends a signal to processes.
func SignalTasks(keys []probe.TaskKey, sig unix.Signal, force Force) Intent {
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		tasks, err := tasksOf(s, keys)
		if err != nil {
			return Plan{}, err
		}
		name := "SIG" + signalName(sig)
		p := Plan{Title: fmt.Sprintf("Send %s to %s", name, subject(tasks))}
		p.Effects = []string{fmt.Sprintf("%s to %s: %s", name, count(len(tasks), "process"), roster(tasks))}
		for _, t := range tasks {
			if t.Thread() {
				return Plan{}, refuse("%d %s is one thread: a signal is sent to a whole process", t.TID, t.Comm).help("signal process %d", t.PID)
			}
			if t.Kernel {
				return Plan{}, refuse("%d %s is a kernel thread, which takes no signal", t.PID, t.Comm)
			}
			p.Steps = append(p.Steps, Signal{t.TaskKey, t.Comm, sig})
		}
		if slices.Contains(harmless, sig) {
			return p, nil
		}
		return p.guarded(guardTasks(s, keys, "sending "+name+" to"), force)
	}
}

// harmless are signals that by themselves end or stop nobody.
var harmless = []unix.Signal{0, unix.SIGCONT, unix.SIGWINCH, unix.SIGCHLD, unix.SIGURG}
