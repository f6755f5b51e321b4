package cgroup

import (
	"testing"

	"bulkhead/probe/reading"
)

// Where PSI is off the kernel has the files and answers EOPNOTSUPP.
func TestPressure(t *testing.T) {
	none := func(why reading.State) reading.Reading[float64] { return reading.None[float64](why) }
	tests := map[string]struct {
		content content
		want    Pressure
	}{
		"both":        {text("some avg10=1.50 avg60=0.00\nfull avg10=0.00 avg60=9.00\n"), Pressure{reading.Of(1.5), reading.Of(0.0)}},
		"some alone":  {text("some avg10=1.50 avg60=0.00 total=1\n"), Pressure{reading.Of(1.5), none(reading.Absent)}},
		"off":         {content{why: reading.Unsupported}, Pressure{none(reading.Unsupported), none(reading.Unsupported)}},
		"denied":      {content{why: reading.Denied}, Pressure{none(reading.Denied), none(reading.Denied)}},
		"empty":       {text(""), Pressure{}},
		"no average":  {text("some total=5\nfull avg100=3.0\n"), Pressure{}},
		"no number":   {text("some avg10=x\nfull avg10=NaN\n"), Pressure{}},
		"too much":    {text("some avg10=1e9\nfull avg10=-1\n"), Pressure{}},
		"other order": {text("full total=1 avg10=2.00\nsome total=2 avg10=3.00"), Pressure{reading.Of(3.0), reading.Of(2.0)}},
	}
	for name, test := range tests {
		if got := test.content.pressure(); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestSums(t *testing.T) {
	absent := reading.Reading[uint64]{}
	tests := map[string]struct {
		text    string
		service reading.Reading[uint64] // Read, as in version 1.
		moved   reading.Reading[uint64] // rbytes, as in version 2.
	}{
		"nothing":       {"", reading.Of(uint64(0)), reading.Of(uint64(0))},
		"total alone":   {"Total 0\n", reading.Of(uint64(0)), reading.Of(uint64(0))},
		"one":           {"8:0 Read 5\n8:0 Total 5\nTotal 5\n", reading.Of(uint64(5)), reading.Of(uint64(0))},
		"two":           {"8:0 rbytes=5 wbytes=1\n8:1 rbytes=6\n", reading.Of(uint64(0)), reading.Of(uint64(11))},
		"no number":     {"8:0 Read x\n8:1 rbytes=-1\n", absent, absent},
		"too much":      {"8:0 Read 18446744073709551615\n8:1 Read 1\n", absent, reading.Of(uint64(0))},
		"wrapped":       {"8:0 rbytes=18446744073709551615\n8:1 rbytes=1\n", reading.Of(uint64(0)), absent},
		"name too long": {"8:0 rbytesx=7 xrbytes=8\n8:0 Reads 9\n", reading.Of(uint64(0)), reading.Of(uint64(0))},
	}
	for name, test := range tests {
		if got := text(test.text).service("Read"); got != test.service {
			t.Errorf("%s: version 1: got %+v, want %+v", name, got, test.service)
		}
		if got := text(test.text).transferred("rbytes"); got != test.moved {
			t.Errorf("%s: version 2: got %+v, want %+v", name, got, test.moved)
		}
	}
	denied := content{why: reading.Denied}
	if got := denied.service("Read"); got.State() != reading.Denied {
		t.Errorf("a file that may not be read: got %+v", got)
	}
}
