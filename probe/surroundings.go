package probe

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"bulkhead/probe/mounts"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Surroundings is what a task finds around itself: what is mounted, and which devices it may use. It is read only of a task
// that someone asks for, since a mountinfo may have thousands of lines.
type Surroundings struct {
	Mounts     Reading[[]mounts.Mount] // proc_pid_mountinfo(5), since Linux 2.6.26.
	HostMounts Reading[[]mounts.Mount] // The same, of the process whose namespaces count as the host's.
	Devices    Reading[[]string]       // The lines of devices.list of its group. Absent where version 1 of devices is not mounted in sight.
	DevicesIn  string                  // That file.
}

// Surroundings reads the surroundings of a task. It may be called while a scan runs.
func (s *Scanner) Surroundings(now *Snapshot, t *Task) Surroundings {
	around := Surroundings{
		Mounts:     s.mounts(t.TaskKey),
		HostMounts: reading.None[[]mounts.Mount](reading.Absent),
	}
	if reference, ok := now.Task(now.Host.Reference.PID); ok {
		around.HostMounts = s.mounts(reference.TaskKey)
	}
	around.readDevices(s.roots, now, t)
	return around
}

// mounts reads the mounts of a task, if it is still the same one afterwards.
func (s *Scanner) mounts(key TaskKey) Reading[[]mounts.Mount] {
	all, err := readMounts(fmt.Sprintf("%s/%d/task/%d/mountinfo", s.roots.Proc, key.PID, key.TID))
	if errors.Is(err, os.ErrNotExist) && key.TID == key.PID { // A host that is laid out in files has no threads.
		all, err = readMounts(fmt.Sprintf("%s/%d/mountinfo", s.roots.Proc, key.PID))
	}
	r := s.proc.NewReader()
	defer r.Close()
	var stat proc.Stat
	if opened := r.Open(key.PID); opened != nil || r.Stat(&stat) != nil || key.TID == key.PID && stat.Start != key.Start {
		return Reading[[]mounts.Mount]{}
	}
	return reading.From(all, err)
}

func readMounts(path string) ([]mounts.Mount, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open mountinfo: %w", err)
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	return mounts.Read(file)
}

// readDevices reads which devices the group of a task may use.
func (a *Surroundings) readDevices(roots Roots, now *Snapshot, t *Task) {
	for i := range now.Hierarchies {
		h := &now.Hierarchies[i]
		if h.Version != 1 || !slices.Contains(strings.Split(h.Label, ","), "devices") {
			continue
		}
		path, ok := t.Cgroups.Path(h.ID)
		group, known := now.Group(GroupKey{Hierarchy: h.Label, Path: path})
		if !ok || !known || group.Dir == "" {
			return
		}
		const file = "devices.list"
		a.DevicesIn = group.Dir + "/" + file
		a.Devices = reading.Map(roots.Knob(group.Dir, file), func(text string) []string { return strings.Split(text, "\n") })
	}
}
