package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Surroundings is what a task finds around itself: what is mounted, and which devices it may use. It is read only of a task
// that someone asks for, since a mountinfo may have thousands of lines.
type Surroundings struct {
	Mounts     Reading[[]Mount]  // proc_pid_mountinfo(5), since Linux 2.6.26.
	HostMounts Reading[[]Mount]  // The same, of the process whose namespaces count as the host's.
	Devices    Reading[[]string] // The lines of devices.list of its group. Absent where version 1 of devices is not mounted in sight.
	DevicesIn  string            // That file.
}

// Mount is one mount that a task sees: a line of proc_pid_mountinfo(5).
type Mount struct {
	Device   string // MAJOR:MINOR of the file system.
	Root     string // The directory of the file system that is mounted.
	Point    string // Where, from the root of the task; any bytes.
	Type     string // Of the file system, such as ext4.
	Source   string // Such as /dev/sda1; any bytes.
	ReadOnly bool   // The mount, or the whole file system.
	Hidden   bool   // Something else is mounted on top of it.
}

// Surroundings reads the surroundings of a task. It may be called while a scan runs.
func (s *Scanner) Surroundings(now *Snapshot, t *Task) Surroundings {
	around := Surroundings{
		Mounts:     s.mounts(t.TaskKey),
		HostMounts: reading.None[[]Mount](reading.Absent),
	}
	if reference, ok := now.Task(now.Host.Reference.PID); ok {
		around.HostMounts = s.mounts(reference.TaskKey)
	}
	around.readDevices(s.roots, now, t)
	return around
}

// mounts reads the mounts of a task, if it is still the same one afterwards.
func (s *Scanner) mounts(key TaskKey) Reading[[]Mount] {
	mounts, err := readMounts(fmt.Sprintf("%s/%d/task/%d/mountinfo", s.roots.Proc, key.PID, key.TID))
	if errors.Is(err, os.ErrNotExist) && key.TID == key.PID { // A host that is laid out in files has no threads.
		mounts, err = readMounts(fmt.Sprintf("%s/%d/mountinfo", s.roots.Proc, key.PID))
	}
	r := s.proc.NewReader()
	defer r.Close()
	var stat proc.Stat
	if opened := r.Open(key.PID); opened != nil || r.Stat(&stat) != nil || key.TID == key.PID && stat.Start != key.Start {
		return Reading[[]Mount]{}
	}
	return reading.From(mounts, err)
}

func readMounts(path string) ([]Mount, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open mountinfo: %w", err)
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	return parseMounts(file)
}

// parseMounts reads a mountinfo line by line, since the library gives up the whole file for one malformed line.
func parseMounts(from io.Reader) ([]Mount, error) {
	var infos []*mountinfo.Info
	for text := bufio.NewReader(from); ; {
		line, err := text.ReadString('\n')
		if parsed, bad := mountinfo.GetMountsFromReader(strings.NewReader(line), nil); bad == nil {
			infos = append(infos, parsed...)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read mountinfo: %w", err)
		}
	}
	mounts := make([]Mount, len(infos))
	for i, info := range infos {
		readOnly := func(options string) bool { return slices.Contains(strings.Split(options, ","), "ro") }
		mounts[i] = Mount{
			Device: fmt.Sprintf("%d:%d", info.Major, info.Minor), Root: info.Root, Point: info.Mountpoint, Type: info.FSType,
			Source: info.Source, ReadOnly: readOnly(info.Options) || readOnly(info.VFSOptions),
			Hidden: slices.ContainsFunc(infos, func(o *mountinfo.Info) bool {
				return o.Parent == info.ID && o.Mountpoint == info.Mountpoint && o != info
			}),
		}
	}
	return mounts, nil
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
