package recording

import (
	"net/netip"

	"bulkhead/probe"
	"bulkhead/probe/mounts"
	"bulkhead/probe/netns"
	"bulkhead/probe/reading"
	"bulkhead/probe/sysvipc"
)

// sees is a probe.Sees.
type sees struct {
	PID        int32             `json:"pid,omitempty"` // By whom it was read.
	TID        int32             `json:"tid,omitempty"` // Where it is another.
	HostName   *Text             `json:"host_name,omitempty"`
	DomainName *Text             `json:"domain_name,omitempty"`
	Processes  *int              `json:"processes,omitempty"`        // At least so many, where some are denied.
	Denied     int               `json:"processes_denied,omitempty"` // Those whose pid namespace is not permitted to be read.
	Numbered   []numbered        `json:"first_processes,omitempty"`
	Root       *Text             `json:"root,omitempty"`
	Mounts     *[]mount          `json:"mounts,omitempty"`
	Interfaces *[]netInterface   `json:"interfaces,omitempty"`
	Routes     *[]route          `json:"routes,omitempty"`
	Listeners  *[]listener       `json:"listeners,omitempty"`
	Lacking    string            `json:"network_lacks,omitempty"`
	SysV       *[]sysv           `json:"sysvipc,omitempty"`
	IPCLimits  map[string]string `json:"ipc_limits,omitempty"`
	UIDMap     *[]idMap          `json:"uid_map,omitempty"`
	GIDMap     *[]idMap          `json:"gid_map,omitempty"`
	Setgroups  *string           `json:"setgroups,omitempty"`
	Clock      *clock            `json:"timens_offsets,omitempty"`
	Cgroups    []seenGroup       `json:"cgroups,omitempty"`
	Refusals   map[string]string `json:"refusals,omitempty"` // By type of namespace.
	Unknown    unknown           `json:"unknown,omitempty"`
}

type numbered struct {
	PID    int32   `json:"pid"`
	Comm   Text    `json:"comm"`
	Inside int32   `json:"inside,omitempty"`
	NSpid  []int32 `json:"nspid,omitempty"`
}

// mount is a mounts.Mount.
type mount struct {
	ID           int      `json:"id"`
	Parent       int      `json:"parent"`
	Device       string   `json:"device"`
	Root         Text     `json:"root"`
	Point        Text     `json:"mount_point"`
	Type         Text     `json:"type"`
	Source       Text     `json:"source"`
	Options      []string `json:"options"`
	SuperOptions []string `json:"super_options"`
	ReadOnly     bool     `json:"read_only"`
	Propagation  string   `json:"propagation"`
}

// netInterface is a netns.Interface.
type netInterface struct {
	Index     int32          `json:"ifindex,omitempty"`
	Name      Text           `json:"name"`
	Kind      string         `json:"kind,omitempty"`
	State     string         `json:"operstate,omitempty"`
	Up        *bool          `json:"up,omitempty"`
	MTU       uint32         `json:"mtu,omitempty"`
	MAC       string         `json:"mac,omitempty"`
	Master    int32          `json:"master,omitempty"`
	Addresses []netip.Prefix `json:"addresses,omitempty"`
	Peer      *netPeer       `json:"peer,omitempty"`
}

type netPeer struct {
	Index     int32   `json:"ifindex"`
	NSID      *int32  `json:"link_netnsid,omitempty"`
	Namespace *uint64 `json:"namespace,omitempty"`
	Name      Text    `json:"name,omitempty"`
}

type route struct {
	To       netip.Prefix `json:"to"`
	Via      *netip.Addr  `json:"via,omitempty"`
	Index    int32        `json:"ifindex,omitempty"`
	Name     Text         `json:"interface,omitempty"`
	Metric   uint32       `json:"metric,omitempty"`
	Table    uint32       `json:"table"`
	Hops     int          `json:"ways,omitempty"`
	Refusing string       `json:"type,omitempty"`
}

type listener struct {
	Protocol string          `json:"protocol"`
	Address  *netip.AddrPort `json:"address,omitempty"`
	Path     Text            `json:"path,omitempty"`
	Inode    uint64          `json:"inode"`
}

type sysv struct {
	Kind  string `json:"kind"`
	Key   uint32 `json:"key"`
	ID    int32  `json:"id"`
	Perms uint32 `json:"perms"`
	Size  uint64 `json:"size"`
	Count uint64 `json:"count"`
}

type clock struct {
	Monotonic float64 `json:"monotonic"` // Seconds.
	Boottime  float64 `json:"boottime"`
}

type seenGroup struct {
	Hierarchy string `json:"hierarchy"`
	Path      Text   `json:"path"`
	Inside    *Text  `json:"inside,omitempty"`
	Root      *Text  `json:"root,omitempty"`
}

