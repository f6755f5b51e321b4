package recording

import (
	"encoding/json"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// TestUsesUntold keeps why it is not known whether groups limit io: without a word, no limits would mean that there is none.
func TestUsesUntold(t *testing.T) {
	own := probe.GroupKey{Hierarchy: "blkio", Path: "/"}
	for state, want := range map[reading.State]string{reading.Present: "", reading.Unreached: "unreached", reading.Denied: "denied"} {
		j := fromUses(&probe.Uses{IOBy: own, IOTold: state, Places: []probe.Place{{GroupKey: own, Mounted: true}}})
		if got := j.Unknown["io"]; got != want || !j.Places[0].OutOfSight {
			t.Errorf("%v: io is unknown for %q, want %q; %+v", state, got, want, j.Places[0])
		}
	}
}

// TestUsesPrograms writes the programs that decide about devices, and why they are not known.
func TestUsesPrograms(t *testing.T) {
	loaded := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	j := fromUses(&probe.Uses{Programs: reading.Of([]cgroup.Program{{
		Attach: cgroup.AttachDevice, ID: 7, Name: reading.Of("\xff"), Loaded: reading.Of(loaded), UID: reading.None[uint32](reading.Denied),
	}})})
	got, err := json.Marshal(j.Programs)
	want := `[{"attach_type":"cgroup_device","id":7,"attached_here":false,"name":"\\xff","loaded_at":"2026-01-02T02:04:05Z","unknown":{"uid":"denied"}}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	j = fromUses(&probe.Uses{Programs: reading.None[[]cgroup.Program](reading.Denied)})
	if j.Programs != nil || j.Unknown["device_programs"] != "denied" {
		t.Errorf("denied: %+v", j)
	}
}

// TestDelegation writes whom a group was given to, and nothing where no owner is known.
func TestDelegation(t *testing.T) {
	d := probe.Delegation{UID: reading.Of[uint32](1000), User: "alice", Files: []string{"cgroup.procs"}, Marked: reading.None[bool](reading.Denied)}
	got, err := json.Marshal(fromDelegation(&d))
	if want := `{"uid":1000,"user":"alice","files":["cgroup.procs"],"unknown":{"marked":"denied"}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if fromDelegation(&probe.Delegation{}) != nil {
		t.Error("a group of a tree that was laid out is delegated")
	}
}
