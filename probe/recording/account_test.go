package recording_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
)

// closeGroup writes a group with what its files say, and returns it.
func closeGroup(t *testing.T, knobs []probe.Knob) (group map[string]any, document string) {
	t.Helper()
	texts := cgroup.Texts{Files: map[string]reading.Reading[string]{}, Device: func(string) string { return "vd\xffa" }}
	for _, k := range knobs {
		texts.Files[k.Name] = k.Text
	}
	key := probe.GroupKey{Hierarchy: "v2", Path: "/lab"}
	s := &probe.Snapshot{
		Hierarchies: []probe.Hierarchy{{Label: "v2", Version: 2}},
		Groups:      []probe.Group{{GroupKey: key, Inode: 7, Parent: -1, Values: &cgroup.Values{}}, {GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/other"}, Inode: 8, Parent: -1, Values: &cgroup.Values{}}},
	}
	d := probe.GroupDetail{GroupKey: key, Inode: 7, Files: knobs, Account: texts.Account()}
	var out bytes.Buffer
	if err := recording.WriteClose(&out, s, recording.Groups, recording.Close{Group: &d}); err != nil {
		t.Fatal(err)
	}
	var read struct{ Groups []map[string]any }
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatalf("%v:\n%s", err, out.String())
	}
	if read.Groups[1]["account"] != nil || read.Groups[1]["files"] != nil {
		t.Errorf("another group has the account: %v", read.Groups[1])
	}
	return read.Groups[0], out.String()
}

func TestAccount(t *testing.T) {
	of := func(s string) probe.Reading[string] { return reading.Of(s) }
	got, document := closeGroup(t, []probe.Knob{
		{Name: "cgroup.kill", Writable: true},
		{Name: "cpu.max", Text: of("max 100000"), Writable: true},
		{Name: "cpu.pressure", Text: reading.None[string](reading.Unsupported)},
		{Name: "cpuset.cpus", Text: of("0-1")},
		{Name: "cpuset.cpus.partition", Text: of("root invalid (why \xfe)")},
		{Name: "hugetlb.2MB.max", Text: of("max")},
		{Name: "io.stat", Text: of("254:0 rbytes=18446744073709551615 wbytes=0 rios=0 wios=0 dbytes=0 dios=0")},
		{Name: "memory.current", Text: reading.None[string](reading.Denied)},
		{Name: "memory.low", Text: of("0")},
	})
	account := got["account"]
	why := func(of ...string) map[string]any {
		all := map[string]any{}
		for _, name := range of {
			all[name] = "unsupported"
		}
		return all
	}
	line := map[string]any{"unknown": why("avg10", "avg60", "avg300", "total_usec")}
	want := map[string]any{
		"cpu":    map[string]any{"quota_usec": "max", "period_usec": 100000.0, "quota_cpus": "max"},
		"cpuset": map[string]any{"cpus": "0-1", "partition": map[string]any{"kind": "root", "invalid": true, "reason": `why \xfe`}},
		"hugetlb": []any{map[string]any{
			"name": "2MB", "page_size": 2097152.0, "max": "max", "rsvd": map[string]any{"name": "2MB"},
		}},
		"io": map[string]any{"devices": []any{map[string]any{
			"device": "254:0", "name": `vd\xffa`, "rbytes": 18446744073709551615.0, "wbytes": 0.0, "dbytes": 0.0, "rios": 0.0, "wios": 0.0, "dios": 0.0,
		}}},
		"memory":   map[string]any{"low": 0.0, "unknown": map[string]any{"current": "denied"}},
		"pressure": map[string]any{"cpu": map[string]any{"some": line, "full": line}},
	}
	if diff := cmp.Diff(want, account); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	files, _ := got["files"].([]any)
	if diff := cmp.Diff([]any{
		map[string]any{"name": "cgroup.kill", "writable": true},
		map[string]any{"name": "cpu.max", "text": "max 100000", "writable": true},
		map[string]any{"name": "cpu.pressure", "writable": false, "unknown": map[string]any{"text": "unsupported"}},
	}, files[:3]); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if !strings.Contains(document, "18446744073709551615") {
		t.Error("a large number is not written with all its digits")
	}
	if s, err := recording.Read(strings.NewReader(document)); err != nil || len(s.Groups) != 2 {
		t.Errorf("read again: %+v, %v", s, err)
	}
}

// Every field of an account has a name, and no two fields of one object the same.
func TestAccountNames(t *testing.T) {
	var check func(typ reflect.Type, seen map[string]bool)
	check = func(typ reflect.Type, seen map[string]bool) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			inner := field.Type
			if inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			named := field.Tag.Get("json")
			if inner.Kind() == reflect.Struct && strings.HasPrefix(inner.PkgPath(), "bulkhead/probe/cgroup") {
				below := map[string]bool{}
				if field.Anonymous {
					below = seen
				}
				check(inner, below)
			}
			if field.Anonymous || field.Tag.Get("why") != "" {
				continue
			}
			if named == "" || seen[named] {
				t.Errorf("%s.%s is written as %q, which is empty or taken", typ.Name(), field.Name, named)
			}
			seen[named] = true
			if strings.Contains(field.Type.String(), "time.Duration") != strings.HasSuffix(named, "_usec") {
				t.Errorf("%s.%s, a %s, is written as %q: times end in their unit", typ.Name(), field.Name, field.Type, named)
			}
		}
	}
	check(reflect.TypeFor[cgroup.Account](), map[string]bool{})
}
