package probe

import (
	"fmt"
	"slices"
	"strconv"

	"bulkhead/probe/taskiter"
)

// mostDescriptors bounds the descriptors that one search looks at.
const mostDescriptors = 1 << 20

// lookAtDescriptors finds the namespaces that processes hold open, and those of their sockets.
func (s *search) lookAtDescriptors() {
	files := s.files()
	for i := range s.snapshot.Tasks {
		t := &s.snapshot.Tasks[i]
		if t.Kernel || t.Zombie() || t.PID == s.self {
			continue
		}
		if s.ctx.Err() != nil {
			return
		}
		var told []taskiter.File
		if told, files = filesOf(t.PID, files); len(told) > 0 {
			s.read++
			s.told(t, told)
			continue
		}
		h := s.holderOf(t)
		if h.open(s.reader) == nil {
			s.read++
			s.descriptors(t, &h)
		}
	}
	s.tellWaiting()
}

// files returns the descriptors that are of interest, by the kernel's own search, where the snapshot comes from there too. Without
// it, and for tasks that it does not tell, each one's descriptors are looked at in /proc.
func (s *search) files() []taskiter.File {
	if s.snapshot.Host.Source != SourceBPF || s.cannotIterate {
		return nil
	}
	var err error
	if s.iterator == nil {
		s.iterator, err = taskiter.OpenFiles()
	}
	var files []taskiter.File
	if err == nil {
		files, err = s.iterator.Read(nil)
	}
	if err != nil {
		s.cannotIterate = true // It costs more without, and finds the same.
		return nil
	}
	return files
}

// filesOf returns the records of a process, and those behind them. Both are by rising number. What a thread has open that does not
// share the descriptors of its process is passed over.
func filesOf(pid int32, files []taskiter.File) (told, rest []taskiter.File) {
	for len(files) > 0 && files[0].PID < pid {
		files = files[1:]
	}
	n := 0
	for n < len(files) && files[n].PID == pid {
		n++
	}
	return files[:n], files[n:]
}

// told looks at the descriptors of a process that the kernel found to be of interest.
func (s *search) told(t *Task, files []taskiter.File) {
	if !slices.ContainsFunc(files, func(f taskiter.File) bool { return f.Kind != taskiter.FileOther }) {
		return
	}
	h := holder{TaskKey: t.TaskKey, comm: t.Comm}
	if h.open(s.reader) != nil {
		return
	}
	s.fresh = s.fresh[:0]
	for _, f := range files {
		if f.Kind == taskiter.FileOther {
			continue
		}
		err := s.reader.Descriptor(f.FD, func(fd int32, kind []byte, inode uint64) { s.descriptor(t, &h, fd, kind, inode) })
		if err != nil && !vanished(err) {
			s.denied("/proc/PID/fd", needsTrace, err, func() string { return h.file("fd") })
			return
		}
	}
	s.askSockets(t, &h)
}

// descriptors looks at the descriptors of one process.
func (s *search) descriptors(t *Task, h *holder) {
	s.fresh = s.fresh[:0]
	looked, more, err := s.reader.Descriptors(mostDescriptors-s.looked, func(fd int32, kind []byte, inode uint64) {
		s.descriptor(t, h, fd, kind, inode)
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

// descriptor notes what one descriptor is of.
func (s *search) descriptor(t *Task, h *holder, fd int32, kind []byte, inode uint64) {
	if string(kind) == "socket" {
		s.meet(t, h, openSocket{fd, inode})
	} else if ns, ok := typeNamed(kind); ok {
		k := h.keeper(KeptByDescriptor)
		k.FD = fd
		s.keepOpen(NamespaceRef{ns, inode}, h, "fd/"+strconv.Itoa(int(fd)), k)
	}
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
