package netns

import (
	"net"
	"net/netip"

	"bulkhead/probe/reading"
)

// Network is what is in one network namespace.
type Network struct {
	Interfaces reading.Reading[[]Interface] // By index, as `ip link` lists them.
	Routes     reading.Reading[[]Route]     // Those of the local table excepted, which follow from the addresses.
	Listeners  reading.Reading[[]Listener]  // Sockets that wait to be connected with, and of UDP those that are bound.
	// Lacking says what is missing because it could not be asked inside, and why not; empty where all is there.
	Lacking string
}

// Interface is a network interface; see rtnetlink(7) and include/uapi/linux/if_link.h.
type Interface struct {
	Index     int32
	Name      string
	Kind      string           // Such as veth, bridge or tun: IFLA_INFO_KIND; empty for hardware and the loopback interface.
	State     string           // Such as up, down or unknown: IFLA_OPERSTATE, RFC 2863; empty where only /proc tells of it.
	Up        bool             // It is administratively up (IFF_UP).
	MTU       uint32           // In bytes; 0 where it is not told.
	MAC       net.HardwareAddr // Empty where there is none, or only /proc tells of it.
	Master    int32            // The index of the bridge or bond that it belongs to; 0 for none.
	Addresses []netip.Prefix   // IPv4 first. Each with the length of its network.
	// Peer is the other end of a veth, or what a vlan or macvlan is upon; nil for none.
	Peer *Peer
}

// Peer is an interface that another one is tied to.
type Peer struct {
	Index int32 // Of the peer in its own namespace: IFLA_LINK.
	// Elsewhere tells that the peer is in another namespace. NSID is then the number by which this namespace knows that one
	// (IFLA_LINK_NETNSID, since Linux 4.0).
	Elsewhere bool
	NSID      int32
	// Namespace is the inode number of the peer's namespace, if it is one of those in sight.
	Namespace reading.Reading[uint64]
	Name      string // Of the peer; empty where it may not be asked for.
}

// Route is a line of a routing table; see ip-route(8).
type Route struct {
	To       netip.Prefix // 0.0.0.0/0 or ::/0 for the default route.
	Via      netip.Addr   // The gateway; not valid where there is none.
	Index    int32        // Of the interface; 0 for several, or none, or where only /proc tells.
	Name     string       // Of the interface.
	Metric   uint32
	Table    uint32 // 254 for the main one.
	Hops     int    // Of a route of several ways: how many; else 0.
	Refusing string // What becomes of packets that are not sent: blackhole, unreachable or prohibit; else empty.
}

// MainTable is the number of the routing table that is looked into unless rules say otherwise.
const MainTable = 254

// Listener is a socket that others can reach.
type Listener struct {
	Protocol string         // "tcp", "tcp6", "udp", "udp6" or "unix".
	Address  netip.AddrPort // Of the first four.
	Path     string         // Of a unix socket: its file, or "@" and a name; any bytes. Empty where it has none.
	Inode    uint64         // By which /proc/PID/fd names it.
}
