package cpulist_test

import (
	"testing"

	"bulkhead/probe/cpulist"
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		text, want string
		count      int
	}{
		"empty":            {"", "", 0},
		"newline only":     {"\n", "", 0},
		"one":              {"2\n", "2", 1},
		"range":            {"0-3", "0-3", 4},
		"range and one":    {"0-3,5", "0-3,5", 5},
		"unsorted, joined": {"3,1,2,0", "0-3", 4},
		"overlapping":      {"0-2,1-4", "0-4", 5},
		"stepped":          {"0-1:1/2", "0", 1},
		"stepped, two":     {"0-9:2/4", "0-1,4-5,8-9", 6},
		"beyond one word":  {"63-64,200", "63-64,200", 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set, err := cpulist.Parse(test.text)
			if err != nil {
				t.Fatalf("Parse(%q): %v", test.text, err)
			}
			if got := set.String(); got != test.want {
				t.Errorf("Parse(%q) = %q, want %q", test.text, got, test.want)
			}
			if got := set.Len(); got != test.count {
				t.Errorf("Parse(%q).Len() = %d, want %d", test.text, got, test.count)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"x", "-1", "3-1", "0-", ",", "0,,1", "0-9:1", "0-9:0/2", "0-9:3/2", "99999999", "0x1", "1 2"} {
		if set, err := cpulist.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", text, set)
		}
	}
}

func TestContains(t *testing.T) {
	set, err := cpulist.Parse("0,64-65")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]bool{-1: false, 0: true, 1: false, 64: true, 65: true, 66: false, 9999: false} {
		if got := set.Contains(n); got != want {
			t.Errorf("%v.Contains(%d) = %v, want %v", set, n, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "0", "0-3,5", "0-9:1/2", "63-64,200", "3-1", "x", "0-65536:1/65536"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := cpulist.Parse(text)
		if err != nil {
			return
		}
		again, err := cpulist.Parse(set.String())
		if err != nil {
			t.Fatalf("Parse(%q) wrote %q, which does not parse: %v", text, set, err)
		}
		if !again.Equal(set) {
			t.Errorf("Parse(%q) = %q, written and read again %q", text, set, again)
		}
	})
}
