package netns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// errInterrupted is returned where a table changed again and again while it was read.
var errInterrupted = errors.New("it changes while it is read")

// mostTries is how often a table is read anew that changed meanwhile.
const mostTries = 5

// dump asks for a whole table and calls found for each message. The kernel says when the table changed on the way; then it
// is read anew, after again was called.
func dump(fd int, request uint16, body []byte, again func(), found func(*syscall.NetlinkMessage)) error {
	for range mostTries {
		interrupted, err := exchange(fd, request, unix.NLM_F_DUMP, body, found)
		if err != nil || !interrupted {
			return err
		}
		again()
	}
	return errInterrupted
}

// headerLength is that of struct nlmsghdr.
const headerLength = unix.SizeofNlMsghdr

// exchange sends a request and reads what comes, to the end.
func exchange(fd int, kind, flags uint16, body []byte, found func(*syscall.NetlinkMessage)) (interrupted bool, err error) {
	message := make([]byte, headerLength, headerLength+len(body))
	binary.NativeEndian.PutUint32(message, uint32(headerLength+len(body)))
	binary.NativeEndian.PutUint16(message[4:], kind)
	binary.NativeEndian.PutUint16(message[6:], flags|unix.NLM_F_REQUEST)
	if err := unix.Sendto(fd, append(message, body...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return false, fmt.Errorf("ask rtnetlink: %w", err)
	}
	buf := make([]byte, 64<<10) // More than the kernel ever puts into one datagram.
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("read rtnetlink: %w", err)
		}
		messages, err := syscall.ParseNetlinkMessage(buf[:n])
		if err != nil {
			return false, fmt.Errorf("read rtnetlink: %w", err)
		}
		for i := range messages {
			m := &messages[i]
			interrupted = interrupted || m.Header.Flags&unix.NLM_F_DUMP_INTR != 0
			if done, err := last(m); done || err != nil {
				return interrupted, err
			}
			found(m)
			if flags&unix.NLM_F_DUMP == 0 {
				return false, nil
			}
		}
	}
}

// last reports whether a message ends the answer, and with what error.
func last(m *syscall.NetlinkMessage) (bool, error) {
	switch m.Header.Type {
	case unix.NLMSG_DONE:
		return true, nil
	case unix.NLMSG_ERROR:
		if len(m.Data) < 4 {
			return true, unix.EBADMSG
		}
		if errno := -int32(binary.NativeEndian.Uint32(m.Data)); errno != 0 {
			return true, fmt.Errorf("rtnetlink: %w", syscall.Errno(errno))
		}
		return true, nil
	}
	return false, nil
}

// attribute is one piece of a message: struct rtattr and what follows it.
type attribute struct {
	kind  uint16
	value []byte
}

// attributeKind masks the two bits of a type that say how its value is written; NLA_TYPE_MASK.
const attributeKind = 1<<14 - 1

// attributes takes a list apart. One that is cut short, or claims more room than there is, ends it.
func attributes(list []byte) []attribute {
	var all []attribute
	for len(list) >= unix.SizeofRtAttr {
		length := int(binary.NativeEndian.Uint16(list))
		if length < unix.SizeofRtAttr || length > len(list) {
			break
		}
		kind := binary.NativeEndian.Uint16(list[2:]) & attributeKind
		all = append(all, attribute{kind, list[unix.SizeofRtAttr:length]})
		list = list[min(len(list), (length+unix.RTA_ALIGNTO-1)&^(unix.RTA_ALIGNTO-1)):]
	}
	return all
}

// number reads a 32-bit number of the machine's byte order, 0 where there is none.
func (a attribute) number() uint32 {
	if len(a.value) < 4 {
		return 0
	}
	return binary.NativeEndian.Uint32(a.value)
}

// text reads a text that ends with a NUL.
func (a attribute) text() string {
	for i, c := range a.value {
		if c == 0 {
			return string(a.value[:i])
		}
	}
	return string(a.value)
}

// behind returns the attributes of a message whose fixed part has the given length, or false where it is shorter.
func behind(m *syscall.NetlinkMessage, fixed int) ([]attribute, bool) {
	if len(m.Data) < fixed {
		return nil, false
	}
	return attributes(m.Data[fixed:]), true
}
