package probe

import (
	"testing"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

func TestDumpable(t *testing.T) {
	inner := []proc.IDMap{{Inside: 0, Outside: 100000, Count: 65536}}
	living := reading.Of[uint32](0o022)
	for name, test := range map[string]struct {
		uid, gid uint32
		umask    Reading[uint32]
		of       owner
		maps     []proc.IDMap
		want     Reading[bool]
	}{
		"a user":                   {1000, 1000, living, owner{1000, 1000}, nil, reading.Of(true)},
		"a user, not dumpable":     {1000, 1000, living, owner{0, 0}, nil, reading.Of(false)},
		"root":                     {0, 0, living, owner{0, 0}, nil, Reading[bool]{}},
		"root of another group":    {0, 5, living, owner{0, 5}, nil, reading.Of(true)},
		"root of a container":      {100000, 100000, living, owner{100000, 100000}, inner, Reading[bool]{}},
		"a user of a container":    {100001, 100001, living, owner{100001, 100001}, inner, reading.Of(true)},
		"a user of it, unreadable": {100001, 100001, living, owner{100000, 100000}, inner, reading.Of(false)},
		"a zombie":                 {1000, 1000, Reading[uint32]{}, owner{0, 0}, nil, Reading[bool]{}},
	} {
		t.Run(name, func(t *testing.T) {
			status := proc.Status{UID: proc.IDs{Effective: test.uid}, GID: proc.IDs{Effective: test.gid}, Umask: test.umask}
			if got := dumpable(&status, test.of, test.maps, test.maps); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
