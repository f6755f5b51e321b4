package reading_test

import (
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"bulkhead/probe/reading"
)

func TestZeroValueIsAbsent(t *testing.T) {
	var r reading.Reading[uint64]
	if _, ok := r.Get(); ok || r.State() != reading.Absent {
		t.Errorf("zero reading: present %v, state %v", ok, r.State())
	}
}

func TestWhy(t *testing.T) {
	tests := map[string]struct {
		err  error
		want reading.State
	}{
		"no error":       {nil, reading.Present},
		"EACCES":         {&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}, reading.Denied},
		"EPERM, wrapped": {fmt.Errorf("read x: %w", syscall.EPERM), reading.Denied},
		"EOPNOTSUPP":     {syscall.EOPNOTSUPP, reading.Unsupported},
		"ENOTTY":         {syscall.ENOTTY, reading.Unsupported},
		"ENOENT":         {syscall.ENOENT, reading.Absent},
		"ESRCH":          {syscall.ESRCH, reading.Absent},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := reading.Why(test.err); got != test.want {
				t.Errorf("Why(%v) = %v, want %v", test.err, got, test.want)
			}
		})
	}
}

func TestUnknownIsNeverAValue(t *testing.T) {
	for _, why := range []reading.State{reading.Absent, reading.Present, reading.Unlimited, reading.Denied, reading.Unsupported} {
		r := reading.None[int](why)
		if v, ok := r.Get(); ok {
			t.Errorf("None(%v) has the value %d", why, v)
		}
		if got := r.Or(7); got != 7 {
			t.Errorf("None(%v).Or(7) = %d, want 7", why, got)
		}
		if got := reading.Map(r, func(i int) string { return "x" }).State(); got != r.State() {
			t.Errorf("Map(None(%v)) = %v, want the same reason", why, got)
		}
	}
}
