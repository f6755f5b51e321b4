package netns

import (
	"cmp"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// operStates are the states of RFC 2863 by their number.
var operStates = [...]string{"unknown", "not present", "down", "lower layer down", "testing", "dormant", "up"}

// readInterfaces asks for all interfaces and their addresses: RTM_GETLINK and RTM_GETADDR.
func readInterfaces(fd int) ([]Interface, error) {
	var all []Interface
	err := dump(fd, unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func() { all = nil }, func(m *syscall.NetlinkMessage) {
		if i, ok := parseLink(m); ok {
			all = append(all, i)
		}
	})
	if err != nil {
		return nil, err
	}
	forget := func() {
		for i := range all {
			all[i].Addresses = nil
		}
	}
	err = dump(fd, unix.RTM_GETADDR, make([]byte, unix.SizeofIfAddrmsg), forget, func(m *syscall.NetlinkMessage) {
		index, prefix, ok := parseAddress(m)
		if at := slices.IndexFunc(all, func(i Interface) bool { return i.Index == index }); ok && at >= 0 {
			all[at].Addresses = append(all[at].Addresses, prefix)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Interface) int { return cmp.Compare(a.Index, b.Index) })
	return all, nil
}

// parseLink reads a message about an interface: struct ifinfomsg and attributes IFLA_….
func parseLink(m *syscall.NetlinkMessage) (Interface, bool) {
	list, ok := behind(m, unix.SizeofIfInfomsg)
	if !ok || m.Header.Type != unix.RTM_NEWLINK {
		return Interface{}, false
	}
	i := Interface{Index: int32(binary.NativeEndian.Uint32(m.Data[4:]))}
	i.Up = binary.NativeEndian.Uint32(m.Data[8:])&unix.IFF_UP != 0
	peer := Peer{}
	for _, a := range list {
		switch a.kind {
		case unix.IFLA_IFNAME:
			i.Name = a.text()
		case unix.IFLA_MTU:
			i.MTU = a.number()
		case unix.IFLA_ADDRESS:
			i.MAC = hardware(a.value)
		case unix.IFLA_MASTER:
			i.Master = int32(a.number())
		case unix.IFLA_OPERSTATE:
			if len(a.value) > 0 && int(a.value[0]) < len(operStates) {
				i.State = operStates[a.value[0]]
			}
		case unix.IFLA_LINKINFO:
			i.Kind = kindOf(a.value)
		case unix.IFLA_LINK:
			peer.Index = int32(a.number())
		case unix.IFLA_LINK_NETNSID:
			peer.Elsewhere, peer.NSID = true, int32(a.number())
		}
	}
	if peer.Index != 0 && (peer.Elsewhere || peer.Index != i.Index) {
		i.Peer = &peer
	}
	return i, true
}

// hardware returns an address, none where it is all zeros as that of the loopback interface.
func hardware(address []byte) net.HardwareAddr {
	if !slices.ContainsFunc(address, func(b byte) bool { return b != 0 }) {
		return nil
	}
	return slices.Clone(address)
}

// kindOf returns the kind among the attributes of IFLA_LINKINFO.
func kindOf(nested []byte) string {
	for _, a := range attributes(nested) {
		if a.kind == unix.IFLA_INFO_KIND {
			return a.text()
		}
	}
	return ""
}

// parseAddress reads a message about an address: struct ifaddrmsg and attributes IFA_…. Of a point-to-point link the own
// address is IFA_LOCAL, and IFA_ADDRESS the other end's; IPv6 has usually the second alone.
func parseAddress(m *syscall.NetlinkMessage) (index int32, prefix netip.Prefix, ok bool) {
	list, ok := behind(m, unix.SizeofIfAddrmsg)
	if !ok || m.Header.Type != unix.RTM_NEWADDR {
		return 0, prefix, false
	}
	var own, other netip.Addr
	for _, a := range list {
		switch address, _ := netip.AddrFromSlice(a.value); a.kind {
		case unix.IFA_LOCAL:
			own = address
		case unix.IFA_ADDRESS:
			other = address
		}
	}
	if !own.IsValid() {
		own = other
	}
	prefix = netip.PrefixFrom(own, int(m.Data[1]))
	return int32(binary.NativeEndian.Uint32(m.Data[4:])), prefix, prefix.IsValid()
}
