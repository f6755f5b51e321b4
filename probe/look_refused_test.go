package probe_test

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
	"bulkhead/probe/visit"
)

// heldOpen makes a namespace of each of some types that nothing but a descriptor of this process keeps, and a snapshot of them.
func heldOpen(t *testing.T, types map[probe.NamespaceType]int) *probe.Snapshot {
	t.Helper()
	s := &probe.Snapshot{}
	for _, kind := range probe.NamespaceTypes {
		if types[kind] == 0 {
			continue
		}
		opened := make(chan nsfs.File)
		failed := make(chan error, 1)
		go func() {
			defer close(opened)
			runtime.LockOSThread() // The thread ends with the goroutine, and leaves the namespace to the descriptor.
			if err := unix.Unshare(types[kind]); err != nil {
				failed <- err
				return
			}
			file, err := nsfs.Open(unix.AT_FDCWD, "/proc/thread-self/ns/"+kind.String())
			if err != nil {
				failed <- err
				return
			}
			opened <- file
		}()
		namespace, ok := <-opened
		if !ok {
			t.Fatalf("make a %s namespace: %v", kind, <-failed)
		}
		file := namespace.Detach(kind.String())
		t.Cleanup(func() { _ = file.Close() }) // It was only looked at.
		info := namespace.Inspect(false)
		s.Namespaces = append(s.Namespaces, probe.Namespace{
			NamespaceRef: probe.NamespaceRef{Type: kind, Inode: info.Inode},
			KeptBy: []probe.Keeper{{
				Kind: probe.KeptByDescriptor, Task: keyOf(int32(os.Getpid()), 1), FD: int32(file.Fd()), //nolint:gosec // Numbers of the kernel.
			}},
		})
	}
	return s
}

// TestLookNotPermitted looks into namespaces that may be opened but not entered: what is in them is not permitted to be known,
// which is not that there is nothing.
func TestLookNotPermitted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes namespaces without a user namespace")
	}
	s := heldOpen(t, map[probe.NamespaceType]int{probe.Net: unix.CLONE_NEWNET, probe.UTS: unix.CLONE_NEWUTS, probe.IPC: unix.CLONE_NEWIPC})
	looker := probe.NewLooker(probe.Live, func([]visit.Door, []visit.Question) ([]visit.Answer, error) { return nil, unix.EPERM })
	for i := range s.Namespaces {
		ref := s.Namespaces[i].NamespaceRef
		own := looker.Look(s, probe.Target{Kind: probe.TargetNamespace, Namespace: s.Namespaces[i].Key()}).Own
		got := map[probe.NamespaceType][]reading.State{
			probe.Net: {own.Network.Interfaces.State(), own.Network.Listeners.State(), own.Network.Routes.State()},
			probe.UTS: {own.Names.State()},
			probe.IPC: {own.IPC.Objects.State()},
		}[ref.Type]
		for _, state := range got {
			if state != reading.Denied || own.Refusals[ref.Type] == "" {
				t.Errorf("in %s: %v, refused for %q, want all denied", ref, got, own.Refusals[ref.Type])
			}
		}
		s.Namespaces[i].KeptBy = nil
		if own := looker.Look(s, probe.Target{Kind: probe.TargetNamespace, Namespace: s.Namespaces[i].Key()}).Own; own.Refusals[ref.Type] == "" {
			t.Errorf("%s, which nothing leads into: no refusal", ref)
		}
	}
}
