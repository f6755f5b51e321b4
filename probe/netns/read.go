package netns

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"

	"bulkhead/probe/reading"
)

// Source is where a network namespace is read.
type Source struct {
	// Socket is one of rtnetlink(7) that was made in the namespace; nil where that could not be had, and Refused says why.
	Socket  *os.File
	Refused error
	// Open opens a file of /proc/PID/net of a process inside, or one that was opened inside.
	Open func(name string) (io.ReadCloser, error)
	// Neighbours are the other network namespaces in sight.
	Neighbours []Neighbour
}

// Read reads what is in a network namespace.
func Read(s Source) Network {
	var n Network
	if s.Socket != nil {
		interfaces, err := readInterfaces(int(s.Socket.Fd()))
		nameFarPeers(int(s.Socket.Fd()), interfaces)
		findPeers(int(s.Socket.Fd()), interfaces, s.Neighbours)
		namePeers(interfaces)
		n.Interfaces = reading.From(interfaces, err)
		n.Routes = reading.From(readRoutes(int(s.Socket.Fd()), interfaces))
	} else {
		n.Interfaces = reading.From(s.interfaces())
		n.Routes = reading.From(s.routes())
		n.Lacking = "kinds, states, MAC addresses, peers and IPv6 routes"
		if s.Refused != nil {
			n.Lacking += ": " + s.Refused.Error()
		}
	}
	n.Listeners = reading.From(s.listeners())
	return n
}

// listeners reads the sockets of all protocols. A kernel without one, as without IPv6, has no such file.
func (s Source) listeners() ([]Listener, error) {
	var all []Listener
	var failed error
	read := 0
	for _, name := range Files {
		err := s.each(name, func(text io.Reader) error {
			some, err := parseSockets(name, text)
			all = append(all, some...)
			return err
		})
		if err != nil {
			failed = err
			continue
		}
		read++
	}
	if read == 0 {
		return nil, failed
	}
	slices.SortStableFunc(all, func(a, b Listener) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Address.Port(), b.Address.Port()),
			cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Path, b.Path))
	})
	return all, nil
}

// rank puts the sockets that others can reach over a network first.
func rank(l Listener) int {
	if l.Protocol == "unix" {
		return 1
	}
	return 0
}

// each opens a file and has it read.
func (s Source) each(name string, read func(io.Reader) error) error {
	file, err := s.Open(name)
	if err != nil {
		return fmt.Errorf("open net/%s: %w", name, err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	if err := read(file); err != nil {
		return fmt.Errorf("read net/%s: %w", name, err)
	}
	return nil
}
