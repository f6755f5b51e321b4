package cgroup

import (
	"math"
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

func text(s string) content { return content{text: []byte(s), why: reading.Present, sets: setCache{}} }

func TestLimits(t *testing.T) {
	unlimited, absent := reading.None[uint64](reading.Unlimited), reading.None[uint64](reading.Absent)
	tests := map[string]struct {
		got, want reading.Reading[uint64]
	}{
		"number":               {text("4096\n").limit(), reading.Of[uint64](4096)},
		"zero is a limit":      {text("0\n").limit(), reading.Of[uint64](0)},
		"max":                  {text("max\n").limit(), unlimited},
		"empty":                {text("").limit(), absent},
		"negative":             {text("-1\n").limit(), absent},
		"signed":               {text("+1\n").limit(), absent},
		"two":                  {text("1 2\n").limit(), absent},
		"too large":            {text("18446744073709551616\n").limit(), absent},
		"words":                {text("maximum\n").limit(), absent},
		"denied":               {content{why: reading.Denied}.limit(), reading.None[uint64](reading.Denied)},
		"not read, text stale": {content{text: []byte("max"), why: reading.Absent}.limit(), absent},
		"v1, 4 KiB pages":      {text("9223372036854771712\n").limitV1(), unlimited},
		"v1, 64 KiB pages":     {text("9223372036854710272\n").limitV1(), unlimited},
		"v1, a limit":          {text("268435456\n").limitV1(), reading.Of[uint64](268435456)},
		"v1, max is no word":   {text("max\n").limitV1(), absent},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %+v, want %+v", test.got, test.want)
			}
		})
	}
}

func TestQuotas(t *testing.T) {
	v1 := func(quota, period content) reading.Reading[float64] { return per(quota.quotaV1(), period.number()) }
	unlimited, absent := reading.None[float64](reading.Unlimited), reading.None[float64](reading.Absent)
	tests := map[string]struct {
		got, want reading.Reading[float64]
	}{
		"v2 half":               {text("50000 100000\n").quotaV2(), reading.Of(0.5)},
		"v2 three":              {text("300000 100000\n").quotaV2(), reading.Of(3.0)},
		"v2 none":               {text("max 100000\n").quotaV2(), unlimited},
		"v2 none, no period":    {text("max\n").quotaV2(), unlimited},
		"v2 no period":          {text("50000\n").quotaV2(), absent},
		"v2 period zero":        {text("50000 0\n").quotaV2(), absent},
		"v2 empty":              {text("").quotaV2(), absent},
		"v2 denied":             {content{why: reading.Denied}.quotaV2(), reading.None[float64](reading.Denied)},
		"v1 half":               {v1(text("50000\n"), text("100000\n")), reading.Of(0.5)},
		"v1 none":               {v1(text("-1\n"), text("100000\n")), unlimited},
		"v1 period zero":        {v1(text("50000\n"), text("0\n")), absent},
		"v1 period unreadable":  {v1(text("50000\n"), content{why: reading.Denied}), reading.None[float64](reading.Denied)},
		"v1 quota unreadable":   {v1(content{why: reading.Denied}, text("100000\n")), reading.None[float64](reading.Denied)},
		"v1 quota is no number": {v1(text("-2\n"), text("100000\n")), absent},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %+v, want %+v", test.got, test.want)
			}
		})
	}
}

func TestFreezerState(t *testing.T) {
	absent := reading.None[FreezerState](reading.Absent)
	yes, no, none := reading.Of(true), reading.Of(false), reading.None[bool](reading.Absent)
	tests := map[string]struct {
		got, want reading.Reading[FreezerState]
	}{
		"v1 thawed":               {text("THAWED\n").freezerState(), reading.Of(Thawed)},
		"v1 freezing":             {text("FREEZING\n").freezerState(), reading.Of(Freezing)},
		"v1 frozen":               {text("FROZEN\n").freezerState(), reading.Of(Frozen)},
		"v1 lower case":           {text("frozen\n").freezerState(), absent},
		"v1 empty":                {text("").freezerState(), absent},
		"v2 runs":                 {freezerV2(no, no), reading.Of(Thawed)},
		"v2 asked for":            {freezerV2(no, yes), reading.Of(Freezing)},
		"v2 frozen":               {freezerV2(yes, yes), reading.Of(Frozen)},
		"v2 frozen by a parent":   {freezerV2(yes, no), reading.Of(Frozen)},
		"v2 before Linux 5.2":     {freezerV2(none, none), absent},
		"v2 request not readable": {freezerV2(no, none), reading.Of(Thawed)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %+v, want %+v", test.got, test.want)
			}
		})
	}
}

func TestFlat(t *testing.T) {
	c := text("usage_usec 1500\nuser_usec 7\nfrozen 1\nbare\nusage 3\nlast 9")
	tests := map[string]struct{ key, want string }{
		"first":            {"usage_usec", "1500"},
		"middle":           {"frozen", "1"},
		"no newline":       {"last", "9"},
		"prefix of others": {"usage", "3"},
		"missing":          {"usec", ""},
		"without value":    {"bare", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := string(c.flat(test.key).text); got != test.want {
				t.Errorf("flat(%q) = %q, want %q", test.key, got, test.want)
			}
		})
	}
	if got := (content{why: reading.Denied}).flat("x").number().State(); got != reading.Denied {
		t.Errorf("a key of a file that may not be read is %v, want denied", got)
	}
}

func TestDurations(t *testing.T) {
	if got, want := text("1500\n").microseconds(), reading.Of(1500*time.Microsecond); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := text("9223372036854775807\n").nanoseconds(), reading.Of(time.Duration(math.MaxInt64)); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := text("9223372036854776\n").microseconds(); got.State() != reading.Absent {
		t.Errorf("more than a duration holds is %v, want absent", got)
	}
}

func TestSetCacheIsBounded(t *testing.T) {
	c := text("")
	for n := range 3 * maxSets {
		c.text = []byte{byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10), '\n'}
		set, ok := c.set().Get()
		if !ok || !set.Contains(n) || set.Len() != 1 {
			t.Fatalf("%q is %v", c.text, set)
		}
	}
	if len(c.sets) > maxSets {
		t.Errorf("the cache has %d sets, want at most %d", len(c.sets), maxSets)
	}
	if got := text("0-\n").set().State(); got != reading.Absent {
		t.Errorf("a malformed list is %v, want absent", got)
	}
	if got := text("\n").set(); !got.Or(cpulist.Set{}).Equal(cpulist.Set{}) || got.State() != reading.Present {
		t.Errorf("an empty list is %v, want present", got.State())
	}
}

func TestPIDListJoinsPieces(t *testing.T) {
	var l pidList
	for _, piece := range []string{"1", "2\n3\n", "", "0\n", "\n", "41943", "04"} {
		l.add([]byte(piece))
	}
	l.end()
	if want := []int32{12, 3, 0, 4194304}; !slices.Equal(l.pids, want) {
		t.Errorf("got %v, want %v", l.pids, want)
	}
}
