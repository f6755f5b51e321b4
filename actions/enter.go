package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
)

// Enter starts a command in the namespaces of a process or thread, or in one that a mount holds. A Kernel starts it; it is
// not applied, and there is nothing to take back.
type Enter struct {
	Task    probe.TaskKey // Whose namespaces; of no process where Path is set.
	Comm    string
	Path    string // The file of a namespace, such as /run/netns/blue.
	Doors   []Door
	Command []string // Empty for a shell: the first of Shells that there is.
	UID     *uint32  // What the command runs as in the user namespace that is joined; nil to keep one's own ids.
	GID     *uint32
	Groups  []Group // The command is in these groups.
}

// Door is one namespace to go through. Its inode number must still be the one that was seen.
type Door struct {
	Type  probe.NamespaceType
	Inode uint64
}

// Shell implements Step: it is nsenter(1) that does the same.
func (e Enter) Shell() string {
	args := []string{"nsenter"}
	if e.Path == "" {
		args = append(args, "--target", decimal(e.Task.TID))
	}
	for _, d := range e.Doors {
		option := "--" + nsenterNames[d.Type]
		if e.Path != "" {
			option += "=" + e.Path
		}
		args = append(args, option)
	}
	if e.Path == "" && e.through(probe.Mnt) {
		args = append(args, "--root", "--wd")
	}
	if e.through(probe.User) && e.UID == nil {
		args = append(args, "--preserve-credentials")
	}
	if e.UID != nil && *e.UID != 0 {
		args = append(args, fmt.Sprintf("--setuid=%d", *e.UID))
	}
	if e.GID != nil && *e.GID != 0 {
		args = append(args, fmt.Sprintf("--setgid=%d", *e.GID))
	}
	return inGroups(e.Groups) + words(append(args, "--")...) + " " + commandWords(e.Command)
}

// Inverse implements Step.
func (e Enter) Inverse() []Step { return nil }

// through reports whether a namespace of a type is entered.
func (e Enter) through(t probe.NamespaceType) bool {
	return slices.ContainsFunc(e.Doors, func(d Door) bool { return d.Type == t })
}

// nsenterNames are the options of nsenter(1) and unshare(1).
var nsenterNames = map[probe.NamespaceType]string{
	probe.User: "user", probe.Mnt: "mount", probe.PID: "pid", probe.Net: "net",
	probe.UTS: "uts", probe.IPC: "ipc", probe.Cgroup: "cgroup", probe.Time: "time",
}

// fallbackShell is the shell that every system has, if it has one.
const fallbackShell = "/bin/sh"

// commandWords are the words of a command; without one, those of the user's shell.
func commandWords(command []string) string {
	if len(command) == 0 {
		return `"${SHELL:-` + fallbackShell + `}"`
	}
	return words(command...)
}

// inGroups has a shell move into groups before it becomes the command that follows.
func inGroups(groups []Group) string {
	if len(groups) == 0 {
		return ""
	}
	var b strings.Builder
	for _, g := range groups {
		b.WriteString("echo $$ > " + quote(g.file(fileProcs)) + " && ")
	}
	return words("sh", "-c", b.String()+`exec "$0" "$@"`) + " "
}

// EnterOptions say how a command enters namespaces.
type EnterOptions struct {
	Types   []probe.NamespaceType // Those to enter; empty for all that differ from one's own.
	Command []string              // Empty for a shell.
	Cgroup  bool                  // Join the groups of the target too.
	Keep    bool                  // Keep one's own ids in a user namespace that is joined.
}

// EnterTask starts a command in the namespaces of a process or thread.
func EnterTask(key probe.TaskKey, o EnterOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		tasks, err := tasksOf(s, []probe.TaskKey{key})
		if err != nil {
			return Plan{}, err
		}
		t := tasks[0]
		doors, err := doorsOf(s, t, o.Types)
		if err != nil {
			return Plan{}, err
		}
		e := Enter{Task: t.TaskKey, Comm: t.Comm, Doors: doors, Command: o.Command}
		if err := mayEnter(s, e); err != nil {
			return Plan{}, err
		}
		if e.through(probe.User) && !o.Keep {
			e.UID, e.GID = insideIDs(knob, t.PID)
		}
		if o.Cgroup {
			e.Groups = groupsOfTask(s, t)
		}
		if err := unfrozen(s, e.Groups); err != nil {
			return Plan{}, err
		}
		return e.plan(), nil
	}
}

