package actions

import (
	"math/big"
	"strconv"
	"strings"
	"testing"
)

// FuzzParseSize holds the sizes against numbers without bounds, and against how the kernel reads a number: by its prefix.
func FuzzParseSize(f *testing.F) {
	for _, seed := range []string{"0", "512M", "1g", "010", "0x10", "8E", "9223372036854775807", "-1", "1.5G", "K", "1KK"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parseSize(text)
		if !ok {
			return
		}
		digits := strings.TrimRight(text, "KMGTPEkmgtpe")
		want, valid := new(big.Int).SetString(digits, 10)
		if suffix := text[len(digits):]; valid && suffix != "" {
			want.Lsh(want, uint(10*(1+strings.Index(suffixes, strings.ToUpper(suffix)))))
		}
		if !valid || want.Cmp(new(big.Int).SetUint64(got)) != 0 {
			t.Errorf("parseSize(%q) = %d, want %v", text, got, want)
		}
		if kernel, err := strconv.ParseUint(digits, 0, 64); err != nil || new(big.Int).SetUint64(kernel).String() != digits {
			t.Errorf("parseSize(%q) took what the kernel reads as %d (%v)", text, kernel, err)
		}
		human(got)
	})
}

// FuzzCheck has every file judge any value: what is taken is one line, and can be planned and taken back.
func FuzzCheck(f *testing.F) {
	for file, test := range checks {
		for _, value := range append(test.good, test.bad...) {
			f.Add(file, "0\n8:0 rbps=1 ctrl=auto", value)
		}
	}
	f.Fuzz(func(t *testing.T, file, now, value string) {
		k := KindOf(file)
		if k.Takes == "" {
			t.Errorf("%q takes nothing that can be said", file)
		}
		if k.Check(value) != nil {
			return
		}
		if strings.ContainsFunc(value, control) || k.Access == AccessRead {
			t.Errorf("%q takes %q", file, value)
		}
		k.form.same(now, value)
		k.form.change(now, value)
		k.form.back(now, value)
		if back := k.form.back(value, value); k.Shape == ShapeKeyed && k.Check(back) != nil {
			t.Errorf("%q takes %q, but not %q, which takes it back", file, value, back)
		}
	})
}
