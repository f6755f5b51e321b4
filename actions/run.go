package actions

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// Run starts a command in new namespaces, and in groups. A Kernel starts it; it is not applied, and there is nothing to take
// back.
type Run struct {
	RunOptions
	In []Group
}

// RunOptions say how a command is run in new namespaces.
type RunOptions struct {
	New      []probe.NamespaceType
	Unshare  bool             // By unshare(2) in place of clone(2): a new pid namespace is then for the command's children only.
	Groups   []probe.GroupKey // The command starts in these, at most one of each hierarchy.
	Command  []string         // Empty for the user's shell.
	MapRoot  bool             // In a new user namespace, one's own user is root.
	MapAuto  bool             // And the ranges of /etc/subuid and /etc/subgid are mapped too.
	UIDMap   []spawn.IDMap    // In place of these two.
	GIDMap   []spawn.IDMap
	Proc     bool   // Mount a /proc that shows the new pid namespace.
	Hostname string // Of the new uts namespace.
	Loopback bool   // Set the loopback interface of the new net namespace up.
	// What the clocks of a new time namespace are ahead.
	Monotonic, Boottime time.Duration
}

// Shell implements Step: it is unshare(1) that does the same.
func (r Run) Shell() string {
	args := []string{"unshare"}
	if !r.Unshare {
		args = append(args, "--fork")
	}
	for _, t := range r.New {
		args = append(args, "--"+nsenterNames[t])
	}
	args = append(args, r.mapOptions()...)
	if r.Proc {
		args = append(args, "--mount-proc")
	}
	if r.Monotonic != 0 {
		args = append(args, fmt.Sprintf("--monotonic=%d", int64(r.Monotonic/time.Second)))
	}
	if r.Boottime != 0 {
		args = append(args, fmt.Sprintf("--boottime=%d", int64(r.Boottime/time.Second)))
	}
	return inGroups(r.In) + words(append(args, "--")...) + " " + r.prepared()
}

// mapOptions are the options of unshare(1) for the maps of a user namespace.
func (r Run) mapOptions() []string {
	var args []string
	switch {
	case r.MapAuto:
		args = append(args, "--map-auto")
		if r.MapRoot {
			args = append(args, "--map-root-user")
		}
	case r.MapRoot:
		args = append(args, "--map-root-user")
	}
	for _, m := range r.UIDMap {
		args = append(args, fmt.Sprintf("--map-users=%d,%d,%d", m.Outside, m.Inside, m.Count))
	}
	for _, m := range r.GIDMap {
		args = append(args, fmt.Sprintf("--map-groups=%d,%d,%d", m.Outside, m.Inside, m.Count))
	}
	return args
}

// prepared is the command, with what is set up by other commands before it.
func (r Run) prepared() string {
	var first []string
	if r.Hostname != "" {
		first = append(first, words("hostname", r.Hostname))
	}
	if r.Loopback {
		first = append(first, "ip link set lo up")
	}
	if len(first) == 0 {
		return commandWords(r.Command)
	}
	return words("sh", "-c", strings.Join(first, " && ")+` && exec "$0" "$@"`) + " " + commandWords(r.Command)
}

// Inverse implements Step.
func (r Run) Inverse() []Step { return nil }

// RunCommand starts a command in new namespaces and in groups.
func RunCommand(o RunOptions) Intent {
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		if o.Proc && !slices.Contains(o.New, probe.Mnt) {
			o.New = append(slices.Clone(o.New), probe.Mnt)
		}
		slices.Sort(o.New)
		if err := o.check(s); err != nil {
			return Plan{}, err
		}
		r := Run{RunOptions: o}
		for _, key := range o.Groups {
			g, _, err := writable(s, key)
			if err != nil {
				return Plan{}, err
			}
			r.In = append(r.In, g)
		}
		if err := unfrozen(s, r.In); err != nil {
			return Plan{}, err
		}
		return r.plan(), nil
	}
}

// check refuses what cannot be.
func (o RunOptions) check(s *probe.Snapshot) error {
	for _, need := range []struct {
		asked bool
		what  string
		kind  probe.NamespaceType
	}{
		{o.MapRoot || o.MapAuto || o.UIDMap != nil || o.GIDMap != nil, "mapping users", probe.User},
		{o.Proc && !o.Unshare, "a /proc of its own", probe.PID},
		{o.Hostname != "", "setting the host name", probe.UTS},
		{o.Loopback, "setting the loopback interface up", probe.Net},
		{o.Monotonic != 0 || o.Boottime != 0, "setting clocks", probe.Time},
	} {
		if need.asked && !slices.Contains(o.New, need.kind) {
			return refuse("%s needs a new %s namespace", need.what, need.kind)
		}
	}
	if o.Proc && o.Unshare {
		return refuse("with unshare the command stays outside of the new pid namespace, which a /proc could not show").help("use clone")
	}
	other := slices.ContainsFunc(o.New, func(t probe.NamespaceType) bool { return t != probe.User })
	if other && !slices.Contains(o.New, probe.User) && !slices.Contains(s.Host.Caps, "cap_sys_admin") {
		return refuse("new namespaces take CAP_SYS_ADMIN").help("with a new user namespace too, in which you are root, everybody may make them")
	}
	return nil
}

// plan says what running means.
func (r Run) plan() Plan {
	what := "a shell"
	if len(r.Command) > 0 {
		what = strings.Join(r.Command, " ")
	}
	p := Plan{Title: "Run " + what, Steps: []Step{r}}
	names := make([]string, len(r.New))
	for i, t := range r.New {
		names[i] = t.String()
	}
	if len(names) > 0 {
		p.Effects = append(p.Effects, fmt.Sprintf("in new namespaces: %s", strings.Join(names, " ")))
	}
	for _, g := range r.In {
		p.Effects = append(p.Effects, "from its first instruction in "+g.String())
	}
	if slices.Contains(r.New, probe.PID) {
		if r.Unshare {
			p.Effects = append(p.Effects, "unshare moves only later children: the command keeps its pid outside, its first child is pid 1")
		} else {
			p.Effects = append(p.Effects, "clone: the command is born in the new pid namespace, and sees itself as pid 1")
		}
	}
	return p
}
