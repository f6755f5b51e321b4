package testhost_test

import (
	"path/filepath"
	"testing"

	"bulkhead/probe/testhost"
)

// Every host of the scanner's tests can be laid out.
func TestHosts(t *testing.T) {
	files, err := filepath.Glob("../testdata/hosts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d hosts: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { testhost.Load(t, file) })
	}
}
