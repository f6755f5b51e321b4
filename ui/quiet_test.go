package ui_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bulkhead/probe"
)

// countingSource counts the scans of a host.
type countingSource struct {
	*hostSource
	scans atomic.Int64
}

// Scan implements ui.Source.
func (s *countingSource) Scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	defer s.scans.Add(1)
	return s.hostSource.Scan(ctx, request)
}

// await waits until so many more scans were made.
func (s *countingSource) await(t *testing.T, more int64) {
	t.Helper()
	end := s.scans.Load() + more
	for deadline := time.Now().Add(time.Minute); s.scans.Load() < end; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("there are no more scans")
		}
	}
}

// TestQuietHostWritesNothing counts what the program writes to the terminal while a host is scanned on which nothing happens. Of a
// group the details say how long it has been watched, which is one number each second: they are put away.
func TestQuietHostWritesNothing(t *testing.T) {
	for _, keys := range []string{"1", "2", "3 d d", "4", "5"} {
		t.Run(keys, func(t *testing.T) {
			host, _ := openHost(t, "hybrid")
			source := &countingSource{hostSource: host}
			p := startApp(t, source, 120, 36)
			p.WaitFor("lab")
			p.Send(strings.Fields(keys)...)
			written := -1
			for range 20 { // The first pictures, and marks of what has just come into view.
				source.await(t, 10)
				now := len(p.Raw())
				if now == written {
					break
				}
				written = now
			}
			source.await(t, 20)
			if more := p.Raw()[written:]; len(more) > 0 {
				t.Errorf("20 refreshes wrote %d bytes: %q", len(more), more)
			}
		})
	}
}
