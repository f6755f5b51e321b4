package taskiter_test

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"strings"
	"testing"
)

// The test holds what it compares, so that it also runs where only its binary is.
//
//go:embed object.sum bpf *.o
var objectFiles embed.FS

// TestObjectBelongsToSource holds the sources and the object against what they were when the object was made.
func TestObjectBelongsToSource(t *testing.T) {
	sums, err := objectFiles.ReadFile("object.sum")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := objectFiles.ReadDir("bpf")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for line := range strings.Lines(string(sums)) {
		want, file, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("line %q: not as sha256sum writes it", line)
		}
		text, err := objectFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != want {
			t.Errorf("%s is not the one that the object was made with: run go generate ./probe/taskiter", file)
		}
		files++
	}
	if files != len(sources)+2 {
		t.Errorf("%d files in object.sum, want the %d sources and their two objects", files, len(sources))
	}
}
