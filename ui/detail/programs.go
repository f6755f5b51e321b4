package detail

import (
	"fmt"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// askPrograms is what it takes to be told of BPF programs; see bpf(2).
const askPrograms = "not permitted: the kernel tells it with CAP_NET_ADMIN or CAP_SYS_ADMIN in the host's user namespace"

// programs adds the BPF programs that run for a group.
func (p *Page) programs(g *probe.Group, d *probe.GroupDetail) {
	all, ok := d.Account.Programs.Get()
	if d.GroupKey != g.GroupKey || d.Inode != g.Inode || d.Account.Programs.State() == reading.Absent {
		return
	}
	p.heading("BPF programs")
	switch {
	case !ok:
		p.add("", whyPrograms(d.Account.Programs.State()), Unknown)
	case len(all) == 0:
		p.add("", "none: no program restricts devices or packets here", Dim)
	}
	for i := range all {
		point := strings.TrimPrefix(all[i].Attach, "cgroup_")
		if i > 0 && all[i-1].Attach == all[i].Attach {
			point = ""
		}
		p.add(point, programName(&all[i]), toneOfProgram(&all[i]))
		p.add("", programFacts(&all[i]), Dim)
	}
}

func whyPrograms(state reading.State) string {
	if state == reading.Denied {
		return askPrograms
	}
	return why(state)
}

// toneOfProgram tells the group's own programs from those of groups above.
func toneOfProgram(program *cgroup.Program) Tone {
	if program.Here {
		return Own
	}
	return Plain
}

// programName names a program, and says whether it is the group's own.
func programName(program *cgroup.Program) string {
	says := fmt.Sprintf("%d", program.ID)
	switch name, ok := program.Name.Get(); {
	case ok && name != "":
		says += " " + name
	case ok:
		says += " without a name"
	}
	if program.Here {
		return says + ", attached here"
	}
	return says + ", attached to a group above"
}

// programFacts says the rest of a program.
func programFacts(program *cgroup.Program) string {
	var says []string
	switch program.Flags.Or("") {
	case "multi":
		says = append(says, "groups below may add their own (multi)")
	case "override":
		says = append(says, "a group below may replace it (override)")
	case "none":
		says = append(says, "groups below may attach none")
	}
	loaded, ok := program.Loaded.Get()
	switch uid, known := program.UID.Get(); {
	case ok && known:
		says = append(says, fmt.Sprintf("loaded %s by uid %d", loaded.Format("2006-01-02 15:04:05"), uid))
	case program.Loaded.State() == reading.Denied:
		says = append(says, "its name and who loaded it take CAP_SYS_ADMIN")
	case program.Name.State() == reading.Absent:
		says = append(says, "just gone")
	}
	if tag, ok := program.Tag.Get(); ok {
		says = append(says, "tag "+tag)
	}
	return strings.Join(says, " · ")
}

// devicePrograms adds the BPF programs that decide about devices in version 2. Where version 1 decides too, both must permit.
func (p *Page) devicePrograms(u *probe.Uses) {
	all, ok := u.Programs.Get()
	by := u.Devices.State() == reading.Unsupported // Nothing but a program decides.
	switch {
	case !ok && by && u.Programs.State() == reading.Absent:
		p.add("devices", "version 2 decides by a BPF program, of which no file tells", Unknown)
	case !ok && by:
		p.add("devices", "version 2 decides by a BPF program: "+whyPrograms(u.Programs.State()), Unknown)
	case len(all) == 0 && by:
		p.add("devices", "all: no BPF program restricts them", Host)
	}
	for i := range all {
		p.add("devices", "also decided by BPF program "+programName(&all[i]), Own)
	}
}
