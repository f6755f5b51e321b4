package proc

import "testing"

func TestParseIO(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want IO
		ok   bool
	}{
		"as the kernel writes it": {"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 18446744073709551615\ncancelled_write_bytes: 5\n", IO{4096, 1<<64 - 1}, true},
		"without accounting":      {"rchar: 1\n", IO{}, false},
		"cut off":                 {"read_bytes: 4096\nwrite_by", IO{4096, 0}, false},
		"no number":               {"read_bytes: x\nwrite_bytes: 1\n", IO{}, false},
		"too large":               {"read_bytes: 18446744073709551616\nwrite_bytes: 1\n", IO{}, false},
		"empty":                   {"", IO{}, false},
	} {
		if got, ok := parseIO([]byte(test.text)); ok != test.ok || ok && got != test.want {
			t.Errorf("%s: got %+v, %v; want %+v, %v", name, got, ok, test.want, test.ok)
		}
	}
}

func FuzzParseIO(f *testing.F) {
	f.Add("read_bytes: 4096\nwrite_bytes: 0\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, ok := parseIO([]byte(text)); ok && len(text) < len("read_bytes: 0\nwrite_bytes: 0") {
			t.Errorf("%q is taken for the file", text)
		}
	})
}
