package recording

import (
	"fmt"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// Values is a cgroup.Values, as part of a group. The names are those of the files in version 2, in version 1 too.
type Values struct {
	Type            *string         `json:"type,omitempty"`
	Populated       *bool           `json:"populated,omitempty"`
	Freezer         *string         `json:"freezer,omitempty"`
	FreezeRequested *bool           `json:"freeze_requested,omitempty"`
	ParentFreezing  *bool           `json:"parent_freezing,omitempty"`
	CPUs            *string         `json:"cpuset_cpus,omitempty"`
	CPUsEffective   *string         `json:"cpuset_cpus_effective,omitempty"`
	Mems            *string         `json:"cpuset_mems,omitempty"`
	MemsEffective   *string         `json:"cpuset_mems_effective,omitempty"`
	CPUUsage        *int64          `json:"cpu_usage_usec,omitempty"`
	CPUQuota        *limit[float64] `json:"cpu_quota,omitempty"`
	Throttled       *int64          `json:"cpu_throttled_usec,omitempty"`
	PIDs            *uint64         `json:"pids_current,omitempty"`
	PIDsMax         *limit[uint64]  `json:"pids_max,omitempty"`
	Memory          *uint64         `json:"memory_current,omitempty"`
	MemoryMax       *limit[uint64]  `json:"memory_max,omitempty"`
	Parts
}

func fromValues(u *unknown, v *cgroup.Values) Values {
	set := func(name string, r probe.Reading[cpulist.Set]) *string {
		return put(u, name, reading.Map(r, cpulist.Set.String))
	}
	usec := func(name string, r probe.Reading[time.Duration]) *int64 {
		return put(u, name, reading.Map(r, time.Duration.Microseconds))
	}
	return Values{
		Type:            put(u, "type", v.Type),
		Populated:       put(u, "populated", v.Populated),
		Freezer:         put(u, "freezer", reading.Map(v.Freezer, cgroup.FreezerState.String)),
		FreezeRequested: put(u, "freeze_requested", v.FreezeRequested),
		ParentFreezing:  put(u, "parent_freezing", v.ParentFreezing),
		CPUs:            set("cpuset_cpus", v.CPUs),
		CPUsEffective:   set("cpuset_cpus_effective", v.CPUsEffective),
		Mems:            set("cpuset_mems", v.Mems),
		MemsEffective:   set("cpuset_mems_effective", v.MemsEffective),
		CPUUsage:        usec("cpu_usage_usec", v.CPUUsage),
		CPUQuota:        putLimit(u, "cpu_quota", v.CPUQuota),
		Throttled:       usec("cpu_throttled_usec", v.Throttled),
		PIDs:            put(u, "pids_current", v.PIDs),
		PIDsMax:         putLimit(u, "pids_max", v.PIDsMax),
		Memory:          put(u, "memory_current", v.Memory),
		MemoryMax:       putLimit(u, "memory_max", v.MemoryMax),
		Parts:           fromParts(u, v),
	}
}

func (j *Values) values(u unknown) (*cgroup.Values, error) {
	usec := func(name string, value *int64) probe.Reading[time.Duration] {
		return reading.Map(get(u, name, value), func(n int64) time.Duration { return time.Duration(n) * time.Microsecond })
	}
	v := cgroup.Values{
		Type:            get(u, "type", j.Type),
		Populated:       get(u, "populated", j.Populated),
		FreezeRequested: get(u, "freeze_requested", j.FreezeRequested),
		ParentFreezing:  get(u, "parent_freezing", j.ParentFreezing),
		CPUUsage:        usec("cpu_usage_usec", j.CPUUsage),
		CPUQuota:        getLimit(u, "cpu_quota", j.CPUQuota),
		Throttled:       usec("cpu_throttled_usec", j.Throttled),
		PIDs:            get(u, "pids_current", j.PIDs),
		PIDsMax:         getLimit(u, "pids_max", j.PIDsMax),
		Memory:          get(u, "memory_current", j.Memory),
		MemoryMax:       getLimit(u, "memory_max", j.MemoryMax),
	}
	j.into(&v, u)
	var err error
	if v.Freezer, err = toFreezer(u, j.Freezer); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		name string
		from *string
		to   *probe.Reading[cpulist.Set]
	}{
		{"cpuset_cpus", j.CPUs, &v.CPUs},
		{"cpuset_cpus_effective", j.CPUsEffective, &v.CPUsEffective},
		{"cpuset_mems", j.Mems, &v.Mems},
		{"cpuset_mems_effective", j.MemsEffective, &v.MemsEffective},
	} {
		if *list.to, err = toCPUs(u, list.name, list.from); err != nil {
			return nil, err
		}
	}
	return &v, nil
}

func toFreezer(u unknown, name *string) (probe.Reading[cgroup.FreezerState], error) {
	if name == nil {
		return reading.None[cgroup.FreezerState](u.why("freezer")), nil
	}
	for _, state := range []cgroup.FreezerState{cgroup.Thawed, cgroup.Freezing, cgroup.Frozen} {
		if state.String() == *name {
			return reading.Of(state), nil
		}
	}
	return probe.Reading[cgroup.FreezerState]{}, fmt.Errorf("unknown freezer state %q", *name)
}