// EnterNamespace starts a command in one namespace of a snapshot, by way of its leader.
func EnterNamespace(key probe.NamespaceKey, o EnterOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		n, ok := s.Identified(key)
		if !ok {
			return Plan{}, refuse("%s is %v", key, ErrGone)
		}
		leader, ok := s.Task(n.Leader)
		if !ok {
			return enterHeld(s, n, o)
		}
		if len(o.Types) == 0 {
			o.Types = []probe.NamespaceType{key.Type}
		}
		return EnterTask(leader.TaskKey, o)(s, knob)
	}
}

// enterHeld starts a command in a namespace that no process is in, by way of what keeps it.
func enterHeld(s *probe.Snapshot, n *probe.Namespace, o EnterOptions) (Plan, error) {
	for i := range n.KeptBy {
		if path, ok := n.KeptBy[i].File(probe.Live.Proc, n.Type); ok {
			return EnterPath(path, Door{n.Type, n.Inode}, o)(s, nil)
		}
	}
	return Plan{}, refuse("no process is in %s, and nothing is known by which it could be opened", n.NamespaceRef).
		help("enter it by the path of a mount or descriptor that holds it")
}

// EnterWorld starts a command in the namespaces of a world, by way of its leader.
func EnterWorld(key probe.WorldKey, o EnterOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		w, ok := s.World(key)
		if !ok {
			return Plan{}, refuse("the world is %v", ErrGone)
		}
		leader, ok := s.Task(w.Leader)
		if !ok {
			return Plan{}, refuse("%s has no process that can be entered", w.Name)
		}
		return EnterTask(leader.TaskKey, o)(s, knob)
	}
}

// EnterPath starts a command in the namespace of a file, such as the mount /run/netns/blue. It refuses options that take a
// process: a file is one namespace, and in no group.
func EnterPath(path string, door Door, o EnterOptions) Intent {
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		if err := o.forFile(path, door); err != nil {
			return Plan{}, err
		}
		e := Enter{Path: path, Doors: []Door{door}, Command: o.Command}
		if err := mayEnter(s, e); err != nil {
			return Plan{}, err
		}
		return e.plan(), nil
	}
}

// forFile refuses what means nothing where the namespace of a file is entered. The ids are one's own there in any case, so that
// to keep them is no contradiction where it is a user namespace.
func (o EnterOptions) forFile(path string, door Door) error {
	other := slices.IndexFunc(o.Types, func(t probe.NamespaceType) bool { return t != door.Type })
	switch {
	case other >= 0:
		return refuse("%s is a %s namespace: no %s namespace can be entered by it", path, door.Type, o.Types[other]).
			help("enter a process, which has namespaces of every type")
	case o.Cgroup:
		return refuse("%s is a namespace, and in no control group that could be joined", path).
			help("enter a process, or leave out --cgroup")
	case o.Keep && door.Type != probe.User:
		return refuse("%s is a %s namespace: ids are kept or not in a user namespace", path, door.Type).
			help("leave out --keep-ids")
	}
	return nil
}

// plan says what entering means.
func (e Enter) plan() Plan {
	names := make([]string, len(e.Doors))
	for i, d := range e.Doors {
		names[i] = d.Type.String()
	}
	where := fmt.Sprintf("%d %s", e.Task.TID, e.Comm)
	if e.Path != "" {
		where = e.Path
	}
	p := Plan{Title: "Enter " + where, Steps: []Step{e}}
	what := "a shell"
	if len(e.Command) > 0 {
		what = strings.Join(e.Command, " ")
	}
	p.Effects = []string{fmt.Sprintf("runs %s in its namespaces: %s", what, strings.Join(names, " "))}
	if e.through(probe.PID) {
		p.Effects = append(p.Effects, "setns moves only later children into a pid namespace: the command is started by a second fork, and is inside")
	}
	return p
}
