package recording

import (
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Detail is a probe.Detail, as part of a task.
type Detail struct {
	Exe            *Text                     `json:"exe,omitempty"`
	Root           *Text                     `json:"root,omitempty"`
	Cwd            *Text                     `json:"cwd,omitempty"`
	UIDs           []uint32                  `json:"uids,omitempty"` // Real, effective, saved, of the file system.
	GIDs           []uint32                  `json:"gids,omitempty"`
	Groups         []uint32                  `json:"groups,omitempty"`
	NSpid          *[]int32                  `json:"nspid,omitempty"`
	CapInh         *[]string                 `json:"cap_inh,omitempty"`
	CapPrm         *[]string                 `json:"cap_prm,omitempty"`
	CapEff         *[]string                 `json:"cap_eff,omitempty"`
	CapBnd         *[]string                 `json:"cap_bnd,omitempty"`
	CapAmb         *[]string                 `json:"cap_amb,omitempty"`
	NoNewPrivs     *bool                     `json:"no_new_privs,omitempty"`
	Seccomp        *string                   `json:"seccomp,omitempty"`
	SeccompFilters *uint32                   `json:"seccomp_filters,omitempty"`
	MemsAllowed    *string                   `json:"mems_allowed_list,omitempty"`
	Dumpable       *bool                     `json:"dumpable,omitempty"`
	UIDMap         *[]idMap                  `json:"uid_map,omitempty"`
	GIDMap         *[]idMap                  `json:"gid_map,omitempty"`
	Limits         map[string]*limit[uint64] `json:"limits,omitempty"` // Soft ones; see getrlimit(2).
}

// idMap is a proc.IDMap.
type idMap struct {
	Inside  uint32 `json:"inside"`
	Outside uint32 `json:"outside"`
	Count   uint32 `json:"count"`
}

// with adds what is known of the task in detail.
func (j task) with(details []probe.Detail) task {
	tid := j.PID
	if j.TID != nil {
		tid = *j.TID
	}
	for i := range details {
		if d := &details[i]; d.PID == j.PID && d.TID == tid && d.Start == j.Start {
			j.Detail = fromDetail(&j.Unknown, d)
			if status, ok := d.Status.Get(); ok {
				j.Allowed = put(&j.Unknown, "cpus_allowed_list", reading.Map(status.CPUsAllowed, cpulist.Set.String))
			}
		}
	}
	return j
}

func fromDetail(u *unknown, d *probe.Detail) *Detail {
	asText := func(name string, r probe.Reading[string]) *Text {
		return put(u, name, reading.Map(r, func(s string) Text { return Text(s) }))
	}
	j := &Detail{
		Exe: asText("exe", d.Exe), Root: asText("root", d.Root), Cwd: asText("cwd", d.Cwd),
		UIDMap: put(u, "uid_map", reading.Map(d.UIDMap, fromIDMaps)),
		GIDMap: put(u, "gid_map", reading.Map(d.GIDMap, fromIDMaps)),

		Dumpable: put(u, "dumpable", d.Dumpable),
	}
	limits, ok := d.Limits.Get()
	if !ok {
		u.note("limits", d.Limits.State())
	}
	for i := range limits {
		if j.Limits == nil {
			j.Limits = map[string]*limit[uint64]{}
		}
		name := strings.ReplaceAll(limits[i].Name, " ", "_")
		if soft := putLimit(u, "limits."+name, limits[i].Soft); soft != nil {
			j.Limits[name] = soft
		}
	}
	status, ok := d.Status.Get()
	if !ok {
		u.note("status", d.Status.State())
		return j
	}
	j.addStatus(u, &status)
	return j
}

func (j *Detail) addStatus(u *unknown, s *proc.Status) {
	caps := func(name string, r probe.Reading[uint64]) *[]string {
		return put(u, name, reading.Map(r, proc.CapabilityNames))
	}
	j.UIDs = []uint32{s.UID.Real, s.UID.Effective, s.UID.Saved, s.UID.Filesystem}
	j.GIDs = []uint32{s.GID.Real, s.GID.Effective, s.GID.Saved, s.GID.Filesystem}
	j.Groups = s.Groups
	j.NSpid = put(u, "nspid", s.NSpid)
	j.CapInh, j.CapPrm = caps("cap_inh", s.Inheritable), caps("cap_prm", s.Permitted)
	j.CapEff, j.CapBnd = caps("cap_eff", s.Effective), caps("cap_bnd", s.Bounding)
	j.CapAmb = caps("cap_amb", s.Ambient)
	j.NoNewPrivs = put(u, "no_new_privs", s.NoNewPrivs)
	j.Seccomp = put(u, "seccomp", reading.Map(s.Seccomp, proc.SeccompMode.String))
	j.SeccompFilters = put(u, "seccomp_filters", s.SeccompFilters)
	j.MemsAllowed = put(u, "mems_allowed_list", reading.Map(s.MemsAllowed, cpulist.Set.String))
}

func fromIDMaps(maps []proc.IDMap) []idMap {
	all := make([]idMap, len(maps))
	for i, m := range maps {
		all[i] = idMap(m)
	}
	return all
}
