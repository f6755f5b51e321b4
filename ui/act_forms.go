package ui

import (
	"slices"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/form"
	"bulkhead/ui/screen"
)

func enterForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	target := on.Target
	done := func(o actions.EnterOptions) dialog.Outcome {
		switch target.Kind {
		case screen.World:
			return dialog.Ask{Intent: actions.EnterWorld(target.World, o)}
		case screen.Namespace:
			return dialog.Ask{Intent: actions.EnterNamespace(target.Namespace, o)}
		case screen.Task, screen.Group, screen.Nothing, screen.File:
		}
		return dialog.Ask{Intent: actions.EnterTask(target.Task, o)}
	}
	title := titleOf(host.Now, dialog.Subject{Target: target})
	return form.NewEnter(host.Now, title, target, nil, done), nil
}

func moveForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	return form.NewMoveTo(host.Now, on.Tasks), nil
}

// cpusForm is about both files of a cpuset group, and whether it is a partition where it may be one; a group that has no memory
// nodes is asked about its CPUs.
func cpusForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	key, err := cpusetGroup(host.Now, on)
	if err != nil {
		return nil, err
	}
	if host.Knob == nil {
		return nil, errNoFiles
	}
	cpus, err := actions.CPUs(host.Now, key, "cpuset.cpus", host.Knob)
	if err != nil {
		return nil, err
	}
	choices := []actions.Choice{cpus}
	if mems, err := actions.CPUs(host.Now, key, "cpuset.mems", host.Knob); err == nil {
		choices = append(choices, mems)
	}
	if partition, err := actions.PartitionOf(host.Now, key, host.Knob); err == nil {
		return form.NewPartitionedCPUs(partition, key, choices...), nil
	}
	return form.NewCPUs(cpus, key, choices[1:]...), nil
}

// leaderOf returns the process that stands for what is selected; 0 where there is none.
func leaderOf(now *probe.Snapshot, target screen.Target) int32 {
	switch target.Kind {
	case screen.World:
		if w, ok := now.World(target.World); ok {
			return w.Leader
		}
	case screen.Namespace:
		if n, ok := now.Identified(target.Namespace); ok {
			return n.Leader
		}
	case screen.Task:
		return target.Task.PID
	case screen.Group, screen.Nothing, screen.File:
	}
	return 0
}

// there reports whether a world or namespace is still there, be it that no process is in it.
func there(now *probe.Snapshot, target screen.Target) (ok bool) {
	switch target.Kind {
	case screen.World:
		_, ok = now.World(target.World)
	case screen.Namespace:
		_, ok = now.Identified(target.Namespace)
	case screen.Task, screen.Group, screen.Nothing, screen.File:
	}
	return ok
}

// cpusetGroup returns the selected group, or that of the selected task, or of the leader of what is selected, in the hierarchy
// that has the cpuset controller.
func cpusetGroup(now *probe.Snapshot, on dialog.Subject) (probe.GroupKey, error) {
	if isGroup(on) {
		return on.Target.Group, nil
	}
	leader := leaderOf(now, on.Target)
	t, ok := now.Task(leader)
	switch {
	case !ok && leader == 0 && there(now, on.Target):
		return probe.GroupKey{}, errNobody
	case !ok:
		return probe.GroupKey{}, errGone
	}
	for i := range now.Hierarchies {
		h := &now.Hierarchies[i]
		if at, ok := t.Cgroups.Path(h.ID); ok && h.MountPoint != "" && slices.Contains(h.Controllers, "cpuset") {
			return probe.GroupKey{Hierarchy: h.Label, Path: at}, nil
		}
	}
	return probe.GroupKey{}, &actions.Refusal{Says: "no hierarchy in sight has the cpuset controller"}
}

func makeForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	return form.NewGroup(host.Now, on.Target.Group), nil
}

// runForm offers the groups of the selected task to start the command in.
func runForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	done := func(o actions.RunOptions) dialog.Outcome { return dialog.Ask{Intent: actions.RunCommand(o)} }
	var groups []probe.GroupKey
	t, ok := host.Now.Task(on.Target.Task.PID)
	for i := range host.Now.Hierarchies {
		h := &host.Now.Hierarchies[i]
		if !ok || on.Target.Kind != screen.Task || h.MountPoint == "" {
			continue
		}
		if at, ok := t.Cgroups.Path(h.ID); ok && at != "/" {
			groups = append(groups, probe.GroupKey{Hierarchy: h.Label, Path: at})
		}
	}
	return form.NewRun(host.Now, groups, done), nil
}

func signalForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	return form.NewSignals(host.Now, on.Tasks), nil
}

// mountForm lists the controllers of the kernel, as far as they can be read, and those in sight.
func mountForm(host dialog.Host, _ dialog.Subject) (dialog.Dialog, error) {
	if host.Controllers == nil || host.MountPoint == nil || host.Knob == nil {
		return nil, errNoFiles
	}
	if !slices.Contains(host.Now.Host.Caps, "cap_sys_admin") {
		return nil, errNoMount
	}
	listed, _ := host.Controllers() // Those of the hierarchies are known without it.
	return form.NewMount(host.Now, actions.Mountables(host.Now, listed, host.Knob), host.MountPoint), nil
}

func writeForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	g, ok := host.Now.Group(on.Target.Group)
	switch {
	case !ok:
		return nil, errGone
	case g.Dir == "":
		return nil, &actions.Refusal{Says: "its hierarchy is mounted nowhere in sight"}
	case host.Knobs == nil:
		return nil, errNoFiles
	}
	knobs, err := host.Knobs(g.Dir)
	if err != nil {
		return nil, err
	}
	return form.NewKnobs(g.GroupKey, knobs), nil
}

// Why a form cannot be made.
var (
	errGone    = &actions.Refusal{Says: "it is gone since it was shown"}
	errNobody  = &actions.Refusal{Says: "no process is in it"}
	errNoMount = &actions.Refusal{Says: "mounting takes CAP_SYS_ADMIN", Help: "as root it works"}
	errNoFiles = &actions.Refusal{Says: "the control files cannot be read from here"}
)
