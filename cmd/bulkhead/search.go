package main

import (
	"context"
	"fmt"

	"bulkhead/probe"
)

// search takes into a snapshot what the processes' own links do not tell: the namespaces that no process is in, what keeps
// each one alive, and what made the worlds.
func (s *source) search(ctx context.Context, snapshot *probe.Snapshot) (*probe.Snapshot, error) {
	return s.find(ctx, snapshot, (*probe.Finder).Find)
}

// searching is a way of searching beyond a snapshot.
type searching func(*probe.Finder, context.Context, *probe.Snapshot) (*probe.Findings, error)

// find takes into a snapshot what is found beyond it. A recording has what was found when it was made.
func (s *source) find(ctx context.Context, snapshot *probe.Snapshot, find searching) (*probe.Snapshot, error) {
	if s.from != "" {
		return snapshot, nil
	}
	finder, err := probe.OpenFinder(s.roots)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer finder.Close() //nolint:errcheck // It was only read from.
	found, err := find(finder, ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return snapshot.With(found), nil
}

// searchFacts are those that a search begins with. What names a world is read of its leader then.
const searchFacts = probe.FactWorlds | probe.FactForChildren
