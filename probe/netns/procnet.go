package netns

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// loopback is the interface of a host with itself, which every namespace has.
const loopback = "lo"

// interfaces reads the names of the interfaces and their addresses from /proc/PID/net: dev, if_inet6 and fib_trie. The last
// says nothing of interfaces: an address belongs to the one by whose route its network is reached.
func (s Source) interfaces() ([]Interface, error) {
	var all []Interface
	err := s.lines("dev", func(line string) {
		if name, _, ok := strings.Cut(line, ":"); ok {
			all = append(all, Interface{Name: strings.TrimSpace(name)})
		}
	})
	if err != nil {
		return nil, err
	}
	find := func(name string) *Interface {
		if at := slices.IndexFunc(all, func(i Interface) bool { return i.Name == name }); at >= 0 {
			return &all[at]
		}
		return &Interface{}
	}
	routes, err := s.routes()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	local, err := s.local()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, address := range local {
		name, length := interfaceOf(address, routes)
		i := find(name)
		i.Addresses = append(i.Addresses, netip.PrefixFrom(address, length))
	}
	err = s.lines("if_inet6", func(line string) {
		if name, index, prefix, ok := parseInet6(line); ok {
			i := find(name)
			i.Index, i.Addresses = index, append(i.Addresses, prefix)
		}
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err // Without IPv6 there is no such file.
	}
	return all, nil
}

// routes reads the main table of IPv4: /proc/PID/net/route.
func (s Source) routes() ([]Route, error) {
	var all []Route
	err := s.lines("route", func(line string) {
		if r, ok := parseProcRoute(line); ok {
			all = append(all, r)
		}
	})
	return all, err
}

// parseProcRoute reads a line of route: "Iface Destination Gateway Flags RefCnt Use Metric Mask …", numbers in hexadecimal.
func parseProcRoute(line string) (Route, bool) {
	fields := strings.Fields(line)
	if len(fields) < 8 {
		return Route{}, false
	}
	to, ok := parseWord(fields[1])
	via, okVia := parseWord(fields[2])
	mask, okMask := parseWord(fields[7])
	metric, err := strconv.ParseUint(fields[6], 10, 32)
	if !ok || !okVia || !okMask || err != nil {
		return Route{}, false
	}
	word := mask.As4()
	r := Route{Name: fields[0], Table: MainTable, Metric: uint32(metric)}
	r.To = netip.PrefixFrom(to, bits.OnesCount32(binary.BigEndian.Uint32(word[:])))
	if !via.IsUnspecified() {
		r.Via = via
	}
	return r, true
}

// parseWord reads an IPv4 address as a word of the machine's byte order.
func parseWord(text string) (netip.Addr, bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 4 {
		return netip.Addr{}, false
	}
	binary.NativeEndian.PutUint32(raw, binary.BigEndian.Uint32(raw))
	return netip.AddrFromSlice(raw)
}

// local reads the own IPv4 addresses: the leaves of fib_trie that are "/32 host LOCAL". Both tables show them.
func (s Source) local() ([]netip.Addr, error) {
	var all []netip.Addr
	var leaf netip.Addr
	err := s.lines("fib_trie", func(line string) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "|-- "); ok {
			leaf, _ = netip.ParseAddr(text)
			return
		}
		if strings.HasPrefix(line, "/32 host LOCAL") && leaf.IsValid() && !slices.Contains(all, leaf) {
			all = append(all, leaf)
		}
	})
	return all, err
}

// interfaceOf returns the interface of an own address, and the length of its network.
func interfaceOf(address netip.Addr, routes []Route) (name string, length int) {
	if address.IsLoopback() {
		return loopback, 8
	}
	direct := slices.DeleteFunc(slices.Clone(routes), func(r Route) bool { return r.Via.IsValid() || !r.To.Contains(address) })
	if len(direct) == 0 {
		return "", address.BitLen()
	}
	best := slices.MaxFunc(direct, func(a, b Route) int { return cmp.Compare(a.To.Bits(), b.To.Bits()) })
	return best.Name, best.To.Bits()
}

// parseInet6 reads a line of if_inet6: address, index, length, scope and flags in hexadecimal, and the name.
func parseInet6(line string) (name string, index int32, prefix netip.Prefix, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 6 {
		return "", 0, prefix, false
	}
	raw, err := hex.DecodeString(fields[0])
	number, indexErr := strconv.ParseInt(fields[1], 16, 32)
	length, lengthErr := strconv.ParseUint(fields[2], 16, 8)
	address, ok := netip.AddrFromSlice(raw)
	prefix = netip.PrefixFrom(address, int(length))
	return fields[5], int32(number), prefix, ok && err == nil && indexErr == nil && lengthErr == nil && prefix.IsValid()
}

// lines reads a file line by line.
func (s Source) lines(name string, found func(string)) error {
	return s.each(name, func(text io.Reader) error {
		lines := bufio.NewScanner(text)
		for lines.Scan() {
			found(lines.Text())
		}
		return lines.Err()
	})
}
