package actions

import (
	"slices"
	"strings"

	"bulkhead/probe"
)

// MountV1 mounts a hierarchy of version 1 with the given controllers, such as "cpuset" or "cpu,cpuacct", or a named one
// without any ("none,name=lab"), at a directory that holds nothing, or is yet to be made.
func MountV1(controllers string, at MountPoint) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		if !slices.Contains(s.Host.Caps, "cap_sys_admin") {
			return Plan{}, refuse("mounting takes CAP_SYS_ADMIN").help("as root it works")
		}
		if refusal := at.refusal(); refusal != nil {
			return Plan{}, refusal
		}
		p := Plan{Title: "Mount version 1: " + controllers, Steps: []Step{Mount{Options: controllers, Dir: at.Dir, MakeDir: !at.Exists}}}
		p.Effects = []string{"the hierarchy of " + controllers + " at " + at.Dir + ", for every process that sees this mount"}
		for controller := range strings.SplitSeq(controllers, ",") {
			if err := p.mountController(s, knob, controller, controllers); err != nil {
				return Plan{}, err
			}
		}
		return p, nil
	}
}

// mountController says what becomes of one controller.
func (p *Plan) mountController(s *probe.Snapshot, knob Knobs, controller, all string) error {
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		switch {
		case h.Version == 1 && slices.Contains(h.Controllers, controller) && h.Label != all:
			return refuse("%s is mounted already, as %s at %s: a controller is in one hierarchy only", controller, h.Label, h.MountPoint)
		case h.Version == 1 && h.Label == all:
			p.warn("it is mounted at " + h.MountPoint + " too: both show the same groups")
		case h.Version == 2 && slices.Contains(h.Controllers, controller):
			if handedOn(h, controller, knob) {
				return refuse("version 2 uses %s: it is in the cgroup.subtree_control of its topmost group", controller).
					help("write -%s there first, from the bottom of the tree up", controller)
			}
			p.warn(controller + " is taken away from version 2, until the mount and all groups in it are gone")
		}
	}
	return nil
}
