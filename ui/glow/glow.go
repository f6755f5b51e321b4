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

// recent is what has just happened to one thing.
type recent[T any] struct {
	mark Mark
	age  int // Refreshes since then, that one counted.
	last T   // What it was, where it is gone.
}

// Tracker follows the things of one list over its refreshes. K identifies a thing. Of things to which nothing happens it keeps
// no more than the list of the last refresh.
type Tracker[K comparable, T any] struct {
	key     func(*T) K
	differs func(before, after *T) bool
	apart   func(T) T
	started bool
	before  []T // Those of the last refresh.
	recent  map[K]recent[T]
}

// NewTracker returns a tracker. Two values of the same key for which differs is true are a change. Apart returns a value that is
// good on its own: one that is gone is kept a little longer than the list that it was in, whose memory it must not keep.
func NewTracker[K comparable, T any](key func(*T) K, differs func(before, after *T) bool, apart func(T) T) *Tracker[K, T] {
	return &Tracker[K, T]{key: key, differs: differs, apart: apart, recent: map[K]recent[T]{}}
}

// Next takes the things of a later refresh, which it keeps until the next one. It returns those that are gone since a short
// while, which a list shows a little longer. The things of the first refresh are not new.
func (t *Tracker[K, T]) Next(values []T) (gone []T) {
	for key, r := range t.recent {
		if r.age++; r.age > Ticks {
			delete(t.recent, key)
			continue
		}
		t.recent[key] = r
	}
	if t.started {
		t.compare(values)
	}
	t.started, t.before = true, values
	for _, r := range t.recent {
		if r.mark == Gone {
			gone = append(gone, r.last)
		}
	}
	return gone
}

// compare notes what became of the things of the last refresh. Two lists of one kind differ in few places, where a thing is
// looked for a step ahead; only what stands elsewhere altogether is looked up by its key.
func (t *Tracker[K, T]) compare(values []T) {
	var left, came []int // The places of things without a counterpart so far.
	i, j := 0, 0
	for i < len(t.before) && j < len(values) {
		switch was, is := t.key(&t.before[i]), t.key(&values[j]); {
		case was == is:
			t.pair(i, &values[j])
			i, j = i+1, j+1
		case i+1 < len(t.before) && t.key(&t.before[i+1]) == is:
			left, i = append(left, i), i+1
		case j+1 < len(values) && t.key(&values[j+1]) == was:
			came, j = append(came, j), j+1
		default:
			left, came = append(left, i), append(came, j)
			i, j = i+1, j+1
		}
	}
	for ; i < len(t.before); i++ {
		left = append(left, i)
	}
	for ; j < len(values); j++ {
		came = append(came, j)
	}
	t.resolve(values, left, came)
}

// resolve finds those things that stand elsewhere, and notes which of the others are gone and which are new.
func (t *Tracker[K, T]) resolve(values []T, left, came []int) {
	places := make(map[K]int, len(left))
	for _, i := range left {
		places[t.key(&t.before[i])] = i
	}
	for _, j := range came {
		key := t.key(&values[j])
		if i, moved := places[key]; moved {
			t.pair(i, &values[j])
			delete(places, key)
			continue
		}
		t.recent[key] = recent[T]{mark: New, age: 1}
	}
	for key, i := range places {
		t.recent[key] = recent[T]{mark: Gone, age: 1, last: t.apart(t.before[i])}
	}
}

// pair notes whether a thing has changed.
func (t *Tracker[K, T]) pair(i int, value *T) {
	if t.differs(&t.before[i], value) {
		t.recent[t.key(value)] = recent[T]{mark: Changed, age: 1}
	}
}

// Calm forgets that things are new: they have only come into sight.
func (t *Tracker[K, T]) Calm() {
	for key, r := range t.recent {
		if r.mark == New {
			delete(t.recent, key)
		}
	}
}

// Forget forgets all things: those of the next refresh are not new.
func (t *Tracker[K, T]) Forget() {
	t.started, t.before = false, nil
	clear(t.recent)
}

// Mark returns what has just happened to a thing.
func (t *Tracker[K, T]) Mark(key K) Mark { return t.recent[key].mark }
