package recording

import (
	"encoding/json"
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// unknown says of the values that are missing in an object why they are, by their names. Those that it does not name
// are absent.
type unknown map[string]string

// note keeps the reason why a value is missing.
func (u *unknown) note(name string, why reading.State) {
	if why != reading.Absent {
		u.say(name, why)
	}
}

// say is note for a value that all things of a kind have, so that it is said too where it is absent.
func (u *unknown) say(name string, why reading.State) {
	if *u == nil {
		*u = unknown{}
	}
	(*u)[name] = why.String()
}

// why returns the reason why a value is missing.
func (u unknown) why(name string) reading.State {
	reason, ok := u[name]
	for state := reading.Absent; ok && state <= reading.Unreached; state++ {
		if state.String() == reason {
			return state
		}
	}
	return reading.Absent
}

// put returns the value of a reading for its field, or nil with the reason noted.
func put[T any](u *unknown, name string, r probe.Reading[T]) *T {
	value, ok := r.Get()
	if !ok {
		u.note(name, r.State())
		return nil
	}
	return &value
}

// get is the inverse of put.
func get[T any](u unknown, name string, value *T) probe.Reading[T] {
	if value == nil {
		return reading.None[T](u.why(name))
	}
	return reading.Of(*value)
}

// limit is a number or a set, or "max" where the kernel has no limit.
type limit[T uint64 | float64 | string] struct {
	value T
	max   bool
}

// MarshalJSON writes the number, or "max".
func (l limit[T]) MarshalJSON() ([]byte, error) {
	if l.max {
		return []byte(`"max"`), nil
	}
	return json.Marshal(l.value) //nolint:wrapcheck // Numbers do not fail.
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *limit[T]) UnmarshalJSON(data []byte) error {
	if string(data) == `"max"` {
		*l = limit[T]{max: true}
		return nil
	}
	if err := json.Unmarshal(data, &l.value); err != nil {
		return fmt.Errorf("read limit: %w", err)
	}
	return nil
}

// putLimit is put for a value that may be unlimited.
func putLimit[T uint64 | float64 | string](u *unknown, name string, r probe.Reading[T]) *limit[T] {
	if r.State() == reading.Unlimited {
		return &limit[T]{max: true}
	}
	value := put(u, name, r)
	if value == nil {
		return nil
	}
	return &limit[T]{value: *value}
}

// getLimit is the inverse of putLimit.
func getLimit[T uint64 | float64](u unknown, name string, l *limit[T]) probe.Reading[T] {
	switch {
	case l == nil:
		return reading.None[T](u.why(name))
	case l.max:
		return reading.None[T](reading.Unlimited)
	}
	return reading.Of(l.value)
}
