package proc

import (
	"math"
	"testing"
)

func TestParseNumber(t *testing.T) {
	tests := map[string]struct {
		want uint64
		ok   bool
	}{
		"0":                    {0, true},
		"0042":                 {42, true},
		"18446744073709551615": {math.MaxUint64, true},
		"18446744073709551616": {0, false},
		"99999999999999999999": {0, false},
		"":                     {0, false},
		"-1":                   {0, false},
		"1 ":                   {0, false},
		"0x1":                  {0, false},
	}
	for text, test := range tests {
		if got, ok := parseNumber([]byte(text)); got != test.want || ok != test.ok {
			t.Errorf("parseNumber(%q) = %d, %v, want %d, %v", text, got, ok, test.want, test.ok)
		}
	}
}

func TestFieldsInt32(t *testing.T) {
	tests := map[string]struct {
		want int32
		bad  bool
	}{
		"7":           {7, false},
		"-1":          {-1, false},
		"-2147483647": {-math.MaxInt32, false},
		"2147483648":  {math.MinInt32, true},
		"-":           {0, true},
		"":            {0, true},
		"--1":         {0, true},
	}
	for text, test := range tests {
		f := fields{rest: []byte(text)}
		if got := f.int32(); got != test.want && !test.bad || f.bad != test.bad {
			t.Errorf("%q: int32() = %d, bad %v, want %d, bad %v", text, got, f.bad, test.want, test.bad)
		}
	}
}

func TestFieldsStayBad(t *testing.T) {
	f := fields{rest: []byte("1 x 3")}
	f.uint32()
	f.uint32()
	if got := f.uint32(); got != 3 || !f.bad {
		t.Errorf("after a bad word: %d, bad %v, want 3, bad true", got, f.bad)
	}
}

func TestDirectoryNumber(t *testing.T) {
	tests := map[string]struct {
		want int32
		ok   bool
	}{
		"1":           {1, true},
		"2147483647":  {math.MaxInt32, true},
		"2147483648":  {0, false},
		"4294967297":  {0, false},
		"0":           {0, false},
		"007":         {0, false},
		"12 3":        {0, false},
		"self":        {0, false},
		"-1":          {0, false},
		"":            {0, false},
		"12\x00stale": {12, true},
	}
	for name, test := range tests {
		entry := append(make([]byte, direntName), name+"\x00"...)
		if got, ok := directoryNumber(entry); ok != test.ok || ok && got != test.want {
			t.Errorf("directoryNumber(%q) = %d, %v, want %d, %v", name, got, ok, test.want, test.ok)
		}
	}
}
