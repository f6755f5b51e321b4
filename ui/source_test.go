package ui_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/ui"
	"bulkhead/ui/uitest"
)

// hostSource scans a host laid out in a directory, at a time and a cost that do not change from run to run.
type hostSource struct {
	*probe.Scanner
	whole bool          // Every scan brings all facts, the first one too.
	hold  chan struct{} // A scan takes one before it runs, where there is a channel.
	mu    sync.Mutex
	fail  error // Also once the test is over: the program leaves a scan behind that it has begun.

	running atomic.Bool
	twice   atomic.Bool // A scan was asked for while another ran.
}

func (s *hostSource) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if !s.running.CompareAndSwap(false, true) {
		s.twice.Store(true)
	}
	defer s.running.Store(false)
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	if s.whole {
		request.Facts = probe.AllFacts
	}
	snapshot, err := s.Scanner.Scan(ctx, request)
	if err != nil {
		return nil, err
	}
	next := *snapshot
	next.At, next.Cost = time.Now(), probe.Cost{Wall: 3 * time.Millisecond}
	next.Host.UID, next.Host.User = 0, "root"
	return &next, nil
}

func (s *hostSource) setFail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// openHost lays out one of the test hosts.
func openHost(t *testing.T, name string) (*hostSource, testhost.Host) {
	t.Helper()
	host := testhost.Load(t, filepath.Join("../probe/testdata/hosts", name+".txtar"))
	scanner, err := probe.Open(probe.Roots{Proc: host.Proc, Sys: host.Sys})
	if err != nil {
		t.Fatal(err)
	}
	source := &hostSource{Scanner: scanner}
	t.Cleanup(func() {
		source.setFail(errors.New("the test is over"))
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
	})
	return source, host
}

// Detail reads the details of a task, unless the test is over.
func (s *hostSource) Detail(pid, tid int32) probe.Detail {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return probe.Detail{}
	}
	return s.Scanner.Detail(pid, tid)
}

// Release lets go what is held, unless the test is over.
func (s *hostSource) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == nil {
		s.Scanner.Release()
	}
}

// startApp shows a source on a screen of the given size.
func startApp(t *testing.T, source ui.Source, width, height int, options ...uitest.Option) *uitest.Program {
	t.Helper()
	return startWith(t, ui.Config{Source: source, Interval: 20 * time.Millisecond}, width, height, options...)
}

func startWith(t *testing.T, config ui.Config, width, height int, options ...uitest.Option) *uitest.Program {
	t.Helper()
	model, err := ui.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return uitest.Start(t, model, width, height, options...)
}
