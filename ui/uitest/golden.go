package uitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// Golden compares got with testdata/NAME.golden in the directory of the test
// and shows the differing lines. With the flag -update it writes the file.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	if !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	golden.RequireEqual(named{t, name}, got)
}

// named gives a test another name, by which the golden package finds its file.
type named struct {
	testing.TB
	name string
}

// Name returns the name of the golden file.
func (n named) Name() string {
	return n.name
}
