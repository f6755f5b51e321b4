package form

import (
	"cmp"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// Mount asks with which controllers a version 1 hierarchy is mounted, and where.
type Mount struct {
	now    *probe.Snapshot
	all    []actions.Mountable
	lookAt func(dir string) (actions.MountPoint, error)
	sheet  sheet
	own    bool // The mount point was typed: it does not follow what is chosen.
	tried  bool // Enter was pressed: what is missing is told only then.
}

// The controls of the form.
const (
	mountControllers = 0
	mountName        = 1
	mountPoint       = 2
)

// NewMount returns the form for a mount of version 1. The directory is looked at in a command.
func NewMount(now *probe.Snapshot, all []actions.Mountable, lookAt func(dir string) (actions.MountPoint, error)) dialog.Dialog {
	boxes := checks{label: "controllers"}
	for _, m := range all {
		item := check{word: m.Name, tag: m.Bound, locked: m.Refused, help: m.Name + ": " + m.Says}
		boxes.items = append(boxes.items, item)
	}
	for i := range boxes.items {
		if boxes.items[i].locked == "" {
			boxes.at = i
			break
		}
	}
	m := Mount{now: now, all: all, lookAt: lookAt}
	m.sheet = sheet{controls: []control{
		boxes,
		entry{newField("", "none"), "name", "a hierarchy may have a name; one without controllers needs it, and only sorts processes"},
		entry{newField("", ""), "mount point", "the directory where its groups are seen; it is made where it is not there"},
		buttons{does: "preview"},
	}}
	return m.settle()
}

// settle has the mount point follow what is chosen, as long as none was typed.
func (m Mount) settle() Mount {
	if m.own {
		return m
	}
	e := m.sheet.entry(mountPoint)
	name := cmp.Or(strings.Join(m.chosen(), ","), m.name())
	if name == "" {
		e.field = e.field.set("")
	} else {
		e.field = e.field.set(actions.UsualMountPoint(m.now, name))
	}
	m.sheet = m.sheet.with(mountPoint, e)
	return m
}

// chosen are the controllers that are checked.
func (m Mount) chosen() []string {
	var names []string
	for _, i := range m.sheet.checks(mountControllers).chosen() {
		names = append(names, m.all[i].Name)
	}
	return names
}

// name is that of the hierarchy; empty where it has none.
func (m Mount) name() string { return m.sheet.entry(mountName).value() }

// dir is the mount point.
func (m Mount) dir() string { return m.sheet.entry(mountPoint).value() }

// options are those of the mount.
func (m Mount) options() string {
	options := m.chosen()
	if len(options) == 0 {
		options = []string{"none"}
	}
	if m.name() != "" {
		options = append(options, "name="+m.name())
	}
	return strings.Join(options, ",")
}

// Update implements dialog.Dialog.
func (m Mount) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	var v verdict
	before := m.dir()
	m.sheet, v = m.sheet.press(msg)
	m.own = m.own || m.dir() != before
	m = m.settle()
	switch v {
	case closes:
		return m, dialog.Close{}, nil
	case submits:
		m.tried = true
		if m.fault() != "" {
			return m, nil, nil
		}
		return m, dialog.Ask{Intent: m.intent()}, nil
	case goesOn:
	}
	return m, nil, nil
}

// intent mounts what is chosen. Files are looked at only when it is planned.
func (m Mount) intent() actions.Intent {
	options, dir, lookAt := m.options(), m.dir(), m.lookAt
	return func(now *probe.Snapshot, knob actions.Knobs) (actions.Plan, error) {
		at, err := lookAt(dir)
		if err != nil {
			return actions.Plan{}, err
		}
		return actions.MountV1(options, at)(now, knob)
	}
}

// hierarchyName is what the kernel takes for a name; see cgroup1_parse_param() in its kernel/cgroup/cgroup-v1.c.
var hierarchyName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,63}$`)

// fault is why it cannot be mounted so.
func (m Mount) fault() string {
	switch {
	case len(m.chosen()) == 0 && m.name() == "":
		return "choose a controller, or give the hierarchy a name"
	case m.name() != "" && !hierarchyName.MatchString(m.name()):
		return "a name has at most 63 letters, digits, and . _ -"
	case !strings.HasPrefix(m.dir(), "/"):
		return "the mount point begins with a slash"
	}
	return ""
}

// Sync implements dialog.Dialog. What the controllers are bound to is looked at again when it is planned.
func (m Mount) Sync(now *probe.Snapshot) dialog.Dialog {
	m.now = now
	return m
}

// Draw implements dialog.Dialog.
func (m Mount) Draw(styles theme.Styles, width, height int) []string {
	fault := ""
	if m.tried {
		fault = m.fault()
	}
	return m.sheet.box("Mount a version 1 hierarchy", fault).draw(styles, min(width, sheetWidth+edges), height)
}
