package ui

import (
	"fmt"

	"charm.land/bubbles/v2/key"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
)

// formMaker makes the dialog that asks what exactly is to be done. It is called in a command, and may read files. The first
// message the dialog gets is dialog.Room; commands that it returns are run, and whatever message they bring is handed to all
// open dialogs. It ends in dialog.Ask. What is asked of a guard is up to the preview: intents are made with actions.Force(true).
type formMaker func(host dialog.Host, on dialog.Subject) (dialog.Dialog, error)

// formID names a form.
type formID uint8

// The forms. An act whose form is missing from the table below is in no menu, no help and no footer.
const (
	noForm     formID = iota
	formEnter         // e: enter the namespaces of on.Target, any but a group.
	formMove          // m: move on.Tasks, one at least; a group in on.Target is where to begin choosing.
	formCPUs          // c: set cpuset.cpus, cpuset.mems and cpuset.cpus.partition of the group in on.Target, or of the cpuset group of that task or leader.
	formMake          // n: make a group below the one in on.Target.
	formRun           // n: run a command in new namespaces, whatever is selected.
	formSignal        // K: signal on.Tasks, one at least.
	formMount         // v: mount a version 1 hierarchy, whatever is selected.
	formWrite         // w: write a control file of the group in on.Target.
	formAlarm         // A: set an alarm on pressure in the group in on.Target.
)

// forms are those that there are.
var forms = map[formID]formMaker{
	formEnter: enterForm, formMove: moveForm, formCPUs: cpusForm, formMake: makeForm,
	formRun: runForm, formSignal: signalForm, formMount: mountForm, formWrite: writeForm,
	formAlarm: alarmForm,
}

// act is one thing that can be done, to things of some kinds. It has a form, or makes an intent at once.
type act struct {
	key    func(actKeys) key.Binding
	wants  string // What has to be selected: said where something else is.
	fits   func(dialog.Subject) bool
	name   func(doing) string
	form   formID
	intent func(doing) (actions.Intent, error)
}

// acts are all things that can be done, in the order of the menu. The keys, the menu, the help and the footer go by it. Where
// a key is there twice the first act that fits is done.
var acts = []act{
	{
		key: func(k actKeys) key.Binding { return k.Enter }, wants: "a world, a namespace or a process", fits: walled,
		name: says("enter its namespaces"), form: formEnter,
	},
	{
		key: func(k actKeys) key.Binding { return k.Move }, wants: "a process, or mark some", fits: aboutTasks,
		name: tasksName("move %s to another group"), form: formMove,
	},
	{
		key: func(k actKeys) key.Binding { return k.CPUs }, wants: "something", fits: anything,
		name: says("choose its CPUs and memory nodes"), form: formCPUs,
	},
	{
		key: func(k actKeys) key.Binding { return k.Freeze }, wants: "something", fits: anything,
		name: freezeName, intent: freezeIntent,
	},
	{
		key: func(k actKeys) key.Binding { return k.New }, wants: "a group", fits: isGroup,
		name: says("make a group below it"), form: formMake,
	},
	{
		key: func(k actKeys) key.Binding { return k.New }, wants: "something", fits: anything,
		name: says("run a command in new namespaces"), form: formRun,
	},
	{
		key: func(k actKeys) key.Binding { return k.Kill }, wants: "a group", fits: isGroup,
		name: says("kill all processes in it and below"), intent: func(d doing) (actions.Intent, error) {
			return actions.KillGroup(d.on.Target.Group, overridden), nil
		},
	},
	{
		key: func(k actKeys) key.Binding { return k.Kill }, wants: "a process, or mark some", fits: aboutTasks,
		name: tasksName("signal %s"), form: formSignal,
	},
	{
		key: func(k actKeys) key.Binding { return k.Remove }, wants: "a group", fits: isGroup,
		name: says("remove it, with the groups below"), intent: func(d doing) (actions.Intent, error) {
			return actions.RemoveGroup(d.on.Target.Group, actions.RemoveOptions{Members: true, Below: true}), nil
		},
	},
	{
		key: func(k actKeys) key.Binding { return k.Write }, wants: "a group", fits: isGroup,
		name: says("write one of its control files"), form: formWrite,
	},
	{
		key: func(k actKeys) key.Binding { return k.Alarm }, wants: "a group", fits: isGroup,
		name: says("be told of pressure in it"), form: formAlarm,
	},
	{
		key: func(k actKeys) key.Binding { return k.Mount }, wants: "a group", fits: onCgroups,
		name: says("mount a version 1 hierarchy"), form: formMount,
	},
	{
		key: func(k actKeys) key.Binding { return k.Unmount }, wants: "the topmost group of a version 1 hierarchy", fits: isTopOfV1,
		name: func(d doing) string { return "unmount the hierarchy " + d.on.Target.Group.Hierarchy },
		intent: func(d doing) (actions.Intent, error) {
			return actions.UnmountV1(d.on.Target.Group.Hierarchy, overridden), nil
		},
	},
}

// overridden lets every guard pass: the preview then says what it guards, and asks for a word to be typed.
const overridden = actions.Force(true)

// there reports whether an act can be done at all in this build.
func (a act) there() bool { return a.intent != nil || forms[a.form] != nil }

// doing is what an act is done with.
type doing struct {
	host   dialog.Host
	on     dialog.Subject
	frozen func(probe.GroupKey) bool
}

// entry is the act as an entry of the menu.
func (a act) entry(keys actKeys, d doing) dialog.Entry {
	e := dialog.Entry{Key: a.key(keys), Name: a.name(d)}
	if a.intent != nil {
		e.Intent, e.Refused = a.intent(d)
		return e
	}
	e.Dialog = func() (dialog.Dialog, error) { return forms[a.form](d.host, d.on) }
	return e
}

// entries are all acts that fit what is selected.
func entries(keys actKeys, d doing) []dialog.Entry {
	var all []dialog.Entry
	for _, a := range acts {
		if a.there() && a.fits(d.on) && !listed(all, a.key(keys)) {
			all = append(all, a.entry(keys, d))
		}
	}
	return all
}

// listed reports whether a key has its entry.
func listed(all []dialog.Entry, binding key.Binding) bool {
	for _, e := range all {
		if e.Key.Help() == binding.Help() {
			return true
		}
	}
	return false
}

// What acts fit.
func anything(on dialog.Subject) bool  { return on.Target.Kind != screen.Nothing }
func isGroup(on dialog.Subject) bool   { return on.Target.Kind == screen.Group }
func onCgroups(on dialog.Subject) bool { return isGroup(on) || on.Target.Kind == screen.Nothing }
func isTopOfV1(on dialog.Subject) bool {
	return isGroup(on) && on.Target.Group.Path == "/" && on.Target.Group.Hierarchy != cgroup.LabelV2
}
func walled(on dialog.Subject) bool     { return anything(on) && !isGroup(on) }
func aboutTasks(on dialog.Subject) bool { return len(on.Tasks) > 0 }

// says is the name of an act that is always the same.
func says(name string) func(doing) string { return func(doing) string { return name } }

// tasksName names an act on tasks by how many there are.
func tasksName(format string) func(doing) string {
	return func(d doing) string {
		if len(d.on.Tasks) == 1 {
			return fmt.Sprintf(format, "it")
		}
		return fmt.Sprintf(format, fmt.Sprintf("the %d marked", len(d.on.Tasks)))
	}
}
