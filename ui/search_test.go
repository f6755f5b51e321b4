package ui_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
	"bulkhead/ui"
)

// fakeSearcher finds what it is told.
type fakeSearcher struct {
	mu       sync.Mutex
	found    []probe.Finding
	fail     error
	running  atomic.Bool
	twice    atomic.Bool // A search was asked for while another ran.
	searches atomic.Int32
}

func (f *fakeSearcher) Find(_ context.Context, now *probe.Snapshot) (*probe.Findings, error) {
	if !f.running.CompareAndSwap(false, true) {
		f.twice.Store(true)
	}
	defer f.running.Store(false)
	f.searches.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	return &probe.Findings{At: now.At, Namespaces: f.found}, f.fail
}

func (f *fakeSearcher) tell(found []probe.Finding, fail error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.found, f.fail = found, fail
}

// blue is a network namespace that only a mount keeps.
func blue() []probe.Finding {
	return []probe.Finding{{
		NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 4026539999},
		Info:         nsfs.Info{Inode: 4026539999, ID: reading.Of(uint64(99))},
		KeptBy: []probe.Keeper{{
			Kind: probe.KeptByMount, Path: "/run/netns/blue", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: 4026531841},
		}},
	}}
}

func TestSearch(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	searcher := &fakeSearcher{found: blue()}
	p := startWith(t, ui.Config{Source: source, Searcher: searcher, Interval: 20 * time.Millisecond}, 140, 40)
	p.WaitFor("netns blue")
	p.Send("2")
	p.WaitFor("■ 4026539999 blue")
	p.WaitFor("mount at /run/net")
	p.Send("/")
	p.Type("4026539999")
	p.WaitFor("1 of ")
	p.WaitFor("kept by")
	p.WaitFor("looked for")
	p.Send("enter", "esc", "5")
	p.WaitFor("─ Events ─")

	searcher.tell(nil, errors.New("no descriptors left"))
	p.Send("2", "r")
	p.WaitFor("looked for")
	p.WaitFor("■ 4026539999 blue") // The last search stands.

	searcher.tell(nil, nil)
	p.Send("r")
	p.WaitGone("4026539999 blue")
	if searcher.twice.Load() {
		t.Error("two searches ran at once")
	}
}

// TestSearchIsRare looks whether a search is made for each of many scans.
func TestSearchIsRare(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	searcher := &fakeSearcher{found: blue()}
	p := startWith(t, ui.Config{Source: source, Searcher: searcher, Interval: 5 * time.Millisecond}, 140, 40)
	p.WaitFor("netns blue")
	before := searcher.searches.Load()
	for range 10 {
		p.Send("4", "1")
		p.WaitFor("─ Worlds ─")
	}
	if got := searcher.searches.Load() - before; got > 1 {
		t.Errorf("%d searches within a moment", got)
	}
}