func fromSees(s *probe.Sees) sees {
	j := sees{PID: s.Task.PID, Lacking: s.Network.Lacking, Denied: s.Processes.Denied}
	if s.Task.TID != s.Task.PID {
		j.TID = s.Task.TID
	}
	j.addNames(s)
	j.addNetwork(&s.Network)
	u := &j.Unknown
	j.Root = put(u, "root", reading.Map(s.Root, func(path string) Text { return Text(path) }))
	j.Mounts = put(u, "mounts", reading.Map(s.Mounts, converted(fromMount)))
	j.SysV = put(u, "sysvipc", reading.Map(s.IPC.Objects, converted(fromObject)))
	j.UIDMap = put(u, "uid_map", reading.Map(s.Users.UIDMap, fromIDMaps))
	j.GIDMap = put(u, "gid_map", reading.Map(s.Users.GIDMap, fromIDMaps))
	j.Setgroups = put(u, "setgroups", s.Users.Setgroups)
	j.Clock = put(u, "timens_offsets", reading.Map(s.Clock, func(c probe.ClockOffsets) clock {
		return clock{c.Monotonic.Seconds(), c.Boottime.Seconds()}
	}))
	for _, l := range s.IPC.Limits {
		if j.IPCLimits == nil {
			j.IPCLimits = map[string]string{}
		}
		j.IPCLimits[l.Name] = l.Text
	}
	for i := range s.Groups {
		j.Cgroups = append(j.Cgroups, fromSeenGroup(&s.Groups[i]))
	}
	for t, says := range s.Refusals {
		if says == "" {
			continue
		}
		if j.Refusals == nil {
			j.Refusals = map[string]string{}
		}
		j.Refusals[probe.NamespaceTypes[t].String()] = says
	}
	return j
}

// converted returns the function that converts each element of a list.
func converted[T, U any](convert func(*T) U) func([]T) []U {
	return func(all []T) []U {
		list := make([]U, len(all))
		for i := range all {
			list[i] = convert(&all[i])
		}
		return list
	}
}

func (j *sees) addNames(s *probe.Sees) {
	j.HostName = put(&j.Unknown, "host_name", reading.Map(s.Names, func(n probe.SystemNames) Text { return Text(n.Host) }))
	j.DomainName = put(&j.Unknown, "domain_name", reading.Map(s.Names, func(n probe.SystemNames) Text { return Text(n.Domain) }))
	if s.Processes.Total > 0 {
		j.Processes = &s.Processes.Total
	}
	for _, n := range s.Processes.First {
		j.Numbered = append(j.Numbered, numbered{n.PID, Text(n.Comm), n.Inside, n.NSpid})
	}
}

func (j *sees) addNetwork(n *netns.Network) {
	j.Interfaces = put(&j.Unknown, "interfaces", reading.Map(n.Interfaces, converted(func(i *netns.Interface) netInterface {
		return fromInterface(i, n.Lacking == "")
	})))
	j.Routes = put(&j.Unknown, "routes", reading.Map(n.Routes, converted(fromRoute)))
	j.Listeners = put(&j.Unknown, "listeners", reading.Map(n.Listeners, converted(fromListener)))
}

func fromInterface(i *netns.Interface, whole bool) netInterface {
	j := netInterface{
		Index: i.Index, Name: Text(i.Name), Kind: i.Kind, State: i.State, MTU: i.MTU, MAC: i.MAC.String(), Master: i.Master,
		Addresses: i.Addresses,
	}
	if whole {
		j.Up = &i.Up
	}
	if p := i.Peer; p != nil {
		j.Peer = &netPeer{Index: p.Index, Name: Text(p.Name)}
		if p.Elsewhere {
			j.Peer.NSID = &p.NSID
		}
		if inode, ok := p.Namespace.Get(); ok {
			j.Peer.Namespace = &inode
		}
	}
	return j
}

func fromRoute(r *netns.Route) route {
	j := route{To: r.To, Index: r.Index, Name: Text(r.Name), Metric: r.Metric, Table: r.Table, Hops: r.Hops, Refusing: r.Refusing}
	if r.Via.IsValid() {
		j.Via = &r.Via
	}
	return j
}

func fromListener(l *netns.Listener) listener {
	j := listener{Protocol: l.Protocol, Path: Text(l.Path), Inode: l.Inode}
	if l.Address.IsValid() {
		j.Address = &l.Address
	}
	return j
}

func fromMount(m *mounts.Mount) mount {
	return mount{
		m.ID, m.Parent, m.Device, Text(m.Root), Text(m.Point), Text(m.Type), Text(m.Source), m.Options, m.SuperOptions,
		m.ReadOnly, m.Propagation.String(),
	}
}

func fromObject(o *sysvipc.Object) sysv {
	return sysv{string(o.Kind), o.Key, o.ID, o.Perms, o.Size, o.Count}
}

func fromSeenGroup(g *probe.SeenGroup) seenGroup {
	j := seenGroup{Hierarchy: g.Hierarchy, Path: Text(g.Path)}
	if inside, ok := g.Inside.Get(); ok {
		text := Text(inside)
		j.Inside = &text
	}
	if root, ok := g.Root.Get(); ok {
		text := Text(root)
		j.Root = &text
	}
	return j
}
