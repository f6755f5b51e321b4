package recording

import (
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// uses is a probe.Uses.
type uses struct {
	PID        int32             `json:"pid,omitempty"` // Whose it is; of a group there is none.
	LastCPU    *int32            `json:"psr,omitempty"`
	Allowed    *string           `json:"cpus_allowed_list,omitempty"`
	GaveUp     *string           `json:"cpus_given_up,omitempty"` // By affinity.
	NarrowedBy *cgroupKey        `json:"narrowed_by,omitempty"`
	Cpusets    []cpuset          `json:"cpusets,omitempty"` // From the root on.
	Quota      *bounded[float64] `json:"cpu_quota,omitempty"`
	Memory     *bounded[uint64]  `json:"memory,omitempty"`
	PIDs       *bounded[uint64]  `json:"pids,omitempty"`
	IO         []ioLimit         `json:"io,omitempty"`
	Devices    *[]string         `json:"devices,omitempty"`
	Programs   *programs         `json:"device_programs,omitempty"` // BPF programs that decide about devices in version 2.
	Mems       *bounded[string]  `json:"cpuset_mems,omitempty"`
	Places     []place           `json:"places,omitempty"` // The group in each hierarchy.
	Host       hostUses          `json:"host"`
	Unknown    unknown           `json:"unknown,omitempty"`
}

type cgroupKey struct {
	Hierarchy string `json:"hierarchy"`
	Path      Text   `json:"path"`
}

func fromKey(k probe.GroupKey) cgroupKey { return cgroupKey{k.Hierarchy, Text(k.Path)} }

type cpuset struct {
	cgroupKey
	CPUs      *string `json:"cpus,omitempty"`
	Effective *string `json:"cpus_effective,omitempty"`
	Partition *string `json:"cpus_partition,omitempty"`
	Exclusive *bool   `json:"cpu_exclusive,omitempty"`
	Unknown   unknown `json:"unknown,omitempty"`
}

type bounded[T uint64 | float64 | string] struct {
	Limit *limit[T]  `json:"limit,omitempty"`
	By    *cgroupKey `json:"by,omitempty"`
	Use   *T         `json:"use,omitempty"`
}

type ioLimit struct {
	cgroupKey
	Device string `json:"device"`
	Name   string `json:"name,omitempty"`
	Limits string `json:"limits"`
}

type hostUses struct {
	CPUs     *string `json:"cpus,omitempty"`
	Isolated *string `json:"cpus_isolated,omitempty"`
	Memory   *uint64 `json:"memory,omitempty"`
	PIDs     *uint64 `json:"pids,omitempty"`
}

func fromUses(p *probe.Uses) uses {
	j := uses{PID: p.Task.PID}
	u := &j.Unknown
	set := func(u *unknown, name string, r probe.Reading[cpulist.Set]) *string {
		return put(u, name, reading.Map(r, cpulist.Set.String))
	}
	j.LastCPU = put(u, "psr", p.CPU.Last)
	j.Allowed = set(u, "cpus_allowed_list", p.CPU.Allowed)
	j.GaveUp = set(u, "cpus_given_up", p.CPU.Affinity)
	if p.CPU.Narrowest >= 0 && p.CPU.Narrowest < len(p.CPU.Levels) {
		key := fromKey(p.CPU.Levels[p.CPU.Narrowest].GroupKey)
		j.NarrowedBy = &key
	}
	for i := range p.CPU.Levels {
		l := &p.CPU.Levels[i]
		c := cpuset{cgroupKey: fromKey(l.GroupKey)}
		c.CPUs, c.Effective = set(&c.Unknown, "cpus", l.Requested), set(&c.Unknown, "cpus_effective", l.Effective)
		c.Partition, c.Exclusive = put(&c.Unknown, "cpus_partition", l.Partition), put(&c.Unknown, "cpu_exclusive", l.Exclusive)
		j.Cpusets = append(j.Cpusets, c)
	}
	j.Quota, j.Memory, j.PIDs = fromBound(u, "cpu_quota", p.Quota), fromBound(u, "memory", p.Memory), fromBound(u, "pids", p.PIDs)
	for _, l := range p.IO {
		j.IO = append(j.IO, ioLimit{fromKey(l.GroupKey), l.Device, l.Name, l.Limits})
	}
	if p.IOTold != reading.Present && p.IOBy != (probe.GroupKey{}) {
		u.note("io", p.IOTold)
	}
	j.Devices = put(u, "devices", p.Devices)
	j.Programs = put(u, "device_programs", reading.Map(p.Programs, func(all []cgroup.Program) programs { return all }))
	j.Mems = fromBound(u, "cpuset_mems", probe.Bound[string]{
		Limit: reading.Map(p.Mems.Limit, cpulist.Set.String), By: p.Mems.By, Use: reading.Map(p.Mems.Use, cpulist.Set.String),
	})
	if p.Task != (probe.TaskKey{}) && p.Told != reading.Present {
		u.note("places", p.Told)
	}
	for i := range p.Places {
		j.Places = append(j.Places, fromPlace(&p.Places[i]))
	}
	h := &p.Host
	j.Host = hostUses{
		CPUs: set(u, "host.cpus", h.CPUs), Isolated: set(u, "host.cpus_isolated", h.Isolated),
		Memory: put(u, "host.memory", h.Memory), PIDs: put(u, "host.pids", h.PIDs),
	}
	return j
}

func fromBound[T uint64 | float64 | string](u *unknown, name string, b probe.Bound[T]) *bounded[T] {
	j := &bounded[T]{Limit: putLimit(u, name+".limit", b.Limit)}
	if j.Limit == nil {
		return nil
	}
	if b.By != (probe.GroupKey{}) {
		key := fromKey(b.By)
		j.By = &key
	}
	if use, ok := b.Use.Get(); ok {
		j.Use = &use
	}
	return j
}
