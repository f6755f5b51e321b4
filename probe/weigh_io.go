package probe

import (
	"slices"
	"strings"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// throttles are the files by which version 1 limits a device, and what version 2 calls the same.
var throttles = []struct{ file, name string }{
	{"blkio.throttle.read_bps_device", "rbps"},
	{"blkio.throttle.write_bps_device", "wbps"},
	{"blkio.throttle.read_iops_device", "riops"},
	{"blkio.throttle.write_iops_device", "wiops"},
}

// ioLimits reads what groups may read and write, the nearest first, and whether all of them tell it.
func (l Looker) ioLimits(now *Snapshot, chain []*Group) (all []IOLimit, told reading.State) {
	switch {
	case len(chain) == 0:
		return nil, reading.Absent
	case now.cut(chain):
		told = reading.Unreached
	default:
		told = reading.Present
	}
	for _, g := range slices.Backward(chain) {
		read := func(file string) string {
			text := l.roots.Knob(g.Dir, file)
			if why := text.State(); why != reading.Absent && told == reading.Present { // Without the file there is no limit.
				told = why
			}
			return text.Or("")
		}
		var limits []IOLimit
		if now.HierarchyOf(g).Version == 2 {
			limits = parseIOMax(read("io.max"))
		} else {
			for _, t := range throttles {
				limits = addThrottle(limits, t.name, read(t.file))
			}
		}
		for i := range limits {
			limits[i].GroupKey, limits[i].Name = g.GroupKey, l.roots.BlockDevice(limits[i].Device)
		}
		all = append(all, limits...)
	}
	return all, told
}

// parseIOMax reads io.max: "8:0 rbps=max wbps=1048576 riops=max wiops=max".
func parseIOMax(text string) (all []IOLimit) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		limits := slices.DeleteFunc(fields[1:], func(limit string) bool { return strings.HasSuffix(limit, "=max") })
		if len(limits) > 0 {
			all = append(all, IOLimit{Device: fields[0], Limits: strings.Join(limits, " ")})
		}
	}
	return all
}

// addThrottle reads a file of version 1, "8:0 1048576", and adds what it says to the limits of the same devices.
func addThrottle(all []IOLimit, name, text string) []IOLimit {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			continue
		}
		limit := name + "=" + fields[1]
		at := slices.IndexFunc(all, func(l IOLimit) bool { return l.Device == fields[0] })
		if at < 0 {
			all = append(all, IOLimit{Device: fields[0], Limits: limit})
			continue
		}
		all[at].Limits += " " + limit
	}
	return all
}

// devicePrograms asks which BPF programs decide about devices in a group of version 2.
func (l Looker) devicePrograms(now *Snapshot, key GroupKey) Reading[[]cgroup.Program] {
	g, ok := now.Group(key)
	if !ok || g.Dir == "" {
		return reading.None[[]cgroup.Program](reading.Unreached)
	}
	return reading.Map(cgroup.Programs(l.roots.Locate(g.Dir)), cgroup.OfDevices)
}

// devices reads which devices may be used: devices.list of version 1, of the own group, since none may use what the group
// above may not.
func (l Looker) devices(chain []*Group) (Reading[[]string], GroupKey) {
	if len(chain) == 0 {
		return reading.None[[]string](reading.Unsupported), GroupKey{Hierarchy: cgroup.LabelV2}
	}
	own := chain[len(chain)-1]
	list := l.roots.Knob(own.Dir, "devices.list")
	return reading.Map(list, func(text string) []string { return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }) }), own.GroupKey
}
