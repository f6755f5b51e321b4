package proc

import (
	"fmt"
	"slices"
	"testing"
)

func TestParseIDMap(t *testing.T) {
	tests := map[string]struct {
		text string
		want []IDMap
		ok   bool
	}{
		"host":       {"         0          0 4294967295\n", []IDMap{{0, 0, 4294967295}}, true},
		"rootless":   {"0 1000 1\n1 100000 65536\n", []IDMap{{0, 1000, 1}, {1, 100000, 65536}}, true},
		"unwritten":  {"", nil, true},
		"two words":  {"0 1000\n", nil, false},
		"four words": {"0 1000 1 1\n", nil, false},
		"too large":  {"0 0 4294967296\n", nil, false},
		"blank line": {"0 0 1\n\n", nil, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseIDMap([]byte(test.text))
			if !slices.Equal(got, test.want) || (err == nil) != test.ok {
				t.Errorf("ParseIDMap(%q) = %v, %v, want %v", test.text, got, err, test.want)
			}
		})
	}
}

func FuzzIDMap(f *testing.F) {
	f.Add("         0          0 4294967295\n")
	f.Add("0 1000 1\n1 100000 65536\n")
	f.Fuzz(func(t *testing.T, text string) {
		maps, err := ParseIDMap([]byte(text))
		if err != nil {
			return
		}
		again := ""
		for _, m := range maps {
			again += fmt.Sprintf("%10d %10d %10d\n", m.Inside, m.Outside, m.Count)
		}
		if same, err := ParseIDMap([]byte(again)); err != nil || !slices.Equal(same, maps) {
			t.Errorf("ParseIDMap(%q) = %v, written and read again %v, %v", text, maps, same, err)
		}
	})
}
