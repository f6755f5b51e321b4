package probe

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// mostSockets bounds the sockets that one search asks for their network namespace. A socket is asked once, and remembered as
// long as it is seen, so that the others have their turn in the next searches.
const mostSockets = 2048

// socketMemory is what is known of a socket. It is in the namespace that it was made in for good, and keeps it alive.
type socketMemory struct {
	net     uint64 // The inode of its network namespace.
	seen    uint32 // In which search it was last seen.
	refused bool   // It may not be asked.
}

// openSocket is a descriptor of a socket.
type openSocket struct {
	fd    int32
	inode uint64
}

// meet notes a socket that a process has open. It is asked where it may be in another network namespace.
func (s *search) meet(t *Task, h *holder, open openSocket) {
	if !s.proc.Kernel() {
		return
	}
	known, ok := s.sockets[open.inode]
	if ok {
		known.seen = s.tick
		s.sockets[open.inode] = known
	}
	switch {
	case known.refused:
		s.refuse(h, open)
	case !ok || reading.Of(known.net) != t.Namespaces.Inodes[Net]:
		s.fresh = append(s.fresh, open)
	}
}

// askSockets asks the sockets of a process that are to be asked.
func (s *search) askSockets(t *Task, h *holder) {
	if len(s.fresh) == 0 {
		return
	}
	pidfd, err := h.pidfd(s.self)
	if err == nil {
		defer unix.Close(pidfd) //nolint:errcheck // Nothing was written.
		own := sync.OnceValue(func() Reading[uint64] { return s.current(t).Inodes[Net] })
		foreign := func(net uint64) bool {
			return differs(reading.Of(net), t.Namespaces.Inodes[Net]) && differs(reading.Of(net), own())
		}
		for i := 0; i < len(s.fresh) && err == nil; i++ {
			err = s.askSocket(h, pidfd, s.fresh[i], foreign)
		}
	}
	if err != nil && !vanished(err) {
		s.denied("the network namespaces of sockets", needsAttach, err, func() string { return h.file("fd") })
	}
}

// errOtherPIDs is returned where numbers in /proc are not those by which processes are called.
var errOtherPIDs = errors.New("this /proc is of another pid namespace than the program")

// pidfd opens the process, or the thread that stands for it. pidfd_open(2), since Linux 5.3; of threads since 6.9.
func (h *holder) pidfd(self int32) (int, error) {
	if int(self) != os.Getpid() {
		return -1, errOtherPIDs
	}
	number, flags := h.PID, 0
	if h.tid != 0 {
		number, flags = h.tid, unix.PIDFD_THREAD
	}
	fd, err := unix.PidfdOpen(int(number), flags)
	if err != nil {
		return -1, fmt.Errorf("open process %d: %w", number, err)
	}
	return fd, nil
}

// askSocket asks one socket, and notes the namespace it keeps where that is foreign: another than its process's. The error is one
// that all sockets of the process would meet.
func (s *search) askSocket(h *holder, pidfd int, open openSocket, foreign func(net uint64) bool) error {
	known, ok := s.sockets[open.inode]
	if !ok && s.asked >= mostSockets {
		s.waiting++
		return nil
	}
	if !ok || (foreign(known.net) && !s.answered(NamespaceRef{Net, known.net})) {
		file, err := socketNamespace(pidfd, open)
		switch {
		case errors.Is(err, errRefused):
			s.sockets[open.inode] = socketMemory{seen: s.tick, refused: true}
			s.refuse(h, open)
			return nil
		case vanished(err):
			return nil
		case err != nil:
			return err
		}
		defer file.Close() //nolint:errcheck // Nothing was written.
		if known = s.remember(open, file, foreign); !ok {
			s.asked++
		}
	}
	if foreign(known.net) {
		k := h.keeper(KeptBySocket)
		k.FD = open.fd
		s.keep(NamespaceRef{Net, known.net}, k)
	}
	return nil
}

// remember takes in the network namespace of a socket, and has that say what it is where it is foreign.
func (s *search) remember(open openSocket, file nsfs.File, foreign func(net uint64) bool) socketMemory {
	_, inode, _ := file.Stat() // It fails for closed files only.
	known := socketMemory{net: inode, seen: s.tick}
	s.sockets[open.inode] = known
	if ref := (NamespaceRef{Net, inode}); foreign(inode) && !s.answered(ref) {
		_ = s.take(ref, file) // It is that very one.
	}
	return known
}

// errRefused is returned for a socket whose network namespace may not be seen.
var errRefused = errors.New("permission denied: needs " + needsNet)

// socketNamespace opens the network namespace of a socket, through a copy of its descriptor: pidfd_getfd(2), since Linux 5.6.
func socketNamespace(pidfd int, open openSocket) (nsfs.File, error) {
	fd, err := unix.PidfdGetfd(pidfd, int(open.fd), 0)
	if err != nil {
		return nsfs.File{}, fmt.Errorf("copy descriptor %d: %w", open.fd, err)
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || uint64(st.Ino) != open.inode {
		return nsfs.File{}, errMoved
	}
	file, err := nsfs.OfSocket(fd)
	if reading.Why(err) == reading.Denied {
		return file, errRefused
	}
	return file, err
}

// refuse notes a socket that may not be asked.
func (s *search) refuse(h *holder, open openSocket) {
	s.gaps.miss("the network namespaces of sockets", errRefused.Error(), func() string {
		return h.file(fmt.Sprintf("fd/%d", open.fd))
	})
}

// tellWaiting notes how many sockets were left for the next searches.
func (s *search) tellWaiting() {
	if s.waiting > 0 {
		s.gaps.add("the network namespaces of sockets", "sockets", errWaiting)
		s.gaps.found[gapKey{"the network namespaces of sockets", errWaiting.Error()}].Count = s.waiting
	}
}

// errWaiting says why a socket was not asked.
var errWaiting = fmt.Errorf("not asked yet: %d are asked at a time", mostSockets)

// forgetSockets forgets the sockets that are not there any more.
func (f *Finder) forgetSockets() {
	for inode, known := range f.sockets {
		if known.seen != f.tick {
			delete(f.sockets, inode)
		}
	}
}
