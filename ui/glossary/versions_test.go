package glossary

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestVersions wants every file of the table explained, and all that is explained in the table.
func TestVersions(t *testing.T) {
	topics, wrong := parseVersions(versionsText)
	if len(wrong) > 0 || len(topics) == 0 {
		t.Fatalf("malformed: %q", wrong)
	}
	files, err := parse(filesText)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, topic := range topics {
		if !regexp.MustCompile(`\(\d\)|the kernel's (admin-guide|scheduler)`).MatchString(topic.See) || len(topic.Twins) == 0 {
			t.Errorf("%s: %q is neither a man page nor a document, or it has no line", topic.Name, topic.See)
		}
		for _, twin := range topic.Twins {
			if twin.What == "" || len(twin.One)+len(twin.Two) == 0 || twin.Note != "" && !strings.HasSuffix(twin.Note, ".") {
				t.Errorf("%s: %+v", topic.Name, twin)
			}
			for _, name := range slices.Concat(twin.One, twin.Two) {
				if IsWords(name) {
					continue
				}
				told = append(told, name)
				if !slices.ContainsFunc(files, func(e Entry) bool { return slices.Contains(e.Words, name) }) {
					t.Errorf("%s: files.txt has no %q", twin.What, name)
				}
			}
		}
	}
	for _, e := range files {
		if !slices.ContainsFunc(e.Words, func(w string) bool { return slices.Contains(told, w) }) {
			t.Errorf("the table has none of %q", e.Words)
		}
	}
}

func TestMalformedVersions(t *testing.T) {
	for _, text := range []string{"a | b | c |", "= A | see\na | b | c", "= A", "= A | see | more"} {
		if topics, wrong := parseVersions(text); len(wrong) != 1 || len(topics) > 1 {
			t.Errorf("%q: %v, malformed %q", text, topics, wrong)
		}
	}
}
