// Package glow remembers for two refreshes what has just appeared, changed or gone, so that the eye finds it.
package glow

// Ticks is for how many refreshes a change is shown.
const Ticks = 2

// Mark says what has just happened to a thing.
type Mark uint8

// The marks.
const (
	None Mark = iota
	New
	Changed
	Gone
)

// item is what is remembered of one thing.
type item[K comparable, T any] struct {
	value T
	key   K
	mark  Mark
	age   int // Refreshes since mark was set.
	tick  int // The refresh in which it was last there.
}

// Tracker follows the things of one list over its refreshes. K identifies a thing.
type Tracker[K comparable, T any] struct {
	key     func(*T) K
	differs func(before, after *T) bool
	items   map[K]*item[K, T]
	tick    int
}

// NewTracker returns a tracker. Two values of the same key for which differs is true are a change.
func NewTracker[K comparable, T any](key func(*T) K, differs func(before, after *T) bool) *Tracker[K, T] {
	return &Tracker[K, T]{key: key, differs: differs}
}

// Next takes the things of a later refresh. It returns those that are gone since a short while, which a list shows a
// little longer. The things of the first refresh are not new.
func (t *Tracker[K, T]) Next(values []T) (gone []T) {
	first := t.items == nil
	if first {
		t.items = make(map[K]*item[K, T], len(values))
	}
	t.tick++
	for i := range values {
		t.see(&values[i], first)
	}
	for key, it := range t.items {
		if it.tick == t.tick {
			continue
		}
		if it.mark != Gone {
			it.mark, it.age = Gone, 0
		}
		if it.age++; it.age > Ticks {
			delete(t.items, key)
			continue
		}
		gone = append(gone, it.value)
	}
	return gone
}

// Calm forgets that things are new: they have only come into sight.
func (t *Tracker[K, T]) Calm() {
	for _, it := range t.items {
		if it.mark == New {
			it.mark = None
		}
	}
}

// see notes that a thing is there.
func (t *Tracker[K, T]) see(value *T, first bool) {
	key := t.key(value)
	it, ok := t.items[key]
	switch {
	case !ok:
		it = &item[K, T]{key: key}
		if !first {
			it.mark = New
		}
		t.items[key] = it
	case it.mark == Gone:
		it.mark, it.age = New, 0
	case t.differs(&it.value, value):
		it.mark, it.age = Changed, 0
	}
	if it.age++; it.age > Ticks {
		it.mark = None
	}
	it.value, it.tick = *value, t.tick
}

// Mark returns what has just happened to a thing.
func (t *Tracker[K, T]) Mark(key K) Mark {
	if it, ok := t.items[key]; ok {
		return it.mark
	}
	return None
}
