package netns

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// Files are the files of /proc/PID/net that list sockets.
var Files = [...]string{"tcp", "tcp6", "udp", "udp6", "unix"}

// The states of proc_pid_net(5): TCP_LISTEN, and TCP_CLOSE by which UDP says that a socket is connected with nobody.
const (
	listening = "0A"
	unbound   = "07"
)

// acceptsConnections is the flag by which a unix socket says that it listens: __SO_ACCEPTCON.
const acceptsConnections = 1 << 16

// parseSockets reads one of the Files. A line that is not of the form is passed over.
func parseSockets(protocol string, text io.Reader) ([]Listener, error) {
	var all []Listener
	parse := parseInet
	if protocol == "unix" {
		parse = parseUnix
	}
	lines := bufio.NewReader(text)
	for number := 0; ; number++ {
		line, err := lines.ReadString('\n')
		if err == io.EOF && line == "" { //nolint:errorlint // The reader's own.
			return all, nil
		}
		if err != nil && err != io.EOF { //nolint:errorlint // The reader's own.
			return all, err //nolint:wrapcheck // The caller names the file.
		}
		if l, ok := parse(protocol, strings.TrimSuffix(line, "\n")); ok && number > 0 { // The first is the heading.
			all = append(all, l)
		}
	}
}

// parseInet reads a line of tcp, tcp6, udp or udp6: "sl local_address rem_address st … inode …".
func parseInet(protocol, line string) (Listener, bool) {
	fields := strings.Fields(line)
	if len(fields) < 10 {
		return Listener{}, false
	}
	udp := strings.HasPrefix(protocol, "udp")
	if (!udp && fields[3] != listening) || (udp && fields[3] != unbound) {
		return Listener{}, false
	}
	address, ok := parseAddrPort(fields[1])
	inode, err := strconv.ParseUint(fields[9], 10, 64)
	return Listener{Protocol: protocol, Address: address, Inode: inode}, ok && err == nil && address.Port() != 0
}

// parseAddrPort reads an address as the kernel writes it: 32-bit words in hexadecimal, each in the machine's byte order, and
// the port.
func parseAddrPort(text string) (netip.AddrPort, bool) {
	words, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(words)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	address, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(address, uint16(number)), ok
}

// parseUnix reads a line of unix: "Num: RefCount Protocol Flags Type St Inode Path". A path may hold blanks.
func parseUnix(protocol, line string) (Listener, bool) {
	rest := line
	var fields [7]string
	for i := range fields {
		rest = strings.TrimLeft(rest, " ")
		fields[i], rest, _ = strings.Cut(rest, " ")
	}
	flags, err := strconv.ParseUint(fields[3], 16, 32)
	inode, inodeErr := strconv.ParseUint(fields[6], 10, 64)
	if err != nil || inodeErr != nil || flags&acceptsConnections == 0 {
		return Listener{}, false
	}
	return Listener{Protocol: protocol, Path: rest, Inode: inode}, true
}
