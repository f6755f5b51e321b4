package probe

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// The kernel's list is made up here: the program's own uts and net namespace, one that is gone, one that may not be seen, and
// before them as many that are known already as are asked for at once.
func TestFindOnTheKernelsList(t *testing.T) {
	const uts, net, gone, denied = 5001, 5002, 5003, 5004
	s := &Snapshot{}
	var list []uint64
	for id := uint64(1); id <= idsAtATime; id++ {
		s.Namespaces = append(s.Namespaces, Namespace{NamespaceRef: NamespaceRef{UTS, id}, ID: reading.Of(id)})
		list = append(list, id)
	}
	list = append(list, uts, net, gone, denied)
	f, err := OpenFinder(Live)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // It was only read from.
	f.listns = func(request *unix.NsIdReq, ids []uint64, _ uint) (int, error) {
		rest := list
		for len(rest) > 0 && rest[0] <= request.Ns_id {
			rest = rest[1:]
		}
		return copy(ids, rest), nil
	}
	var asked []uint64
	f.openID = func(id uint64) (nsfs.File, error) {
		asked = append(asked, id)
		switch id {
		case uts:
			return nsfs.Open(unix.AT_FDCWD, "/proc/self/ns/uts")
		case net:
			return nsfs.Open(unix.AT_FDCWD, "/proc/self/ns/net")
		case denied:
			return nsfs.File{}, unix.EPERM
		}
		return nsfs.File{}, unix.ESTALE
	}
	found, err := f.Find(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(asked), fmt.Sprint([]int{uts, net, gone, denied}); got != want {
		t.Errorf("asked the namespaces %s, want %s", got, want)
	}
	kinds := map[NamespaceType]int{}
	for _, n := range found.Namespaces {
		kinds[n.Type]++
		if n.Inode == 0 || n.Info.Inode != n.Inode || n.Info.Device == 0 || len(n.KeptBy) != 0 {
			t.Errorf("found %+v, want one that said what it is and that is kept by nothing known", n)
		}
	}
	if kinds[UTS] != 1 || kinds[Net] != 1 {
		t.Errorf("found %v, want a uts and a net namespace", kinds)
	}
	want := Gap{"a listed namespace", "permission denied: needs " + needsAll, 1, "namespace with id 5004"}
	if len(found.Gaps) != 1 || found.Gaps[0] != want {
		t.Errorf("gaps %+v, want %+v", found.Gaps, want)
	}
}

func TestFindWithoutTheKernelsList(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		gaps int
	}{
		"before Linux 6.19": {unix.ENOSYS, 0},
		"not permitted":     {unix.EPERM, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := OpenFinder(Live)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close() //nolint:errcheck // It was only read from.
			f.listns = func(*unix.NsIdReq, []uint64, uint) (int, error) { return 0, test.err }
			found, err := f.Find(t.Context(), &Snapshot{})
			if err != nil || len(found.Gaps) != test.gaps || len(found.Namespaces) != 0 {
				t.Errorf("found %+v, error %v, want %d gaps", found, err, test.gaps)
			}
		})
	}
}

// What keeps one namespace is told up to a bound, and the rest as a number.
func TestKeepersAreBounded(t *testing.T) {
	s := newSearch(t.Context(), &Finder{}, &Snapshot{})
	ref := NamespaceRef{Net, 4026532300}
	for fd := range int32(mostKeepers + 3) {
		s.keep(ref, Keeper{Kind: KeptByDescriptor, FD: fd})
	}
	if got := len(s.list()[0].KeptBy); got != mostKeepers {
		t.Errorf("%d keepers, want %d", got, mostKeepers)
	}
	if gaps := s.gaps.list(); len(gaps) != 1 || gaps[0].Count != 3 {
		t.Errorf("gaps %+v, want one of 3", gaps)
	}
}

// More sockets than are asked at once have their turn in the next searches.
func TestSocketsWaitForTheirTurn(t *testing.T) {
	s := newSearch(t.Context(), &Finder{sockets: map[uint64]socketMemory{}}, &Snapshot{})
	s.asked = mostSockets
	for inode := range uint64(5) {
		if err := s.askSocket(&holder{}, -1, openSocket{3, inode}, func(uint64) bool { return true }); err != nil {
			t.Fatal(err)
		}
	}
	s.tellWaiting()
	if gaps := s.gaps.list(); len(gaps) != 1 || gaps[0].Count != 5 {
		t.Errorf("gaps %+v, want one of 5 sockets", gaps)
	}
	if len(s.sockets) != 0 {
		t.Errorf("%d sockets count as asked, want none", len(s.sockets))
	}
}
