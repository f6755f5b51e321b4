package netns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// room is a network namespace of a test: the thread that made it is gone, and its files keep it alive.
type room struct {
	ns       *os.File
	socket   *os.File
	files    map[string][]byte // What its /proc/thread-self/net said after it was furnished.
	listener net.Listener
}

// newRoom makes a namespace on a thread of its own, which ends with the goroutine since it stays locked to it.
func newRoom(t *testing.T, furnish func(socket int) error) *room {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes network namespaces")
	}
	r := &room{files: map[string][]byte{}}
	if err := onThread(func() error { return r.make(furnish) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = r.ns.Close(), r.socket.Close()
		if r.listener != nil {
			_ = r.listener.Close()
		}
	})
	return r
}

// onThread calls a function on a thread that is used for nothing else. It is not the leading one, which would not end, and
// whose namespaces those of /proc/self are.
func onThread(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			err := onThread(do)
			runtime.UnlockOSThread()
			done <- err
			return
		}
		done <- do()
	}()
	return <-done
}

func (r *room) make(furnish func(socket int) error) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	var err error
	if r.ns, err = os.Open("/proc/thread-self/ns/net"); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	r.socket = os.NewFile(uintptr(fd), "rtnetlink")
	if err := furnish(fd); err != nil {
		return err
	}
	if r.listener, err = net.Listen("tcp4", "10.99.0.1:8080"); err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) {
		return err
	}
	if err != nil {
		r.listener = nil
	}
	for _, name := range append([]string{"dev", "route", "fib_trie", "if_inet6"}, Files[:]...) {
		if r.files[name], err = os.ReadFile("/proc/thread-self/net/" + name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (r *room) inode(t *testing.T) uint64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Fstat(int(r.ns.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	return st.Ino
}

func (r *room) open(name string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(r.files[name]))), nil
}

// attr writes an attribute of a message.
func attr(kind uint16, value []byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(len(value)+unix.SizeofRtAttr))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, (4-len(value)%4)%4)...)
}

func text(s string) []byte { return append([]byte(s), 0) }

func word(n uint32) []byte { return binary.NativeEndian.AppendUint32(nil, n) }

// link is struct ifinfomsg for an interface, with the flag to set it up or not.
func link(index, flags uint32) []byte {
	b := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(b[4:], index)
	binary.NativeEndian.PutUint32(b[8:], flags)
	binary.NativeEndian.PutUint32(b[12:], flags)
	return b
}

// request has the kernel change something, and waits until it says that it did.
func request(fd int, kind, flags uint16, body []byte) error {
	_, err := exchange(fd, kind, flags|unix.NLM_F_ACK, body, func(*syscall.NetlinkMessage) {})
	return err
}

// addVeth makes a pair of which the other end is in another namespace.
func addVeth(fd int, name, peer string, peerNS int) error {
	other := slices.Concat(link(0, 0), attr(unix.IFLA_IFNAME, text(peer)), attr(unix.IFLA_NET_NS_FD, word(uint32(peerNS))))
	const vethInfoPeer = 1
	info := slices.Concat(attr(unix.IFLA_INFO_KIND, text("veth")), attr(unix.IFLA_INFO_DATA, attr(vethInfoPeer, other)))
	body := slices.Concat(link(0, 0), attr(unix.IFLA_IFNAME, text(name)), attr(unix.IFLA_LINKINFO, info))
	return request(fd, unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, body)
}

func addAddress(fd int, index uint32, prefix netip.Prefix) error {
	family := byte(unix.AF_INET)
	if prefix.Addr().Is6() {
		family = unix.AF_INET6
	}
	const noDAD = unix.IFA_F_NODAD
	body := append([]byte{family, byte(prefix.Bits()), noDAD, 0}, word(index)...)
	raw := prefix.Addr().AsSlice()
	body = slices.Concat(body, attr(unix.IFA_LOCAL, raw), attr(unix.IFA_ADDRESS, raw))
	return request(fd, unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, body)
}

func indexOf(fd int, name string) (uint32, error) {
	all, err := readInterfaces(fd)
	for i := range all {
		if all[i].Name == name {
			return uint32(all[i].Index), nil
		}
	}
	return 0, fmt.Errorf("no interface %s: %w", name, err)
}

func find(t *testing.T, n Network, name string) Interface {
	t.Helper()
	all, ok := n.Interfaces.Get()
	at := slices.IndexFunc(all, func(i Interface) bool { return i.Name == name })
	if !ok || at < 0 {
		t.Fatalf("interfaces are %v (%v), want one that is called %s", all, n.Interfaces.State(), name)
	}
	return all[at]
}

// needVeth skips a test on a kernel that has no veth devices.
func needVeth(t *testing.T) {
	t.Helper()
	far := newRoom(t, func(int) error { return nil })
	var made error
	newRoom(t, func(fd int) error {
		made = addVeth(fd, "inner", "outer", int(far.ns.Fd()))
		return nil
	})
	if errors.Is(made, unix.EOPNOTSUPP) {
		t.Skip("this kernel has no veth devices")
	}
}

