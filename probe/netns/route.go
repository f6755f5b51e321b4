package netns

import (
	"encoding/binary"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// refusals are the types of route by which nothing is sent.
var refusals = map[byte]string{unix.RTN_BLACKHOLE: "blackhole", unix.RTN_UNREACHABLE: "unreachable", unix.RTN_PROHIBIT: "prohibit"}

// readRoutes asks for the routing tables: RTM_GETROUTE.
func readRoutes(fd int, interfaces []Interface) ([]Route, error) {
	var all []Route
	err := dump(fd, unix.RTM_GETROUTE, make([]byte, unix.SizeofRtMsg), func() { all = nil }, func(m *syscall.NetlinkMessage) {
		if r, ok := parseRoute(m); ok {
			all = append(all, r)
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		for j := range interfaces {
			if all[i].Index == interfaces[j].Index {
				all[i].Name = interfaces[j].Name
			}
		}
	}
	return all, nil
}

// parseRoute reads a message about a route: struct rtmsg and attributes RTA_…. Those of the local table and for multicast
// follow from the addresses, and are left out.
func parseRoute(m *syscall.NetlinkMessage) (Route, bool) {
	list, ok := behind(m, unix.SizeofRtMsg)
	if !ok || m.Header.Type != unix.RTM_NEWROUTE {
		return Route{}, false
	}
	family, length, kind := m.Data[0], int(m.Data[1]), m.Data[7]
	r := Route{Table: uint32(m.Data[4]), Refusing: refusals[kind]}
	to := netip.IPv4Unspecified()
	switch {
	case family == unix.AF_INET6:
		to = netip.IPv6Unspecified()
	case family != unix.AF_INET:
		return Route{}, false
	}
	for _, a := range list {
		switch a.kind {
		case unix.RTA_DST:
			to, _ = netip.AddrFromSlice(a.value)
		case unix.RTA_GATEWAY:
			r.Via, _ = netip.AddrFromSlice(a.value)
		case unix.RTA_VIA: // The family, in two bytes, and an address of it.
			if len(a.value) > 2 {
				r.Via, _ = netip.AddrFromSlice(a.value[2:])
			}
		case unix.RTA_OIF:
			r.Index = int32(a.number())
		case unix.RTA_PRIORITY:
			r.Metric = a.number()
		case unix.RTA_TABLE:
			r.Table = a.number()
		case unix.RTA_MULTIPATH:
			r.Hops = hops(a.value)
		}
	}
	r.To = netip.PrefixFrom(to, length)
	return r, r.To.IsValid() && r.Table != unix.RT_TABLE_LOCAL && (kind == unix.RTN_UNICAST || r.Refusing != "")
}

// hops counts the ways of a route: each begins with struct rtnexthop, whose first field is the length of it all.
func hops(ways []byte) (count int) {
	for len(ways) >= unix.SizeofRtNexthop {
		length := int(binary.NativeEndian.Uint16(ways))
		if length < unix.SizeofRtNexthop || length > len(ways) {
			break
		}
		count++
		ways = ways[min(len(ways), (length+unix.RTA_ALIGNTO-1)&^(unix.RTA_ALIGNTO-1)):]
	}
	return count
}
