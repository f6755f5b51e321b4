package netns

import (
	"encoding/binary"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// Neighbour is another network namespace in sight, in which peers may be.
type Neighbour struct {
	Inode uint64
	Open  func() (*os.File, error) // Opens the namespace.
	// Socket makes a socket of rtnetlink(7) in the namespace; nil where that cannot be had.
	Socket func() (*os.File, error)
}

// nsidUnassigned is the answer for a namespace that this one knows by no number.
const nsidUnassigned = -1

// nameFarPeers names the peers in other namespaces. The kernel tells of these by the number under which they are known
// (IFLA_TARGET_NETNSID, since Linux 4.15) whoever has CAP_NET_ADMIN in the user namespace that owns them, in sight or not. Of
// others the name stays empty.
func nameFarPeers(fd int, interfaces []Interface) {
	for i := range interfaces {
		if p := interfaces[i].Peer; p != nil && p.Elsewhere {
			target := binary.NativeEndian.AppendUint16(nil, unix.SizeofRtAttr+4)
			target = binary.NativeEndian.AppendUint16(target, unix.IFLA_TARGET_NETNSID)
			p.name(fd, binary.NativeEndian.AppendUint32(target, uint32(p.NSID)))
		}
	}
}

// nameThrough names the peer by a socket in its own namespace.
func (p *Peer) nameThrough(open func() (*os.File, error)) {
	socket, err := open()
	if err != nil {
		return // The name stays unknown, which is seen.
	}
	defer socket.Close() //nolint:errcheck // It was only asked.
	p.name(int(socket.Fd()), nil)
}

// name asks for the name of the peer: RTM_GETLINK. The attributes say where it is, if it is not in the socket's namespace.
func (p *Peer) name(fd int, where []byte) {
	body := make([]byte, unix.SizeofIfInfomsg, unix.SizeofIfInfomsg+len(where))
	binary.NativeEndian.PutUint32(body[4:], uint32(p.Index))
	// An error leaves the name unknown, which is seen.
	_, _ = exchange(fd, unix.RTM_GETLINK, 0, append(body, where...), func(m *syscall.NetlinkMessage) {
		if i, ok := parseLink(m); ok && i.Index == p.Index {
			p.Name = i.Name
		}
	})
}

// findPeers finds the namespaces of the peers that are elsewhere. The kernel gives the number of a namespace, as this one
// knows it, for a descriptor of it: RTM_GETNSID with NETNSA_FD, since Linux 4.0. So each neighbour is asked about.
func findPeers(fd int, interfaces []Interface, neighbours []Neighbour) {
	var wanted []int32
	for i := range interfaces {
		if p := interfaces[i].Peer; p != nil && p.Elsewhere && !slices.Contains(wanted, p.NSID) {
			wanted = append(wanted, p.NSID)
		}
	}
	for i := 0; len(wanted) > 0 && i < len(neighbours); i++ {
		id, err := nsid(fd, &neighbours[i])
		if err != nil || id == nsidUnassigned {
			continue
		}
		at := slices.Index(wanted, id)
		if at < 0 {
			continue
		}
		wanted = slices.Delete(wanted, at, at+1)
		for j := range interfaces {
			if p := interfaces[j].Peer; p != nil && p.Elsewhere && p.NSID == id {
				p.Namespace = reading.Of(neighbours[i].Inode)
				if p.Name == "" && neighbours[i].Socket != nil {
					p.nameThrough(neighbours[i].Socket)
				}
			}
		}
	}
}

// nsid asks by what number a namespace is known.
func nsid(fd int, other *Neighbour) (int32, error) {
	file, err := other.Open()
	if err != nil {
		return 0, err
	}
	defer file.Close()      //nolint:errcheck // It was only asked about.
	body := make([]byte, 4) // struct rtgenmsg and what aligns it.
	body = binary.NativeEndian.AppendUint16(body, unix.SizeofRtAttr+4)
	body = binary.NativeEndian.AppendUint16(body, unix.NETNSA_FD)
	body = binary.NativeEndian.AppendUint32(body, uint32(file.Fd()))
	id := int32(nsidUnassigned)
	_, err = exchange(fd, unix.RTM_GETNSID, 0, body, func(m *syscall.NetlinkMessage) {
		list, _ := behind(m, 4)
		for _, a := range list {
			if a.kind == unix.NETNSA_NSID {
				id = int32(a.number())
			}
		}
	})
	return id, err
}

// namePeers names the peers within the same namespace.
func namePeers(interfaces []Interface) {
	for i := range interfaces {
		p := interfaces[i].Peer
		if p == nil || p.Elsewhere {
			continue
		}
		for j := range interfaces {
			if interfaces[j].Index == p.Index {
				p.Name = interfaces[j].Name
			}
		}
	}
}
