package probe

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// idsAtATime is how many namespaces the kernel is asked for at once, and mostListed bounds those of which nothing is known that
// are opened in one search.
const (
	idsAtATime = 1024
	mostListed = 4096
)

// lookAtList asks the kernel for all namespaces, by listns(2), since Linux 6.19, so that those are found too that something keeps
// alive that was not looked for: what it is stays unknown. It lists those that the caller is in, and those whose owner it has
// CAP_SYS_ADMIN in.
func (s *search) lookAtList() {
	if !s.proc.Kernel() {
		return
	}
	known := s.knownIDs()
	ids := make([]uint64, idsAtATime)
	request := unix.NsIdReq{Size: unix.NS_ID_REQ_SIZE_VER0}
	for opened := 0; s.ctx.Err() == nil; {
		n, err := s.listns(&request, ids, 0)
		if err != nil {
			if !errors.Is(err, unix.ENOSYS) {
				s.denied("the kernel's list of namespaces", needsAll, err, func() string { return "listns" })
			}
			return
		}
		for _, id := range ids[:n] {
			if known[id] {
				continue
			}
			if opened++; opened > mostListed {
				s.gaps.miss("the kernel's list of namespaces", fmt.Sprintf("more than %d of which nothing else is known", mostListed),
					func() string { return "listns" })
				return
			}
			s.openListed(id)
		}
		if n < len(ids) {
			return
		}
		request.Ns_id = ids[n-1] // The list goes on behind it.
	}
}

// knownIDs returns the ids of the namespaces that are known.
func (s *search) knownIDs() map[uint64]bool {
	known := map[uint64]bool{}
	for i := range s.snapshot.Namespaces {
		known[s.snapshot.Namespaces[i].ID.Or(0)] = true
	}
	for _, f := range s.found {
		known[f.Info.ID.Or(0)] = true
	}
	return known
}

// openListed has a namespace say what it is of which only the id is known.
func (s *search) openListed(id uint64) {
	file, err := s.openID(id)
	if err != nil {
		if !errors.Is(err, unix.ESTALE) { // It is gone.
			s.denied("a listed namespace", needsAll, err, func() string { return fmt.Sprintf("namespace with id %d", id) })
		}
		return
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	kind, err := file.Kind()
	t, ok := typeNamed([]byte(kind))
	if err != nil || !ok {
		return // Of a type that is not known here.
	}
	if _, inode, err := file.Stat(); err == nil {
		_ = s.take(NamespaceRef{t, inode}, file) // It is that very one.
	}
}
