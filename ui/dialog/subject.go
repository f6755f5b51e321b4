package dialog

import (
	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// Subject is what an action is about.
type Subject struct {
	Target screen.Target   // The selected thing.
	Tasks  []probe.TaskKey // The marked tasks; where none is marked, the selected one if it is a task.
}

// Host is what a form is made from. Knobs lists the control files of a group's directory and Knob reads one: they are called
// in commands only, since files may keep one waiting. Any of them may be nil.
type Host struct {
	Now   *probe.Snapshot
	Knobs func(dir string) ([]probe.Knob, error)
	Knob  actions.Knobs
	// Controllers lists those of the kernel, and MountPoint looks at a directory: for commands only, too.
	Controllers func() ([]probe.Controller, error)
	MountPoint  func(dir string) (actions.MountPoint, error)
}
