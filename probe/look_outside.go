package probe

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe/mounts"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/visit"
)

func trimmed(text []byte) string { return string(bytes.TrimRight(text, "\n")) }

// outside reads what /proc tells from outside.
func (k *look) outside() {
	if k.wants(Mnt) {
		k.mounts()
	}
	if k.wants(PID) {
		k.processes()
	}
	if k.wants(User) && k.dir != "" {
		k.users()
	}
	if k.wants(Time) {
		k.clock()
	}
}

// errNobody is the refusal where only a process inside would tell.
var errNobody = errors.New("only a process inside tells, and there is none")

func (k *look) mounts() {
	if k.dir == "" {
		k.refuse(Mnt, errNobody)
		return
	}
	k.sees.Root = reading.From(os.Readlink(filepath.Join(k.dir, "root")))
	file, err := os.Open(filepath.Join(k.dir, "mountinfo"))
	if err == nil {
		defer file.Close() //nolint:errcheck // It was only read from.
		var all []mounts.Mount
		all, err = mounts.Read(file)
		k.sees.Mounts = reading.Of(all)
	}
	if err != nil {
		k.refuse(Mnt, err)
		k.sees.Mounts = reading.None[[]mounts.Mount](reading.Why(err))
	}
}

func (k *look) users() {
	text := func(name string) Reading[string] {
		content, err := os.ReadFile(filepath.Join(k.dir, name))
		return reading.From(trimmed(content), err)
	}
	ids := func(name string) Reading[[]proc.IDMap] {
		content, err := os.ReadFile(filepath.Join(k.dir, name))
		if err != nil {
			return reading.None[[]proc.IDMap](reading.Why(err))
		}
		return reading.From(proc.ParseIDMap(content))
	}
	k.sees.Users = Users{ids("uid_map"), ids("gid_map"), text("setgroups")}
}

// clock reads the offsets. The file of a process tells those of the namespace that its children will be in, so that one is
// looked for whose children stay in the namespace in question.
func (k *look) clock() {
	inode, ok := k.timeInode()
	if !ok {
		k.sees.Clock = reading.None[ClockOffsets](k.state(Time))
		return
	}
	if inode == initialInode(Time) {
		k.sees.Clock = reading.Of(ClockOffsets{})
		return
	}
	for i := range k.now.Tasks {
		t := &k.now.Tasks[i]
		if own, known := t.Namespaces.TimeForChildren.Get(); !known || own != inode {
			continue
		}
		content, err := os.ReadFile(filepath.Join(k.taskDir(t.TaskKey), "timens_offsets"))
		if err == nil {
			k.sees.Clock = reading.From(parseOffsets(string(content)))
			return
		}
	}
	k.refuse(Time, errNobody)
}

func (k *look) timeInode() (uint64, bool) {
	if k.task != nil {
		return k.task.Namespaces.Inodes[Time].Get()
	}
	for _, d := range k.doors {
		if info, err := d.File.Stat(); err == nil && d.Type == Time {
			return inodeOf(info), true
		}
	}
	return 0, false
}

// errOffsets is returned for a text that is not of the form "monotonic 0 0".
var errOffsets = errors.New("not of the form CLOCK SECONDS NANOSECONDS")

// parseOffsets reads timens_offsets: seconds of any sign, and nanoseconds of none.
func parseOffsets(text string) (ClockOffsets, error) {
	var c ClockOffsets
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return c, fmt.Errorf("%q: %w", line, errOffsets)
		}
		seconds, err := strconv.ParseInt(fields[1], 10, 64)
		nanoseconds, also := strconv.ParseInt(fields[2], 10, 64)
		const most = int64(1<<63-1) / int64(time.Second)
		if err != nil || also != nil || seconds > most || seconds < -most {
			return c, fmt.Errorf("%q: %w", line, errOffsets)
		}
		offset := time.Duration(seconds)*time.Second + time.Duration(nanoseconds)
		switch fields[0] {
		case "monotonic":
			c.Monotonic = offset
		case "boottime":
			c.Boottime = offset
		}
	}
	return c, nil
}

// groups compares what the task's cgroup file reads from outside and from inside.
func (k *look) groups(q inquest) {
	if k.task == nil || !k.wants(Cgroup) {
		return
	}
	var inside []proc.Membership
	why := k.state(Cgroup)
	q.each(Cgroup, func(_ visit.Question, a visit.Answer) {
		var err error
		if inside, err = proc.ParseCgroup(a.Text); a.Err != nil {
			err = a.Err
		}
		k.refuse(Cgroup, err)
		why = reading.Why(err)
	})
	for i := range k.task.Cgroups.Memberships {
		m := &k.task.Cgroups.Memberships[i]
		g := SeenGroup{GroupKey: GroupKey{HierarchyLabel(m), m.Path}, Inside: reading.None[string](why)}
		at := slices.IndexFunc(inside, func(other proc.Membership) bool { return other.Hierarchy == m.Hierarchy })
		if at >= 0 {
			g.Inside, g.Root = reading.Of(inside[at].Path), cgroupRoot(m.Path, inside[at].Path)
		}
		k.sees.Groups = append(k.sees.Groups, g)
	}
}

// cgroupRoot returns the root of a cgroup namespace by the path of one group as it is seen from outside and from inside: the one
// ends as the other reads. It does not follow for a group outside of the root, whose path inside begins with "/..".
func cgroupRoot(outside, inside string) Reading[string] {
	if inside == "/" {
		return reading.Of(outside)
	}
	root, ok := strings.CutSuffix(outside, inside)
	if !ok || inside == "/.." || strings.HasPrefix(inside, "/../") {
		return Reading[string]{}
	}
	if root == "" {
		root = "/"
	}
	return reading.Of(root)
}
