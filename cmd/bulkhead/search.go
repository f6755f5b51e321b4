package main

import (
	"context"
	"fmt"

	"bulkhead/probe"
)

// search takes into a snapshot what the processes' own links do not tell: the namespaces that no process is in, what keeps
// each one alive, and what made the worlds. A recording has what was found when it was made.
func (s *source) search(ctx context.Context, snapshot *probe.Snapshot) (*probe.Snapshot, error) {
	if s.from != "" {
		return snapshot, nil
	}
	finder, err := probe.OpenFinder(s.roots)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer finder.Close() //nolint:errcheck // It was only read from.
	found, err := finder.Find(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return snapshot.With(found), nil
}

// searchFacts are those that a search begins with.
const searchFacts = probe.FactNamespaces | probe.FactForChildren | probe.FactCgroups | probe.FactCmdline | probe.FactUser
