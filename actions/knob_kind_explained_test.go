package actions

import (
	"slices"
	"strings"
	"testing"

	"bulkhead/ui/glossary"
)

// TestEveryFileIsExplained looks up the files that are known here, and their controllers, where a user would.
func TestEveryFileIsExplained(t *testing.T) {
	files := merged(knobs, readOnly, writeOnly, resets)
	if len(files) < 150 {
		t.Fatalf("%d files are known", len(files))
	}
	for file := range files {
		words := []string{file}
		if controller, _, ok := strings.Cut(file, "."); ok && !slices.Contains([]string{"cgroup", "irq"}, controller) {
			words = append(words, controller)
		}
		for _, word := range words {
			if _, ok := glossary.Find(word); !ok {
				t.Errorf("%q has no entry", word)
			}
		}
	}
}
