package compare

import (
	"fmt"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// status adds a line of proc_pid_status(5), unless the kernel writes it of neither. The uid stands for all where nothing is known.
func (p *pair) status(what string, write func(*proc.Status) probe.Reading[string]) {
	value := func(of rights.Subject) side {
		status, ok := of.Detail.Status.Get()
		if !ok {
			return side{reading.None[string](of.Detail.Status.State()), false}
		}
		said := write(&status)
		return side{said, said.State() == reading.Present}
	}
	a, b := value(p.a), value(p.b)
	if a.text.State() != reading.Absent || b.text.State() != reading.Absent || what == "uid" {
		p.add(what, a, b)
	}
}

// ids adds whose the tasks are.
func (p *pair) ids() {
	p.section = "ids"
	four := func(ids proc.IDs) probe.Reading[string] {
		if ids.Real == ids.Effective && ids.Real == ids.Saved && ids.Real == ids.Filesystem {
			return reading.Of(strconv.FormatUint(uint64(ids.Real), 10))
		}
		return reading.Of(fmt.Sprintf("%d real, %d effective, %d saved, %d file system", ids.Real, ids.Effective, ids.Saved, ids.Filesystem))
	}
	p.status("uid", func(s *proc.Status) probe.Reading[string] { return four(s.UID) })
	p.status("gid", func(s *proc.Status) probe.Reading[string] { return four(s.GID) })
	p.status("groups", func(s *proc.Status) probe.Reading[string] {
		if len(s.Groups) == 0 {
			return reading.Of("none")
		}
		return reading.Of(strings.Trim(fmt.Sprint(s.Groups), "[]"))
	})
	p.add("uid_map", idMap(p.a.Detail.UIDMap), idMap(p.b.Detail.UIDMap))
	p.add("gid_map", idMap(p.a.Detail.GIDMap), idMap(p.b.Detail.GIDMap))
}

// idMap writes a map of ids as the kernel does, range by range.
func idMap(maps probe.Reading[[]proc.IDMap]) side {
	return from(maps, func(all []proc.IDMap) string {
		if len(all) == 0 {
			return "not written yet"
		}
		lines := make([]string, len(all))
		for i, m := range all {
			lines[i] = fmt.Sprintf("%d %d %d", m.Inside, m.Outside, m.Count)
		}
		return strings.Join(lines, ", ")
	})
}

// rights adds what the tasks may do.
func (p *pair) rights() {
	p.section = "rights"
	for _, set := range []struct {
		what string
		of   func(*proc.Status) probe.Reading[uint64]
	}{
		{"CapEff", func(s *proc.Status) probe.Reading[uint64] { return s.Effective }},
		{"CapPrm", func(s *proc.Status) probe.Reading[uint64] { return s.Permitted }},
		{"CapBnd", func(s *proc.Status) probe.Reading[uint64] { return s.Bounding }},
		{"CapInh", func(s *proc.Status) probe.Reading[uint64] { return s.Inheritable }},
		{"CapAmb", func(s *proc.Status) probe.Reading[uint64] { return s.Ambient }},
	} {
		p.status(set.what, func(s *proc.Status) probe.Reading[string] { return reading.Map(set.of(s), proc.DescribeCapabilities) })
	}
	p.status("seccomp", func(s *proc.Status) probe.Reading[string] { return reading.Map(s.Seccomp, proc.SeccompMode.String) })
	p.status("seccomp_filters", func(s *proc.Status) probe.Reading[string] {
		return reading.Map(s.SeccompFilters, func(n uint32) string { return strconv.FormatUint(uint64(n), 10) })
	})
	p.status("no_new_privs", func(s *proc.Status) probe.Reading[string] { return reading.Map(s.NoNewPrivs, strconv.FormatBool) })
	a, b := from(p.a.Detail.Dumpable, strconv.FormatBool), from(p.b.Detail.Dumpable, strconv.FormatBool)
	if a.known() || b.known() {
		p.add("dumpable", a, b)
	}
}

// places adds where the tasks are in the file system. A path says where only together with the mounts it leads through.
func (p *pair) places() {
	p.section = "places"
	mine, theirs := p.a.Task.Namespaces.Inodes[probe.Mnt], p.b.Task.Namespaces.Inodes[probe.Mnt]
	shared := mine.State() == reading.Present && mine == theirs
	for _, place := range []struct {
		what string
		a, b probe.Reading[string]
	}{
		{"root", p.a.Detail.Root, p.b.Detail.Root},
		{"cwd", p.a.Detail.Cwd, p.b.Detail.Cwd},
		{"exe", p.a.Detail.Exe, p.b.Detail.Exe},
	} {
		read := func(of rights.Subject) bool { return of.Detail.Status.State() == reading.Present }
		p.add(place.what, side{place.a, read(p.a)}, side{place.b, read(p.b)})
		if line := &p.lines[len(p.lines)-1]; line.Relation == Same && line.A.Known() && !shared {
			line.Relation, line.Note = Unknown, "the same path, but not known to be in the same mounts"
		}
	}
}

// cpus adds where the tasks may run, and get memory of.
func (p *pair) cpus() {
	p.section = "cpus"
	p.status("Cpus_allowed_list", func(s *proc.Status) probe.Reading[string] { return reading.Map(s.CPUsAllowed, cpulist.Set.String) })
	p.status("Mems_allowed_list", func(s *proc.Status) probe.Reading[string] { return reading.Map(s.MemsAllowed, cpulist.Set.String) })
}

// limits adds the soft limits of getrlimit(2), by the kernel's names.
func (p *pair) limits() {
	p.section = "limits"
	a, ok := p.a.Detail.Limits.Get()
	b, also := p.b.Detail.Limits.Get()
	names := a
	if len(b) > len(a) {
		names = b
	}
	for _, l := range names {
		p.add(l.Name, soft(a, ok, l.Name), soft(b, also, l.Name))
	}
	if len(names) == 0 {
		p.add("all limits", side{}, side{})
	}
}

// soft is the soft limit of a name.
func soft(all []probe.Limit, read bool, name string) side {
	for _, l := range all {
		if l.Name == name {
			return side{reading.Map(l.Soft, func(n uint64) string { return strconv.FormatUint(n, 10) }), read}
		}
	}
	return side{probe.Reading[string]{}, read}
}
