package detail

import (
	"fmt"
	"net/netip"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/netns"
	"bulkhead/probe/sysvipc"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// network adds interfaces, listening sockets and routes.
func (p *Page) network(s *probe.Snapshot, own, host *probe.Sees) {
	p.heading("network")
	n, there := &own.Network, &host.Network
	interfaces, ok := n.Interfaces.Get()
	if !ok {
		p.add("interfaces", lacking(own, probe.Net, n.Interfaces.State()), Unknown)
	} else {
		p.beside("interfaces", fmt.Sprint(len(interfaces)), counted(there.Interfaces))
	}
	for i := range interfaces {
		p.netInterface(s, &interfaces[i])
	}
	if n.Lacking != "" && ok {
		p.add("", "not told: "+n.Lacking, Unknown)
	}
	p.listeners(own, there)
	p.routes(own)
	if !ok {
		p.refusal(own, probe.Net)
	}
}

// counted is how many there are, or nothing where it is not known.
func counted[T any](r probe.Reading[[]T]) string {
	all, ok := r.Get()
	if !ok {
		return ""
	}
	return fmt.Sprint(len(all))
}

// netInterface adds an interface: its state, its addresses and what it is tied to.
func (p *Page) netInterface(s *probe.Snapshot, i *netns.Interface) {
	var says []string
	for _, part := range []string{i.Kind, stateOf(i), i.MAC.String()} {
		if part != "" {
			says = append(says, part)
		}
	}
	if i.MTU != 0 {
		says = append(says, fmt.Sprintf("mtu %d", i.MTU))
	}
	label := i.Name
	if label == "" {
		label = "no interface"
	}
	p.add(label, strings.Join(says, " · "), Plain)
	for _, a := range i.Addresses {
		p.add("", a.String(), Plain)
	}
	if i.Peer != nil {
		p.peer(s, i)
	}
}

// stateOf is the state of an interface. Some that are always ready, such as the loopback, never tell theirs: they are up
// where they were switched on.
func stateOf(i *netns.Interface) string {
	if i.State == "unknown" && i.Up {
		return "up"
	}
	return i.State
}

// peer adds the other end of an interface, and the namespace that has it.
func (p *Page) peer(s *probe.Snapshot, i *netns.Interface) {
	what := "upon"
	if i.Kind == "veth" {
		what = "peer"
	}
	if !i.Peer.Elsewhere {
		p.add("  "+what, fmt.Sprintf("%d %s", i.Peer.Index, i.Peer.Name), Plain)
		return
	}
	inode, ok := i.Peer.Namespace.Get()
	ref := probe.NamespaceRef{Type: probe.Net, Inode: inode}
	n, known := s.Namespace(ref)
	if !ok || !known {
		p.add("  "+what, fmt.Sprintf("%s in a namespace out of sight, number %d here", peerSays(i.Peer), i.Peer.NSID), Unknown)
		return
	}
	says := fmt.Sprintf("%s in %s", peerSays(i.Peer), ref)
	tone := Shared
	switch leader, led := s.Task(n.Leader); {
	case n.Host:
		says, tone = says+", the host's", Host
	case n.Name != "":
		says += ", " + n.Name
	case led:
		says += ", " + leader.Comm
	}
	p.link("  "+what, says, tone, screen.ToNamespace(n.Key()))
}

// peerSays names an interface in another namespace, where its name is known, with the index it has there.
func peerSays(peer *netns.Peer) string {
	if peer.Name == "" {
		return fmt.Sprintf("index %d", peer.Index)
	}
	return fmt.Sprintf("%d %s", peer.Index, peer.Name)
}

// mostListeners is how many sockets a page lists.
const mostListeners = 50

func (p *Page) listeners(own *probe.Sees, there *netns.Network) {
	n := &own.Network
	all, ok := n.Listeners.Get()
	if !ok {
		p.add("listening", lacking(own, probe.Net, n.Listeners.State()), Unknown)
		return
	}
	p.beside("listening", fmt.Sprint(len(all)), counted(there.Listeners))
	for i, l := range all {
		if i == mostListeners {
			p.add("", fmt.Sprintf("and %d more", len(all)-i), Dim)
			return
		}
		p.add("  "+l.Protocol, listenerSays(&l), Plain)
	}
}

func listenerSays(l *netns.Listener) string {
	switch {
	case l.Protocol != "unix":
		return l.Address.String()
	case l.Path == "":
		return "without a name"
	}
	return l.Path
}

// mostRoutes is how many routes a page lists: a router has hundreds of thousands.
const mostRoutes = 50

func (p *Page) routes(own *probe.Sees) {
	n := &own.Network
	all, ok := n.Routes.Get()
	if !ok {
		p.add("routes", lacking(own, probe.Net, n.Routes.State()), Unknown)
		return
	}
	p.add("routes", fmt.Sprint(len(all)), Plain)
	for i := range all {
		if i == mostRoutes {
			p.add("", fmt.Sprintf("and %d more", len(all)-i), Dim)
			return
		}
		p.add("", routeSays(&all[i]), Plain)
	}
}

// routeSays writes a route as `ip route` does.
func routeSays(r *netns.Route) string {
	says := r.To.String()
	if r.To.Bits() == 0 {
		says = "default"
		if r.To.Addr().Is6() {
			says = "default (IPv6)"
		}
	}
	if r.Refusing != "" {
		says = r.Refusing + " " + says
	}
	if r.Via != (netip.Addr{}) {
		says += " via " + r.Via.String()
	}
	if r.Name != "" {
		says += " dev " + r.Name
	}
	if r.Hops > 1 {
		says += fmt.Sprintf(" in %d ways", r.Hops)
	}
	if r.Table != netns.MainTable {
		says += fmt.Sprintf(" table %d", r.Table)
	}
	return says
}

// ipcNames are the kinds of System V objects in words.
var ipcNames = map[sysvipc.Kind]string{sysvipc.Queue: "  queue", sysvipc.Semaphores: "  semaphores", sysvipc.Memory: "  memory"}

// ipcSize says how large an object is.
func ipcSize(o *sysvipc.Object) string {
	switch o.Kind {
	case sysvipc.Queue:
		return fmt.Sprintf("%s in %s", plural(int(o.Size), "byte"), plural(int(o.Count), "message"))
	case sysvipc.Memory:
		return fmt.Sprintf("%s, %d attached", text.Bytes(o.Size), o.Count)
	case sysvipc.Semaphores:
	}
	return fmt.Sprintf("%d of them", o.Size)
}