// TestVeth reads two namespaces that are tied by a veth pair, from both sides, and one of them from /proc alone.
func TestVeth(t *testing.T) {
	far := newRoom(t, func(int) error { return nil })
	inner := netip.MustParsePrefix("10.99.0.1/24")
	inner6 := netip.MustParsePrefix("fd99::1/64")
	needVeth(t)
	near := newRoom(t, func(fd int) error {
		if err := addVeth(fd, "inner", "outer", int(far.ns.Fd())); err != nil {
			return err
		}
		index, err := indexOf(fd, "inner")
		for _, p := range []netip.Prefix{inner, inner6} {
			err = errors.Join(err, addAddress(fd, index, p))
		}
		return errors.Join(err, request(fd, unix.RTM_NEWLINK, 0, link(index, unix.IFF_UP)))
	})
	neighbour := func(r *room) []Neighbour {
		return []Neighbour{
			{Inode: 1, Open: func() (*os.File, error) { return nil, os.ErrPermission }},
			{Inode: 2, Open: func() (*os.File, error) { return os.Open("/proc/self/ns/net") }},
			{Inode: r.inode(t), Open: func() (*os.File, error) { return os.Open("/proc/self/fd/" + strconv.Itoa(int(r.ns.Fd()))) }},
		}
	}
	n := Read(Source{Socket: near.socket, Open: near.open, Neighbours: neighbour(far)})
	f := Read(Source{Socket: far.socket, Open: far.open, Neighbours: neighbour(near)})
	here, there := find(t, n, "inner"), find(t, f, "outer")
	for _, end := range []struct{ own, other Interface }{{here, there}, {there, here}} {
		if p := end.own.Peer; end.own.Kind != "veth" || p == nil || !p.Elsewhere || p.Index != end.other.Index || len(end.own.MAC) != 6 {
			t.Errorf("%s is %+v with the peer %+v, want one elsewhere with index %d", end.own.Name, end.own, p, end.other.Index)
		}
		if p := end.own.Peer; p != nil && p.Name != end.other.Name {
			t.Errorf("the peer of %s is called %q, want %q", end.own.Name, p.Name, end.other.Name)
		}
	}
	if here.Peer.Namespace != reading.Of(far.inode(t)) || there.Peer.Namespace != reading.Of(near.inode(t)) {
		t.Errorf("peers are in %v and %v, want %d and %d", here.Peer.Namespace, there.Peer.Namespace, far.inode(t), near.inode(t))
	}
	if !here.Up || there.Up || there.State != "down" || !slices.Contains(here.Addresses, inner) || !slices.Contains(here.Addresses, inner6) {
		t.Errorf("the ends are %+v and %+v, want the first up, with its addresses", here, there)
	}
	if r := n.Routes.Or(nil); !slices.ContainsFunc(r, func(r Route) bool { return r.To == inner.Masked() && r.Name == "inner" && r.Table == MainTable }) {
		t.Errorf("routes are %v, want one to %v", r, inner.Masked())
	}
	listens := func(l Listener) bool {
		return l.Protocol == "tcp" && l.Address == netip.MustParseAddrPort("10.99.0.1:8080")
	}
	plain := Read(Source{Open: near.open, Refused: errors.New("not permitted")})
	for name, network := range map[string]Network{"socket": n, "proc": plain} {
		if all := network.Listeners.Or(nil); !slices.ContainsFunc(all, listens) {
			t.Errorf("%s: listeners are %v, want port 8080", name, all)
		}
	}
	if i := find(t, plain, "inner"); !slices.Contains(i.Addresses, inner) || !slices.Contains(i.Addresses, inner6) || i.Peer != nil {
		t.Errorf("by /proc alone it is %+v, want its addresses and no peer", i)
	}
	if !strings.Contains(plain.Lacking, "not permitted") || n.Lacking != "" {
		t.Errorf("lacking is %q and %q, want the reason only without a socket", plain.Lacking, n.Lacking)
	}
}

// TestPeerOutOfSight is not said to be anywhere.
func TestPeerOutOfSight(t *testing.T) {
	far := newRoom(t, func(int) error { return nil })
	needVeth(t)
	near := newRoom(t, func(fd int) error { return addVeth(fd, "inner", "outer", int(far.ns.Fd())) })
	p := find(t, Read(Source{Socket: near.socket, Open: near.open}), "inner").Peer
	if p == nil || !p.Elsewhere || p.Namespace.State() != reading.Absent {
		t.Errorf("the peer is %+v, want one elsewhere in no namespace that is known", p)
	}
	if p != nil && p.Name != "outer" {
		t.Errorf("the peer is called %q, want what the kernel calls it though its namespace is not in sight", p.Name)
	}
}

// TestPeerNamedFromItsOwnSide is what is left where it may not be asked for from the other side.
func TestPeerNamedFromItsOwnSide(t *testing.T) {
	far := newRoom(t, func(int) error { return nil })
	needVeth(t)
	near := newRoom(t, func(fd int) error { return addVeth(fd, "inner", "outer", int(far.ns.Fd())) })
	fd := int(near.socket.Fd())
	interfaces, err := readInterfaces(fd)
	if err != nil {
		t.Fatal(err)
	}
	findPeers(fd, interfaces, []Neighbour{{
		Inode:  far.inode(t),
		Open:   func() (*os.File, error) { return os.Open("/proc/self/fd/" + strconv.Itoa(int(far.ns.Fd()))) },
		Socket: func() (*os.File, error) { return duplicate(far.socket) },
	}})
	if p := find(t, Network{Interfaces: reading.Of(interfaces)}, "inner").Peer; p == nil || p.Name != "outer" {
		t.Errorf("the peer is %+v, want it by its name", p)
	}
}

func duplicate(file *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	return os.NewFile(uintptr(fd), file.Name()), err
}
