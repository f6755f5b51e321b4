package netns

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseSockets(t *testing.T) {
	const heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	const rest = " 00000000:00000000 00:00000000 00000000     0        0 1603 1 0\n"
	for name, test := range map[string]struct {
		protocol, text string
		want           []Listener
	}{
		"nothing":     {"tcp", heading, nil},
		"empty":       {"tcp", "", nil},
		"listening":   {"tcp", heading + "   0: 0100007F:07E8 00000000:0000 0A" + rest, []Listener{{Protocol: "tcp", Address: netip.MustParseAddrPort("127.0.0.1:2024"), Inode: 1603}}},
		"established": {"tcp", heading + "   0: 0100007F:07E8 0100007F:0016 01" + rest, nil},
		"v6":          {"tcp6", heading + "   0: 00000000000000000000000001000000:0050 0:0 0A" + rest, []Listener{{Protocol: "tcp6", Address: netip.MustParseAddrPort("[::1]:80"), Inode: 1603}}},
		"udp":         {"udp", heading + "   0: 00000000:0044 00000000:0000 07" + rest, []Listener{{Protocol: "udp", Address: netip.MustParseAddrPort("0.0.0.0:68"), Inode: 1603}}},
		"bad address": {"tcp", heading + "   0: 0100:07E8 0:0 0A" + rest, nil},
		"odd":         {"tcp", heading + "   0: XYZ:07E8 0:0 0A" + rest, nil},
		"unix": {
			"unix", "Num RefCount Protocol Flags Type St Inode Path\n0: 00000002 00000000 00010000 0001 01 15004 /run/my  socket\n" +
				"0: 00000002 00000000 00010000 0005 01   77\n0: 00000003 00000000 00000000 0001 03 15090 /run/other\n",
			[]Listener{{Protocol: "unix", Path: "/run/my  socket", Inode: 15004}, {Protocol: "unix", Inode: 77}},
		},
	} {
		got, err := parseSockets(test.protocol, strings.NewReader(test.text))
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v (%v), want %v", name, got, err, test.want)
		}
	}
}

func FuzzParseSockets(f *testing.F) {
	f.Add("tcp", "\n0: 0100007F:07E8 00000000:0000 0A 0:0 0:0 0 0 0 1603 1\n")
	f.Add("unix", "\n0: 2 0 00010000 1 01 15004 /run/s\n")
	f.Fuzz(func(t *testing.T, protocol, text string) {
		all, err := parseSockets(protocol, strings.NewReader(text))
		for _, l := range all {
			if l.Protocol != protocol || (protocol != "unix" && !l.Address.IsValid()) {
				t.Errorf("%+v (%v) is no listener of %q", l, err, protocol)
			}
		}
	})
}

// Messages that are cut short, or claim more than there is, are passed over.
func FuzzMessages(f *testing.F) {
	f.Add(slices.Concat(link(3, unix.IFF_UP), attr(unix.IFLA_IFNAME, text("eth0")), attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, text("veth")))))
	f.Add(slices.Concat(make([]byte, unix.SizeofRtMsg), attr(unix.RTA_MULTIPATH, make([]byte, 20))))
	f.Add([]byte{2, 24, 0, 0, 1, 0, 0, 0, 255, 255, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, kind := range []uint16{unix.RTM_NEWLINK, unix.RTM_NEWADDR, unix.RTM_NEWROUTE} {
			m := &syscall.NetlinkMessage{Header: syscall.NlMsghdr{Type: kind}, Data: data}
			parseLink(m)
			if _, prefix, ok := parseAddress(m); ok && !prefix.IsValid() {
				t.Errorf("address %v", prefix)
			}
			if r, ok := parseRoute(m); ok && !r.To.IsValid() {
				t.Errorf("route %v", r)
			}
		}
	})
}

func TestParseRoute(t *testing.T) {
	message := func(family, length, table, kind byte, list ...[]byte) *syscall.NetlinkMessage {
		body := []byte{family, length, 0, 0, table, 0, 0, kind, 0, 0, 0, 0}
		return &syscall.NetlinkMessage{Header: syscall.NlMsghdr{Type: unix.RTM_NEWROUTE}, Data: append(body, slices.Concat(list...)...)}
	}
	hop := binary.NativeEndian.AppendUint16(nil, unix.SizeofRtNexthop)
	hop = append(hop, make([]byte, unix.SizeofRtNexthop-2)...)
	for name, test := range map[string]struct {
		message *syscall.NetlinkMessage
		want    Route
		ok      bool
	}{
		"default": {
			message(unix.AF_INET, 0, MainTable, unix.RTN_UNICAST, attr(unix.RTA_GATEWAY, []byte{192, 0, 2, 1}), attr(unix.RTA_OIF, word(4))),
			Route{To: netip.MustParsePrefix("0.0.0.0/0"), Via: netip.MustParseAddr("192.0.2.1"), Index: 4, Table: MainTable},
			true,
		},
		"several ways": {
			message(unix.AF_INET6, 0, MainTable, unix.RTN_UNICAST, attr(unix.RTA_MULTIPATH, slices.Concat(hop, hop))),
			Route{To: netip.MustParsePrefix("::/0"), Table: MainTable, Hops: 2},
			true,
		},
		"refusing, other table": {
			message(unix.AF_INET, 8, 0, unix.RTN_BLACKHOLE, attr(unix.RTA_DST, []byte{10, 0, 0, 0}), attr(unix.RTA_TABLE, word(1000))),
			Route{To: netip.MustParsePrefix("10.0.0.0/8"), Table: 1000, Refusing: "blackhole"},
			true,
		},
		"local":    {message(unix.AF_INET, 32, unix.RT_TABLE_LOCAL, unix.RTN_UNICAST, attr(unix.RTA_DST, []byte{10, 0, 0, 1})), Route{}, false},
		"bridge":   {message(unix.AF_BRIDGE, 0, MainTable, unix.RTN_UNICAST), Route{}, false},
		"too long": {message(unix.AF_INET, 99, MainTable, unix.RTN_UNICAST), Route{}, false},
	} {
		got, ok := parseRoute(test.message)
		if ok != test.ok || (ok && got != test.want) {
			t.Errorf("%s: got %+v, %v, want %+v, %v", name, got, ok, test.want, test.ok)
		}
	}
}
