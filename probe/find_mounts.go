package probe

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// mostWitnesses is through how many members the mounts of a mount namespace are looked for: the first one may be gone by now,
// or see but a part, below a root directory of its own.
const mostWitnesses = 4

// mostMounts bounds the mounts of namespaces that one search looks at: a mount namespace may have copies of all those of another.
const mostMounts = 1 << 16

// mountSearch is the mount namespaces whose mounts are looked at.
type mountSearch struct {
	order   []NamespaceRef            // Those with members, as they were met.
	members map[NamespaceRef][]holder // Some of each.
	ids     map[NamespaceRef]Reading[uint64]
	looked  map[NamespaceRef]bool
	count   int // Mounts that were looked at.
}

func newMountSearch() mountSearch {
	return mountSearch{
		members: map[NamespaceRef][]holder{}, ids: map[NamespaceRef]Reading[uint64]{}, looked: map[NamespaceRef]bool{},
	}
}

// join notes a member of a mount namespace.
func (m *mountSearch) join(ref NamespaceRef, h holder) {
	known := m.members[ref]
	if len(known) == 0 {
		m.order = append(m.order, ref)
	}
	if len(known) < mostWitnesses {
		m.members[ref] = append(known, h)
	}
}

// lookAtMounts finds the namespaces that are mounted somewhere.
func (s *search) lookAtMounts() {
	threads := s.mounts // Which end sooner than processes, and so come after them.
	s.mounts = newMountSearch()
	for i := range s.snapshot.Tasks {
		t := &s.snapshot.Tasks[i]
		if inode, ok := t.Namespaces.Inodes[Mnt].Get(); ok && len(s.mounts.members[NamespaceRef{Mnt, inode}]) < mostWitnesses {
			s.mounts.join(NamespaceRef{Mnt, inode}, s.holderOf(t))
		}
	}
	for _, ref := range threads.order {
		for _, h := range threads.members[ref] {
			s.mounts.join(ref, h)
		}
	}
	for _, ref := range s.mounts.order {
		if s.ctx.Err() != nil {
			return
		}
		s.mounts.looked[ref] = s.throughMembers(ref, s.mounts.members[ref])
	}
	s.lookAtNewMounts()
}

// throughMembers looks at the mounts of a mount namespace through one of its members, and reports whether there was one.
func (s *search) throughMembers(ref NamespaceRef, members []holder) bool {
	if i := slices.IndexFunc(members, s.seesAll); i > 0 {
		members[0], members[i] = members[i], members[0]
	}
	for i := range members {
		h := &members[i]
		if h.open(s.reader) != nil || s.moved(ref) {
			continue
		}
		mounts, err := s.readMounts(h)
		switch {
		case err == nil:
			s.mounted(ref, h, mounts)
			return true
		case !vanished(err):
			s.denied("/proc/PID/mountinfo", needsTrace, err, h.mountinfo)
		}
	}
	return false
}

// moved reports whether the open process is in another mount namespace by now.
func (s *search) moved(ref NamespaceRef) bool {
	var links proc.Links
	return s.reader.ThreadLinks(&links) != nil || differs(links[Mnt], reading.Of(ref.Inode))
}

// seesAll reports whether a member has no root directory of its own, below which it would see but a part of the mounts.
func (s *search) seesAll(h holder) bool {
	return h.open(s.reader) == nil && s.reader.Root() == reading.Of("/")
}

// mountinfo names the file that has the mounts the holder sees.
func (h *holder) mountinfo() string { return h.file("mountinfo") }

// mountLines is what a mountinfo says.
type mountLines struct {
	namespaces []*mountinfo.Info
	automount  bool // An automounter has a mount here.
}

// readMounts reads the mounts of namespaces out of the mountinfo of the open process. There may be thousands of other lines,
// which are told from those before they are parsed.
func (s *search) readMounts(h *holder) (mountLines, error) {
	var all mountLines
	err := s.reader.EachMount(func(line []byte) {
		all.automount = all.automount || bytes.Contains(line, []byte(" - autofs "))
		if !bytes.Contains(line, []byte(" - nsfs ")) {
			return
		}
		if s.mounts.count++; s.mounts.count > mostMounts {
			s.gaps.miss("/proc/PID/mountinfo", fmt.Sprintf("more than %d mounts of namespaces", mostMounts), h.mountinfo)
			return
		}
		// A line that is not understood is passed over.
		parsed, _ := mountinfo.GetMountsFromReader(bytes.NewReader(line), mountinfo.FSTypeFilter("nsfs"))
		all.namespaces = append(all.namespaces, parsed...)
	})
	return all, err
}

