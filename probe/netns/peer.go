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
}

// nsidUnassigned is the answer for a namespace that this one knows by no number.
const nsidUnassigned = -1

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
