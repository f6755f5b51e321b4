package recording

import (
	"errors"
	"fmt"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// host is a probe.Host.
type host struct {
	Name         Text       `json:"name,omitempty"`
	Kernel       Text       `json:"kernel,omitempty"`
	CgroupMode   string     `json:"cgroup_mode,omitempty"`
	CPUs         *string    `json:"cpus_online,omitempty"`
	Btime        int64      `json:"btime,omitempty"`
	Hidepid      Text       `json:"hidepid,omitempty"`
	SubsetPID    bool       `json:"subset_pid,omitempty"`
	Self         int32      `json:"self,omitempty"`
	UID          uint32     `json:"uid"`
	User         Text       `json:"user,omitempty"`
	Source       string     `json:"source,omitempty"`
	NoIterator   Text       `json:"no_iterator,omitempty"`
	Capabilities []string   `json:"capabilities,omitempty"`
	Disabled     []string   `json:"controllers_disabled,omitempty"`
	Reference    *reference `json:"reference,omitempty"`
	Unknown      unknown    `json:"unknown,omitempty"`
}

// errSource is returned for a source of tasks that there is none of.
var errSource = errors.New("not one of proc and bpf")

// reference is a probe.Reference.
type reference struct {
	PID        int32      `json:"pid"`
	Why        string     `json:"why"`
	Initial    bool       `json:"initial"`
	Namespaces namespaces `json:"namespaces,omitzero"`
	Unknown    unknown    `json:"unknown,omitempty"`
}

func fromHost(h *probe.Host) host {
	j := host{
		Name: Text(h.Name), Kernel: Text(h.Kernel), CgroupMode: h.Mode, Hidepid: Text(h.Hidepid), SubsetPID: h.SubsetPID,
		Self: h.Self, UID: h.UID, User: Text(h.User), Capabilities: h.Caps,
		Disabled: h.Disabled,
	}
	if h.Source != probe.SourceAuto {
		j.Source, j.NoIterator = h.Source.String(), Text(h.NoIterator)
	}
	j.CPUs = put(&j.Unknown, "cpus_online", reading.Map(h.CPUs, cpulist.Set.String))
	if !h.Boot.IsZero() {
		j.Btime = h.Boot.Unix()
	}
	if r := &h.Reference; r.PID != 0 {
		j.Reference = &reference{PID: r.PID, Why: r.Why, Initial: r.Initial}
		j.Reference.Namespaces = putKey(&j.Reference.Unknown, &r.Key)
	}
	return j
}

func (j *host) host() (probe.Host, error) {
	h := probe.Host{
		Name: string(j.Name), Kernel: string(j.Kernel), Mode: j.CgroupMode, Hidepid: string(j.Hidepid), SubsetPID: j.SubsetPID,
		Self: j.Self, UID: j.UID, User: string(j.User), Caps: j.Capabilities,
		Disabled: j.Disabled,
	}
	if j.Source != "" {
		source, ok := probe.ParseSource(j.Source)
		if !ok {
			return h, fmt.Errorf("source %q: %w", j.Source, errSource)
		}
		h.Source, h.NoIterator = source, string(j.NoIterator)
	}
	if j.Btime != 0 {
		h.Boot = time.Unix(j.Btime, 0)
	}
	var err error
	if h.CPUs, err = toCPUs(j.Unknown, "cpus_online", j.CPUs); err != nil {
		return h, err
	}
	if r := j.Reference; r != nil {
		h.Reference = probe.Reference{PID: r.PID, Why: r.Why, Initial: r.Initial, Key: getKey(r.Unknown, r.Namespaces)}
	}
	return h, nil
}

// toCPUs reads a list of CPUs.
func toCPUs(u unknown, name string, list *string) (probe.Reading[cpulist.Set], error) {
	if list == nil {
		return get[cpulist.Set](u, name, nil), nil
	}
	set, err := cpulist.Parse(*list)
	if err != nil {
		return probe.Reading[cpulist.Set]{}, fmt.Errorf("%s: %w", name, err)
	}
	return reading.Of(set), nil
}