// mounted notes the namespaces that are mounted in a mount namespace, as a member sees it.
func (s *search) mounted(in NamespaceRef, h *holder, mounts mountLines) {
	if len(mounts.namespaces) == 0 {
		return
	}
	root, err := unix.Openat(s.reader.FD(), "root", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == nil {
		defer unix.Close(root) //nolint:errcheck // Nothing was written.
	}
	for _, m := range mounts.namespaces {
		ref, ok := parseRef(m.Root)
		if !ok {
			continue
		}
		if err == nil {
			err := s.learn(ref, func() (nsfs.File, error) { return nsfs.OpenMounted(root, m.Mountpoint, !mounts.automount) })
			if errors.Is(err, unix.EAGAIN) {
				err = errFar
			}
			if err != nil && !vanished(err) { // Where something is mounted on top it is another one, or none.
				s.denied("a mounted namespace", needsTrace, err, func() string { return h.file("root" + m.Mountpoint) })
			}
		}
		k := h.keeper(KeptByMount)
		k.Path, k.Namespace = m.Mountpoint, in
		if h.tid != 0 {
			k.Task.TID = h.tid
		}
		s.keep(ref, k)
	}
	if reading.Why(err) == reading.Denied {
		s.denied("/proc/PID/root", needsTrace, err, func() string { return h.file("root") })
	}
}

// errFar is returned for a mount that lies behind a file system that would have to be asked for the way; see nsfs.OpenMounted.
var errFar = errors.New("not opened: the way there is not in the kernel's memory, and to ask a server or an automounter for it may hang")

// parseRef reads a namespace as the kernel writes it.
func parseRef(text string) (NamespaceRef, bool) {
	kind, inode, err := proc.ParseNamespaceLink(strings.TrimPrefix(text, "/"))
	if err != nil {
		return NamespaceRef{}, false
	}
	t, ok := typeNamed([]byte(kind))
	return NamespaceRef{t, inode}, ok
}

// lookAtNewMounts looks at the mounts of the mount namespaces that were found and that no process is in. There may be more such
// in those.
func (s *search) lookAtNewMounts() {
	for more := true; more && s.ctx.Err() == nil; {
		more = false
		for _, ref := range s.unlisted() {
			id, ok := s.mounts.ids[ref].Get()
			if !ok {
				continue
			}
			more, s.mounts.looked[ref] = true, true
			s.withoutMembers(ref, id)
		}
	}
}

// unlisted returns the mount namespaces whose mounts were not looked at.
func (s *search) unlisted() []NamespaceRef {
	var refs []NamespaceRef
	for ref := range s.found {
		if ref.Type == Mnt && !s.mounts.looked[ref] {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

// withoutMembers notes the namespaces that are mounted in a mount namespace that no process is in. They cannot be opened there:
// but for what was found elsewhere only the inode is known.
func (s *search) withoutMembers(in NamespaceRef, id uint64) {
	mounts, err := nsfs.Mounts(id)
	for i := range mounts {
		if ref, ok := parseRef(mounts[i].Root); ok {
			s.keep(ref, Keeper{Kind: KeptByMount, Path: mounts[i].MountPoint, Namespace: in})
		}
	}
	if err != nil {
		s.denied(unlistedMounts, needsMount, err, in.String)
	}
}

// unlistedMounts is the place of a gap.
const unlistedMounts = "the mounts of mount namespaces without processes"

// tellUnlisted notes the mount namespaces whose mounts nothing lists.
func (s *search) tellUnlisted() {
	for _, ref := range s.unlisted() {
		s.gaps.miss(unlistedMounts, "not to be listed: needs Linux 6.11, and to be opened", ref.String)
	}
}
