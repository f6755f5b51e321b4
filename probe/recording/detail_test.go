package recording_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
)

func TestDetail(t *testing.T) {
	cpus, err := cpulist.Parse("0-1")
	if err != nil {
		t.Fatal(err)
	}
	detail := probe.Detail{
		TaskKey: probe.TaskKey{PID: 3, TID: 3, Start: 9},
		Status: reading.Of(proc.Status{
			UID: proc.IDs{Real: 1, Effective: 2, Saved: 3, Filesystem: 2}, Groups: []uint32{4}, NSpid: reading.Of([]int32{3, 1}),
			Effective: reading.Of(uint64(1)), Permitted: reading.Of(uint64(0)), Seccomp: reading.Of(proc.SeccompFilter),
			CPUsAllowed: reading.Of(cpus),
		}),
		Exe: reading.None[string](reading.Denied), Root: reading.Of("/a\xff"),
		UIDMap: reading.Of([]proc.IDMap{{Inside: 0, Outside: 1000, Count: 1}}), GIDMap: reading.Of([]proc.IDMap{}),
		Limits: reading.Of([]probe.Limit{
			{Name: "open files", Soft: reading.Of[uint64](1024)}, {Name: "cpu time", Soft: reading.None[uint64](reading.Unlimited)},
		}),
	}
	var out bytes.Buffer
	if err := recording.Write(&out, unreadable(), recording.Tasks, detail); err != nil {
		t.Fatal(err)
	}
	var document struct{ Tasks []map[string]any }
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	got := document.Tasks[2]
	want := map[string]any{
		"uids": []any{1.0, 2.0, 3.0, 2.0}, "gids": []any{0.0, 0.0, 0.0, 0.0}, "groups": []any{4.0}, "nspid": []any{3.0, 1.0},
		"cap_eff": []any{"cap_chown"}, "cap_prm": []any{}, "seccomp": "filter", "cpus_allowed_list": "0-1", "root": `/a\xff`,
		"uid_map": []any{map[string]any{"inside": 0.0, "outside": 1000.0, "count": 1.0}}, "gid_map": []any{},
		"limits": map[string]any{"open_files": 1024.0, "cpu_time": "max"},
	}
	for name, value := range want {
		if diff := cmp.Diff(value, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := got["cap_bnd"]; ok {
		t.Error("capabilities that the kernel did not tell are there")
	}
	if why, _ := got["unknown"].(map[string]any); why["exe"] != "denied" {
		t.Errorf("exe is unknown because of %v, want denied", why["exe"])
	}
	if _, ok := document.Tasks[1]["uids"]; ok {
		t.Error("another task has the details")
	}
	if _, err := recording.Read(strings.NewReader(out.String())); err != nil {
		t.Errorf("read with details: %v", err)
	}
}
