package probe

import (
	"context"
	"strings"

	"bulkhead/probe/origin"
)

// originFinder finds the names that engines gave to worlds. It remembers them from one search to the next, and must not be
// used by two goroutines at once.
type originFinder struct{ registry *origin.Registry }

// newOriginFinder returns a finder of the host whose directories are given.
func newOriginFinder(roots Roots) *originFinder {
	return &originFinder{registry: origin.New(roots.Locate("/"), roots.Proc)}
}

// origins returns the origins of the worlds of which more could be found out than a scan concludes, which World.made takes
// over. It reads files and may ask a daemon: it belongs in the background.
func (f *originFinder) origins(ctx context.Context, s *Snapshot) map[WorldKey]origin.Origin {
	found := map[WorldKey]origin.Origin{}
	var renamed []string // Pairs of what a container was called and is now.
	for i := range s.Worlds {
		w := &s.Worlds[i]
		if w.Host || w.unreadable() || ctx.Err() != nil {
			continue
		}
		leader, parent := withParent(s.Tasks, w.Leader)
		family := origin.Family{Leader: leader.origins(), Parent: parent.origins()}
		better := f.registry.Resolve(ctx, family, w.Origin)
		if better == w.Origin {
			continue
		}
		found[w.Key] = better
		if w.Origin.ID != "" {
			renamed = append(renamed, w.Origin.Whole(), better.Whole())
		}
	}
	renameOuter(s.Worlds, found, renamed)
	return found
}

// renameOuter has worlds that were made inside of others say so by the names that were found for these.
func renameOuter(worlds []World, found map[WorldKey]origin.Origin, renamed []string) {
	if len(renamed) == 0 {
		return
	}
	replacer := strings.NewReplacer(renamed...)
	for i := range worlds {
		o, ok := found[worlds[i].Key]
		if !ok {
			o = worlds[i].Origin
		}
		if in := replacer.Replace(o.In); in != o.In {
			o.In = in
			found[worlds[i].Key] = o
		}
	}
}

// made returns the world with what was found to have made it, and named after that. The comm is that of its leader.
func (w World) made(o origin.Origin, comm string) World {
	w.Origin = o
	w.Name = w.label(comm)
	return w
}
