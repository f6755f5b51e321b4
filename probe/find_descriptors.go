package probe

import (
	"fmt"
	"strconv"
)

// mostDescriptors bounds the descriptors that one search looks at.
const mostDescriptors = 1 << 20

// lookAtDescriptors finds the namespaces that processes hold open, and those of their sockets.
func (s *search) lookAtDescriptors() {
	for i := range s.snapshot.Tasks {
		t := &s.snapshot.Tasks[i]
		if t.Kernel || t.Zombie() || t.PID == s.self {
			continue
		}
		if s.ctx.Err() != nil {
			return
		}
		h := s.holderOf(t)
		if h.open(s.reader) == nil {
			s.read++
			s.descriptors(t, &h)
		}
	}
	s.tellWaiting()
}

// descriptors looks at the descriptors of one process.
func (s *search) descriptors(t *Task, h *holder) {
	s.fresh = s.fresh[:0]
	looked, more, err := s.reader.Descriptors(mostDescriptors-s.looked, func(fd int32, kind []byte, inode uint64) {
		if string(kind) == "socket" {
			s.meet(t, h, openSocket{fd, inode})
		} else if ns, ok := typeNamed(kind); ok {
			k := h.keeper(KeptByDescriptor)
			k.FD = fd
			s.keepOpen(NamespaceRef{ns, inode}, h, "fd/"+strconv.Itoa(int(fd)), k)
		}
	})
	switch {
	case err != nil && !vanished(err):
		s.denied("/proc/PID/fd", needsTrace, err, func() string { return h.file("fd") })
	case more:
		s.gaps.miss("/proc/PID/fd", fmt.Sprintf("more than %d descriptors", mostDescriptors), func() string { return h.file("fd") })
	}
	s.looked += looked
	s.askSockets(t, h)
}

// typeNamed returns the type of a namespace by its name.
func typeNamed(name []byte) (NamespaceType, bool) {
	for _, t := range NamespaceTypes {
		if t.String() == string(name) {
			return t, true
		}
	}
	return 0, false
}
