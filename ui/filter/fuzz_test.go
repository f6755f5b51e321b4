package filter

import (
	"strings"
	"testing"
)

// FuzzParse holds any filter to: it parses to terms that can match, or to an error that says something.
func FuzzParse(f *testing.F) {
	for _, expr := range []string{
		"", "nginx", `!comm:"a b"`, "net:[4026531840]", "pid:1 user:4026531837", `"`, `\`, "!!x", "::", "a:b", `""`, "type:net ns:1",
		"cgroup:/x", "\x00", "\xff", "state:Z\tK",
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		got, err := Parse(expr)
		if err != nil {
			if err.Error() == "" || !got.Empty() {
				t.Errorf("Parse(%q): %v and %+v", expr, err, got)
			}
			return
		}
		got.Match(nginx)
		for _, term := range got.terms {
			if term.field.number() && !digits(string(term.value)) {
				t.Errorf("Parse(%q) asks field %d for %q", expr, term.field, term.value)
			}
		}
		if again, err := Parse(expr + "  "); err != nil || again.Match(nginx) != got.Match(nginx) {
			t.Errorf("Parse(%q) and the same with spaces behind differ: %v", expr, err)
		}
	})
}

// FuzzHighlights holds matching and highlighting together: one plain term matches a text if and only if there is
// something to highlight, and the ranges are in order.
func FuzzHighlights(f *testing.F) {
	for _, s := range []string{"nginx", "Äpfel", "K\u212a", "\xff\xfe", "ss", "İi", "日本", "a\x00b", "\ufffd"} {
		f.Add("n", s)
		f.Add(s, s+s)
	}
	f.Fuzz(func(t *testing.T, word, text string) {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word)
		filter, err := Parse(`"` + quoted + `"`)
		if err != nil || word == "" {
			return
		}
		ranges, matches := filter.Highlights(text), filter.Match(row{Any: text})
		if matches != (len(ranges) > 0) {
			t.Errorf("%q in %q: matches %v, highlights %v", word, text, matches, ranges)
		}
		end := -1
		for _, r := range ranges {
			if r[0] <= end || r[1] <= r[0] || r[1] > len(text) {
				t.Errorf("%q in %q: ranges %v", word, text, ranges)
			}
			end = r[1]
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	for name, expr := range map[string]string{"text": "apache", "inode": "net:4026531841", "negated": "!state:S"} {
		f, err := Parse(expr)
		if err != nil {
			b.Fatal(err)
		}
		match := f.Matcher()
		ascii := row{}
		for field, values := range nginx {
			ascii[field] = strings.ReplaceAll(values, "Ä", "A")
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				match(ascii)
			}
		})
	}
}
