// Package reading says what is known of one value of the kernel: the value, or why there is none.
//
// A tool that prints an unreadable value as 0 lies to its user. Every fact that can fail on its own
// is therefore a Reading, whose zero value is Absent and never a number.
package reading

import (
	"errors"
	"io/fs"
	"syscall"
)

// State tells whether a value was read, and if not, why.
type State uint8

// The states of a Reading.
const (
	Absent      State = iota // There is no such value here, or it was not asked for.
	Present                  // The value was read.
	Unlimited                // The kernel wrote "max", or the number by which it means "no limit".
	Denied                   // The kernel answered EACCES or EPERM.
	Unsupported              // This kernel, mount or build has no such file or call.
	Unreached                // What has it could not be opened to be asked.
)

var stateNames = [...]string{"absent", "present", "unlimited", "denied", "unsupported", "unreached"}

// String returns the state's name as it stands in the JSON output.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "invalid"
}

// Reading is a value of the kernel, or the reason why there is none.
type Reading[T any] struct {
	value T
	state State
}

// Of returns a reading with a value.
func Of[T any](value T) Reading[T] { return Reading[T]{value, Present} }

// None returns a reading without a value, for the given reason. Present is not a reason: it is taken as Absent.
func None[T any](why State) Reading[T] {
	if why == Present {
		why = Absent
	}
	return Reading[T]{state: why}
}

// Get returns the value, and whether there is one.
func (r Reading[T]) Get() (T, bool) { return r.value, r.state == Present }

// Or returns the value, or the given one where there is none.
func (r Reading[T]) Or(other T) T {
	if r.state == Present {
		return r.value
	}
	return other
}

// State returns whether there is a value, and if not, why.
func (r Reading[T]) State() State { return r.state }

// Known reports whether the kernel answered: with a value, or with "no limit".
func (r Reading[T]) Known() bool { return r.state == Present || r.state == Unlimited }

// Why returns the state that an error of the kernel stands for: EACCES and EPERM are Denied; EOPNOTSUPP, ENOSYS,
// ENOTTY and EINVAL, by which an ioctl or a file says that it does not know the question, are Unsupported; all
// others, ENOENT and ESRCH among them, are Absent.
func Why(err error) State {
	switch {
	case err == nil:
		return Present
	case errors.Is(err, fs.ErrPermission):
		return Denied
	case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS),
		errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL):
		return Unsupported
	}
	return Absent
}

// From returns a reading of the value where err is nil, else one that says why there is none.
func From[T any](value T, err error) Reading[T] {
	if err != nil {
		return None[T](Why(err))
	}
	return Of(value)
}

// Map returns the reading with f applied to its value; a reading without a value keeps its reason.
func Map[T, U any](r Reading[T], f func(T) U) Reading[U] {
	if r.state != Present {
		return Reading[U]{state: r.state}
	}
	return Of(f(r.value))
}
