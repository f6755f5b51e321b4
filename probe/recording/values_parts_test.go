package recording_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
)

// fill sets every reading in a structure: to a value of its own, or to a reason why there is none.
func fill(t *testing.T, v reflect.Value, next *uint64, why reading.State) {
	t.Helper()
	for i := range v.NumField() {
		*next++
		n := *next
		switch field := v.Field(i).Addr().Interface().(type) {
		case *probe.Reading[uint64]:
			*field = either(n, why)
		case *probe.Reading[float64]:
			*field = either(float64(n), why)
		case *probe.Reading[time.Duration]:
			*field = either(time.Duration(n)*time.Microsecond, why)
		case *probe.Reading[string]:
			*field = either("domain", why)
		case *probe.Reading[bool]:
			*field = either(n%2 == 0, why)
		case *probe.Reading[cgroup.FreezerState]:
			*field = either(cgroup.Freezing, why)
		case *probe.Reading[cpulist.Set]:
			var set cpulist.Set
			set, err := cpulist.Parse(strings.Repeat("1,", int(n)) + "3")
			if err != nil {
				t.Fatal(err)
			}
			*field = either(set, why)
		case *cgroup.Pressure:
			fill(t, v.Field(i), next, why)
		default:
			t.Fatalf("%s is of a type that this test does not know: %T", v.Type().Field(i).Name, field)
		}
	}
}

func either[T any](value T, why reading.State) probe.Reading[T] {
	if why == reading.Present {
		return reading.Of(value)
	}
	return reading.None[T](why)
}

// TestEveryValueIsKept writes a group in which each value is another one, or missing for a reason, and reads it back.
func TestEveryValueIsKept(t *testing.T) {
	for _, why := range []reading.State{reading.Present, reading.Denied, reading.Unsupported, reading.Absent} {
		var values cgroup.Values
		var rates probe.Rates
		next := uint64(0)
		fill(t, reflect.ValueOf(&values).Elem(), &next, why)
		fill(t, reflect.ValueOf(&rates).Elem(), &next, why)
		s := &probe.Snapshot{Groups: []probe.Group{{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/"}, Parent: -1, Values: &values, Rates: rates}}}
		back, err := recording.Read(strings.NewReader(write(t, s, recording.All)))
		if err != nil {
			t.Fatal(err)
		}
		sets := cmp.Transformer("set", func(r probe.Reading[cpulist.Set]) string { return r.State().String() + r.Or(cpulist.Set{}).String() })
		all := cmp.Exporter(func(reflect.Type) bool { return true })
		if diff := cmp.Diff(&values, back.Groups[0].Values, sets, all); diff != "" {
			t.Errorf("values that are %v (-before +after):\n%s", why, diff)
		}
		if diff := cmp.Diff(rates, back.Groups[0].Rates, all); diff != "" {
			t.Errorf("rates that are %v (-before +after):\n%s", why, diff)
		}
	}
}
